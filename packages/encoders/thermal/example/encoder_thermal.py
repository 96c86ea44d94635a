import numpy as np
from sensor_samples import fit_samples


def prepare(values, options):
    """A thermal image -> degrees float32 and valid uint8 [pixels, pixels]. The range is in the model."""
    degrees = (values * np.float64(options["scale"]) + options["offset"]).astype(np.float32)
    square = fit_samples(degrees, options["pixels"], options["fit"], np.isfinite)
    return {"degrees": np.nan_to_num(square), "valid": ~np.isnan(square)}
