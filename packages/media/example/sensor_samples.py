# What a sensor measured at every pixel, as files have it: PNG (grey, 8 or 16 bits), PGM, NPY; other pictures that are grey.
# pip install pillow
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps


def read_samples(source):
    """A path or the bytes of a file -> [height, width], the file's own numbers."""
    if isinstance(source, bytes):
        head, file = source[:6], BytesIO(source)
    else:
        file = source
        with open(source, "rb") as opened:
            head = opened.read(6)
    if head == b"\x93NUMPY":
        values = np.load(file)
        values = values.reshape([size for size in values.shape if size > 1])
        return values if values.dtype in (np.uint8, np.uint16) else values.astype(np.float32)
    picture = ImageOps.exif_transpose(Image.open(file))
    if picture.mode.startswith("I"):  # 16 bits
        return np.asarray(picture).astype(np.uint16)
    if picture.mode == "L":
        return np.asarray(picture)
    # Grey that was saved as RGB: its luma.
    rgb = np.asarray(picture.convert("RGB"), np.float64)
    return np.floor(rgb @ [0.299, 0.587, 0.114] + 0.5).astype(np.uint8)


def fit_samples(values, side, mode, is_value):
    """A square [side, side]: each is the mean of what it covers, weighed by area, of what is a value there; NaN where it covers none.

    squeeze: distorted; contain: all of it, with nothing around; cover: its largest centred part.
    """
    height, width = values.shape
    scale = (max if mode == "contain" else min)(width, height) / side
    across, down = (width / side, height / side) if mode == "squeeze" else (scale, scale)
    rows, columns = covers(height, side, down), covers(width, side, across)
    valid = is_value(values)
    sums = rows @ np.where(valid, values, 0).astype(np.float64) @ columns.T
    areas = rows @ valid.astype(np.float64) @ columns.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(areas > 0, sums / areas, np.nan).astype(np.float32)


def covers(count, side, scale):
    """[side, count]: how much of each pixel the new ones cover."""
    begin = (count - side * scale) / 2
    starts = begin + np.arange(side)[:, None] * scale
    pixels = np.arange(count)
    low = np.maximum(np.maximum(0, starts), pixels)
    high = np.minimum(np.minimum(count, begin + (np.arange(side)[:, None] + 1) * scale), pixels + 1)
    return np.maximum(0, high - low)
