import numpy as np
from fit_picture import fit, middle


def prepare(picture, options):
    """A picture -> pixels uint8 [height, width, channels]. All else is in the model: scale, mean, deviation, order of the axes."""
    height, width = options["size"]
    resize = options.get("resize")
    whole = fit(picture, width, height, options["fit"]) if resize is None else fit(picture, resize, resize, "cover")
    rgb = middle(whole, height, width)
    channels = options.get("channels", "rgb")
    if channels == "bgr":
        rgb = rgb[..., ::-1]
    elif channels == "grey":
        rgb = np.floor((rgb.astype(np.int64) @ [299, 587, 114]) / 1000 + 0.5).astype(np.uint8)[..., None]
    return {"pixels": np.ascontiguousarray(rgb)}
