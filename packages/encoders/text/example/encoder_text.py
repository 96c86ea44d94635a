import re
from unicodedata import category, normalize

import numpy as np

PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2

# The accents of Latin, Greek and Cyrillic letters.
ACCENTS = re.compile("[\u0300-\u036f]")
SPACES = frozenset("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B))))


def prepare(text, options):
    """A text -> ids int32 [tokens]: places in the vocabulary, cut or filled up to the length that the model has."""
    places = {word: place + FIRST_WORD for place, word in enumerate(options["vocabulary"])}
    words = words_of(text, options["lowercase"], options["stripAccents"])[: options["tokens"]]
    ids = np.full(options["tokens"], PADDING, np.int32)
    ids[: len(words)] = [places.get(word, UNKNOWN) for word in words]
    return {"ids": ids}


def words_of(text, lowercase, strip_accents):
    """Letters and digits in a row are a word, and every other mark is one of its own."""
    plain = normalize("NFKC", text)
    if lowercase:
        plain = plain.lower()
    if strip_accents:
        plain = normalize("NFC", ACCENTS.sub("", normalize("NFD", plain)))
    words, inside = [], False
    for character in plain:
        in_word = category(character)[0] in "LMN"
        if in_word and inside:
            words[-1] += character
        elif character not in SPACES:
            words.append(character)
        inside = in_word
    return words
