from math import ceil, floor

import numpy as np
from fit_picture import fit


def prepare(film, options):
    """A film -> frames uint8 [frames, pixels, pixels, 3] and valid uint8 [frames], 1 where there is one."""
    count, rate, side = options["frames"], options["rate"], options["pixels"]
    # Training cuts films in time, and keeps more than it sees: what is seen lies evenly in that.
    kept = kept_of(film, 2 * count if options["augment"]["time"] > 0 else count, rate, side)
    length = min(count, len(kept))
    first = (len(kept) - length) // 2
    frames, valid = np.zeros((count, side, side, 3), np.uint8), np.zeros(count, np.uint8)
    for index in range(length):
        place = first + index if rate > 0 else floor(len(kept) * (index + 0.5) / length)
        frames[index] = fit(kept[place], side, side, options["fit"])
        valid[index] = 1
    return {"frames": frames, "valid": valid}


def kept_of(film, count, rate, side):
    """Each in the middle of the time that it stands for: evenly over the film, or at a rate in its middle."""
    every = max(1, floor(film.seconds * rate)) if rate > 0 else count
    first = (every - min(count, every)) // 2
    step = 1 / rate if rate > 0 else film.seconds / count
    times = [min((first + index + 0.5) * step, film.seconds) for index in range(min(count, every))]
    scale = min(1, 2 * side / min(film.width, film.height))  # at most twice too large
    return film.at(times, ceil(film.width * scale), ceil(film.height * scale))
