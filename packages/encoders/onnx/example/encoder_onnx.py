import numpy as np

try:
    from modality_image import fit
except ImportError:  # Not there beside a model of other values.
    fit = None


def prepare(picture, options):
    """A picture -> pixels uint8 [height, width, channels]. All else is in the model: scale, mean, deviation, order of the axes.

    Sound, texts, bytes, series and rows are not prepared here.
    """
    modality = options.get("modality", "image")
    if modality != "image" or fit is None:
        raise NotImplementedError(f"write here what @sensorium/encoder-onnx prepares of {modality}")
    height, width = options["size"]
    resize = options.get("resize")
    whole = fit(picture, width, height, options["fit"]) if resize is None else fit(picture, resize, resize, "cover")
    top, left = (whole.shape[0] - height) // 2, (whole.shape[1] - width) // 2
    rgb = whole[top : top + height, left : left + width]
    channels = options.get("channels", "rgb")
    if channels == "bgr":
        rgb = rgb[..., ::-1]
    elif channels == "grey":
        rgb = np.floor((rgb.astype(np.int64) @ [299, 587, 114]) / 1000 + 0.5).astype(np.uint8)[..., None]
    return {"pixels": np.ascontiguousarray(rgb)}
