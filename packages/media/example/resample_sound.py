from math import ceil, floor, gcd

import numpy as np


def sound_at(sound, rate):
    """The mean of the channels of a sound, at a rate."""
    return resampled(np.mean(sound["channels"], axis=0, dtype=np.float64), sound["rate"], rate)


def rounded(value):
    return floor(value + 0.5)


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
