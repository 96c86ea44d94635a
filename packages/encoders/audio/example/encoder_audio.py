from math import ceil, floor, gcd

import numpy as np


def prepare(sound, options):
    """A sound -> samples float32 [windows, samples] and span float32 [windows, 2], where in each window the sound begins and ends.

    The mean of its channels, at the model's rate, cut to its middle, in windows. All else is in the model: spectrogram and scale.
    """
    rate = options["rate"]
    size = max(rounded(rate * 0.025), rounded(options["seconds"] * rate))
    most = max(size, rounded(options["longest"] * rate))
    count = min(options["windows"], ceil(most / size))
    all_samples = resampled(np.mean(sound["channels"], axis=0, dtype=np.float64), sound["rate"], rate)
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


def resampled(samples, before, after):
    """A sinc of 64 zero crossings that ends at 0.95 of the lower rate's half, in a Kaiser window."""
    if before == after:
        return samples
    divisor = gcd(rounded(before * 1000), rounded(after * 1000)) / 1000
    up, down = rounded(after / divisor), rounded(before / divisor)
    scale = 0.95 * min(1, after / before)
    radius = ceil(64 / scale)
    places = np.arange(ceil(len(samples) * after / before)) * down
    padded = np.concatenate([np.zeros(radius), samples, np.zeros(radius + 1)])
    result = np.zeros(len(places))
    for phase in np.unique(places % up):
        which = np.flatnonzero(places % up == phase)
        taps = weights(phase / up, scale, radius)
        starts = places[which] // up + 1
        result[which] = [taps @ padded[start : start + 2 * radius] for start in starts]
    return result


def weights(offset, scale, radius):
    x = (np.arange(2 * radius) + 1 - radius - offset) * scale
    beta = 0.1102 * (104 - 8.7)
    window = np.where(np.abs(x) > 64, 0, np.i0(beta * np.sqrt(np.maximum(0, 1 - (x / 64) ** 2))) / np.i0(beta))
    kernel = np.sinc(x) * window
    return kernel / kernel.sum()
