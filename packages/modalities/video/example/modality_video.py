# Films, decoded as Sensorium decodes them: MP4, MOV, WebM and Matroska, and animated GIF and WebP.
# pip install av pillow
from io import BytesIO
from math import floor

import av
import numpy as np
from fit_picture import fit
from PIL import Image, ImageSequence


class Film:
    """seconds: how long it is; width, height: how large it is shown."""

    def __init__(self, source):
        self.open = lambda: av.open(BytesIO(source) if isinstance(source, bytes) else source)
        with self.open() as film:
            if not film.streams.video:
                raise ValueError("this film has no picture")
            stream = film.streams.video[0]
            start = stream.start_time or 0
            ends = (packet.pts + packet.duration - start for packet in film.demux(stream) if packet.pts is not None)
            if stream.duration:
                self.seconds = float(stream.duration * stream.time_base)
            elif film.duration:
                self.seconds = film.duration / av.time_base
            else:  # What a browser recorded does not say it.
                self.seconds = float(max(ends) * stream.time_base)
        with self.open() as film:
            stream = film.streams.video[0]
            first = next(film.decode(stream))
            pixel = stream.sample_aspect_ratio
            wide = max(1, floor(first.width * pixel + 0.5)) if pixel else first.width
            self.quarters = -first.rotation // 90 % 4
            self.width, self.height = (first.height, wide) if self.quarters % 2 else (wide, first.height)

    def at(self, times, width, height):
        """The pictures that are seen at ascending times, in seconds, each once: uint8 [height, width, 3]."""
        if self.quarters % 2:
            width, height = height, width
        pictures, place, shown = [], 0, None

        def picture():
            rgb = shown.reformat(width, height, "rgb24", interpolation="BICUBIC").to_ndarray()
            return np.rot90(rgb, -self.quarters)

        with self.open() as film:
            stream = film.streams.video[0]
            for frame in film.decode(stream):
                time = float((frame.pts - (stream.start_time or 0)) * stream.time_base)
                if shown is not None and place < len(times) and times[place] < time:
                    pictures.append(picture())
                    while place < len(times) and times[place] < time:
                        place += 1
                shown = frame
            if place < len(times):
                pictures.append(picture())
        return pictures


class Animation:
    """GIF or WebP: as a Film."""

    def __init__(self, source):
        with Image.open(BytesIO(source) if isinstance(source, bytes) else source) as picture:
            self.width, self.height = picture.size
            self.frames, self.starts = [], [0]
            for frame in ImageSequence.Iterator(picture):
                rgba = np.asarray(frame.convert("RGBA"), np.float64)
                opacity = rgba[:, :, 3:] / 255
                self.frames.append(np.floor(rgba[:, :, :3] * opacity + 255 * (1 - opacity) + 0.5).astype(np.uint8))
                delay = frame.info.get("duration", 0)
                # Shorter delays are a mistake for all browsers, which take a tenth of a second instead.
                self.starts.append(self.starts[-1] + (100 if delay < 11 else delay) / 1000)
        self.seconds = self.starts[-1]

    def at(self, times, width, height):
        """The pictures that are seen at ascending times, in seconds, each once: uint8 [height, width, 3]."""
        pages = (max(0, np.searchsorted(self.starts[:-1], time, side="right") - 1) for time in times)
        return [fit(self.frames[page], width, height, "squeeze") for page in dict.fromkeys(pages)]


def decode(source):
    """A path or the bytes of a film -> a Film or an Animation."""
    if isinstance(source, bytes):
        head = source[:4]
    else:
        with open(source, "rb") as file:
            head = file.read(4)
    return Animation(source) if head in (b"GIF8", b"RIFF") else Film(source)
