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
