def decode(source):
    """A path, or the bytes of a file -> its bytes."""
    if isinstance(source, bytes):
        return source
    with open(source, "rb") as file:
        return file.read()
