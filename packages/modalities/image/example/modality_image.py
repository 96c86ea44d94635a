# Pictures, decoded as Sensorium decodes them: upright, transparency over white. On 40 photographs as JPEG, 4 of 10,000 values
# differ, by 1 of 255. Pillow itself cuts colours of 16 bits to 8, and converts CMYK otherwise.
# pip install pillow
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms, ImageOps


def decode(source):
    """A path or the bytes of a file -> uint8 [height, width, 3]: red, green and blue."""
    picture = Image.open(BytesIO(source) if isinstance(source, bytes) else source)
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):  # grey of 16 bits
        grey = np.floor(np.asarray(picture, np.float64) / 257 + 0.5)
        return np.repeat(grey.astype(np.uint8)[:, :, None], 3, 2)
    if picture.mode == "P" or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if profile and picture.mode in ("RGB", "CMYK"):
        own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        picture = ImageCms.profileToProfile(picture, own, srgb, outputMode="RGB")
    if picture.mode not in ("RGBA", "LA"):
        return np.asarray(picture.convert("RGB"))
    rgba = np.asarray(picture.convert("RGBA"), np.float64)
    opacity = rgba[:, :, 3:] / 255
    return np.floor(rgba[:, :, :3] * opacity + 255 * (1 - opacity) + 0.5).astype(np.uint8)


def fit(picture, width, height, mode):
    """Brings a picture to a size. squeeze: distorted; contain: all of it, with black bars; cover: its largest centred part.

    The same bytes as Sensorium's own; within 1 of 255 for pictures with transparency or 16 bits, and about 1 of 255 on average
    for those of more than a megapixel, which Sensorium has the decoder make smaller. Pillow's resize(…, BILINEAR) differs in 7 % of the values, by 1 of 255.
    """
    lines, columns, _ = picture.shape
    if mode == "squeeze":
        return resize(picture, width, height)
    if mode == "contain":
        scale = min(width / columns, height / lines)
        inner = resize(picture, scaled(columns, scale, width), scaled(lines, scale, height))
        return centred(inner, width, height)
    scale = min(columns / width, lines / height)
    part = centred(picture, scaled(width, scale, columns), scaled(height, scale, lines))
    return resize(part, width, height)


def scaled(size, scale, most):
    return min(most, max(1, int(size * scale + 0.5)))


def centred(picture, width, height):
    """The middle of a picture, or the picture in the middle of black."""
    lines, columns, _ = picture.shape
    result = np.zeros((height, width, 3), np.uint8)
    rows, cells = min(lines, height), min(columns, width)
    top, left = max(0, lines - height) // 2, max(0, columns - width) // 2
    y, x = max(0, height - lines) // 2, max(0, width - columns) // 2
    result[y : y + rows, x : x + cells] = picture[top : top + rows, left : left + cells]
    return result


def resize(picture, width, height):
    """A triangle filter: bilinear where the picture grows, and as much wider as it shrinks, so that every pixel counts."""
    lines, columns, _ = picture.shape
    if (columns, lines) == (width, height):
        return picture
    rows = np.einsum("wx,yxc->ywc", weights(columns, width), picture, optimize=True).astype(np.float32)
    both = np.einsum("hy,ywc->hwc", weights(lines, height), rows, optimize=True).astype(np.float32)
    return np.floor(both + 0.5).astype(np.uint8)


def weights(inputs, outputs):
    """[outputs, inputs]"""
    scale = inputs / outputs
    radius = max(1.0, scale)
    centres = (np.arange(outputs)[:, None] + 0.5) * scale
    raw = np.maximum(0, 1 - np.abs(np.arange(inputs) + 0.5 - centres) / radius)
    return raw / raw.sum(1, keepdims=True)
