from fit_picture import fit


def prepare(picture, options):
    """A picture -> pixels uint8 [size, size, 3]. All else is in the model: scaling, and the order of the axes."""
    return {"pixels": fit(picture, options["size"], options["size"], options["fit"])}
