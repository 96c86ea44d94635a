import re

import numpy as np

BOUNDARY, UNKNOWN, FIRST_PIECE = 0, 1, 2


def answer(outputs, options, of):
    """ids and probabilities [1, tokens] -> the pieces before the first boundary, side by side."""
    ids = [int(one) for one in outputs["ids"][0]]
    end = ids.index(BOUNDARY) if BOUNDARY in ids else len(ids)
    vocabulary = options["vocabulary"]
    tokens = ["\ufffd" if one == UNKNOWN else vocabulary[one - FIRST_PIECE] for one in ids[:end]]
    confidence = float(np.exp(np.log(outputs["probabilities"][0][: end + 1]).mean()))
    return {"text": re.sub(r"\s*\n\s*", " ", "".join(tokens)), "confidence": confidence, "tokens": tokens}
