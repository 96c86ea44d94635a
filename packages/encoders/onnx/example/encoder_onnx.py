from modality_image import fit


def prepare(picture, options):
    """A picture -> pixels uint8 [height, width, 3]. All else is in the model: scale, mean, deviation, order of the axes."""
    height, width = options["size"]
    return {"pixels": fit(picture, width, height, options["fit"])}
