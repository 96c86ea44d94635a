import numpy as np
from token_ids import ids_of

FIRST_WORD = 2


def prepare(text, options):
    """A text -> ids int32 [tokens]: those of its tokenizer.json, each 2 higher, cut or filled up with 0."""
    own = ids_of(text, options["tokenizerJson"])[: options["tokens"]]
    ids = np.zeros(options["tokens"], np.int32)
    ids[: len(own)] = np.array(own, np.int32) + FIRST_WORD
    return {"ids": ids}
