from math import ceil, floor

import numpy as np
from resample_sound import sound_at


def prepare(sound, options):
    """A sound -> samples float32 [samples] and count, how many of them are the sound's.

    The mean of its channels at the model's rate, from its beginning on, with silence around. All else is in the model: scale,
    mean and deviation.
    """
    rate, window = options["rate"], options.get("window", 1)
    hop = options.get("hop", window)
    heard, before = max(1, floor(options["seconds"] * rate + 0.5)), floor(options["silence"] * rate + 0.5)
    samples = np.zeros(window + max(0, ceil((before + heard + before - window) / hop)) * hop, np.float32)
    own = sound_at(sound, rate)[:heard]
    samples[before : before + len(own)] = own
    return {"samples": samples, "count": np.array(before + len(own) + before, np.int32)}
