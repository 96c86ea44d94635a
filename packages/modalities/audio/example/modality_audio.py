# Sounds, decoded as Sensorium decodes them: plain WAV.
import struct
from io import BytesIO

import numpy as np


def decode(source):
    """A path or the bytes of a WAV file (PCM of 8 to 32 bits, or floating-point numbers) -> rate, and channels float32 [C, samples]."""
    with BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        data = file.read()
    chunks, at = {}, 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        chunks.setdefault(name, data[at + 8 : at + 8 + size])
        at += 8 + (size + 1) // 2 * 2
    form, samples = chunks[b"fmt "], chunks[b"data"]
    tag, count, rate, _, frame, _ = struct.unpack_from("<HHIIHH", form)
    coding = struct.unpack_from("<H", form, 24)[0] if tag == 0xFFFE else tag
    width = frame // count
    samples = samples[: len(samples) // frame * frame]
    if coding == 3:
        values = np.frombuffer(samples, f"<f{width}").astype(np.float64)
    elif coding == 1 and width == 1:
        values = (np.frombuffer(samples, np.uint8) - 128.0) / 2**7
    elif coding == 1 and width == 3:
        parts = np.frombuffer(samples, np.uint8).reshape(-1, 3).astype(np.int64)
        whole = parts[:, 0] + 256 * parts[:, 1] + 65536 * parts[:, 2]
        values = (whole - 2**24 * (whole >= 2**23)) / 2**23
    elif coding == 1:
        values = np.frombuffer(samples, f"<i{width}") / 2.0 ** (8 * width - 1)
    else:
        raise ValueError("this WAV is coded in another way than PCM")
    return {"rate": rate, "channels": values.reshape(-1, count).T.astype(np.float32)}
