from math import floor, sqrt

from fit_picture import fit


def prepare(picture, options):
    """A picture -> pixels uint8 [size, size, 3]. All else is in the model: scaling, and the order of the axes."""
    size = options["size"]
    # Training cuts pictures, and keeps them larger than it sees them.
    side = floor(size * min(1.5, 1 / sqrt(options["augment"]["resizedCrop"])) + 0.5)
    return {"pixels": fit(fit(picture, side, side, options["fit"]), size, size, "squeeze")}
