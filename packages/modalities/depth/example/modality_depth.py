from sensor_samples import read_samples


def decode(source):
    """A path or the bytes of a file -> [height, width], the file's own numbers."""
    return read_samples(source)
