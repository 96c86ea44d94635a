# Texts as the ids of a tokenizer.json.
# pip install tokenizers
import json

import numpy as np
from tokenizers import Tokenizer

PADDINGS = ["[PAD]", "<pad>", "<|padding|>"]
KNOWN = {}


def ids_of(text, document):
    """Every id of a text."""
    return tokenizer_of(document).encode(text).ids


def padded_ids(text, length, document, config=None):
    """ids int32 [length] and count, how many of them are the text's. What stands behind every text, such as [SEP], is kept."""
    ids = ids_of(text, document)
    ending = shared_end(ids_of("", document), ids_of("a", document))
    if len(ids) > length:
        ids = ids[: length - ending] + ids[len(ids) - ending :]
    padded = np.full(length, filler_of(document, config or {}), np.int32)
    padded[: len(ids)] = ids[:length]
    return {"ids": padded, "count": np.array(min(len(ids), length), np.int32)}


def tokenizer_of(document):
    """A large vocabulary takes a moment: it is read once."""
    if id(document) not in KNOWN:
        tokenizer = Tokenizer.from_str(json.dumps(document))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        KNOWN[id(document)] = tokenizer
    return KNOWN[id(document)]


def filler_of(document, config):
    said = config.get("pad_token")
    said = said["content"] if isinstance(said, dict) else said
    padding = document.get("padding") or {}
    if said is None and "pad_id" in padding:
        return padding["pad_id"]
    found = (tokenizer_of(document).token_to_id(token) for token in (PADDINGS if said is None else [said]))
    return next((token for token in found if token is not None), 0)


def shared_end(a, b):
    """How many ids two texts have in common at their ends."""
    count = 0
    while count < min(len(a), len(b)) and a[-1 - count] == b[-1 - count]:
        count += 1
    return count
