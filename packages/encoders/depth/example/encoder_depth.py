import numpy as np
from sensor_samples import fit_samples

# Up to where published readers go.
FARTHEST = {"sun": 8, "nyu": 10}


def prepare(values, options):
    """A depth map -> metres float32 [pixels, pixels], 0 in holes. All else is in the model: 1 / metres, mean and deviation."""
    encoding = options.get("encoding")
    usual = "metres" if values.dtype == np.float32 else "millimetres"
    with np.errstate(divide="ignore"):
        metres = metres_of(values, encoding or usual).astype(np.float32)
    is_there = (values != 0) & (metres > 0) & np.isfinite(metres)
    far = options.get("far", FARTHEST.get(encoding, np.inf) if isinstance(encoding, str) else np.inf)
    distances = np.where(is_there, np.clip(metres, options["near"], far), 0).astype(np.float32)
    square = fit_samples(distances, options["pixels"], options["fit"], lambda own: own > 0)
    return {"metres": np.nan_to_num(square)}


def metres_of(values, encoding):
    """A sensor's numbers -> metres."""
    if isinstance(encoding, dict):
        return values * encoding["scale"]
    if encoding == "metres":
        return values
    if encoding == "tum":
        return values / 5000
    whole = values.astype(np.int64)
    if encoding == "sun":
        return ((whole >> 3) | ((whole << 13) & 0xFFFF)) / 1000
    if encoding == "nyu":
        return 351.3 / (1092.5 - (((whole & 0xFF) << 8) | (whole >> 8)))
    return values / 1000
