from math import ceil, floor

import numpy as np
from resample_sound import sound_at


def prepare(sound, options):
    """A sound -> samples float32 [windows, samples] and span float32 [windows, 2], where in each window the sound begins and ends.

    The mean of its channels, at the model's rate, cut to its middle, in windows. All else is in the model: spectrogram and scale.
    """
    rate = options["rate"]
    size = max(rounded(rate * 0.025), rounded(options["seconds"] * rate))
    most = max(size, rounded(options["longest"] * rate))
    count = min(options["windows"], ceil(most / size))
    all_samples = sound_at(sound, rate)
    first = max(0, len(all_samples) - most) // 2
    kept = all_samples[first : first + most]
    samples, span = np.zeros((count, size), np.float32), np.zeros((count, 2), np.float32)
    for window, start in enumerate(starts_of(len(kept), count, size)):
        part = kept[start : start + size]
        samples[window, : len(part)] = part
        span[window, 1] = len(part)
    return {"samples": samples, "span": span}


def rounded(value):
    return floor(value + 0.5)


def starts_of(length, count, size):
    """From the first sample to the last; a single window is in the middle."""
    needed = min(count, max(1, ceil(length / size)))
    free = max(0, length - size)
    if needed == 1:
        return [free // 2]
    return [floor(window * free / (needed - 1) + 0.5) for window in range(needed)]
