from math import floor

import numpy as np
from resample_sound import sound_at


def prepare(sound, options):
    """A sound -> samples float32 [samples] and count, how many of them are the sound's.

    The mean of its channels at the model's rate, from its beginning on. All else is in the model: spectrogram and scale.
    """
    processor = options["processor"]
    length = floor(options["seconds"] * processor["sampling_rate"] + 0.5)
    heard = sound_at(sound, processor["sampling_rate"])[:length]
    padding = processor["padding"] if processor["feature_extractor_type"] == "ClapFeatureExtractor" else "pad"
    # Behind a shorter sound is silence, or itself again as often as it wholly fits (repeatpad) or in part (repeat).
    whole = len(heard) * (length // len(heard))
    end = {"pad": len(heard), "repeatpad": whole, "repeat": length}[padding]
    samples = np.zeros(length, np.float32)
    samples[:end] = np.resize(heard, end)
    return {"samples": samples, "count": np.array(len(heard), np.int32)}
