def decode(source):
    """A text is given as it is."""
    return str(source)
