import re
from itertools import groupby
from unicodedata import category, normalize

import numpy as np

PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2

# The accents of Latin, Greek and Cyrillic letters.
ACCENTS = re.compile("[\u0300-\u036f]")
SPACES = frozenset("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B))))
# What chooses how a character is drawn: the last of the two in ❤️.
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Blocks of scripts without spaces between words: Thai, Lao, Myanmar, Khmer, Japanese, Chinese.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)


def prepare(text, options):
    """A text -> ids int32 [tokens]: places in the vocabulary, cut or filled up to the length that the model has."""
    places = {word: place + FIRST_WORD for place, word in enumerate(options.get("vocabulary", []))}
    plain = plain_of(text, options["lowercase"], options["stripAccents"])
    pieces = options.get("units") == "pieces"
    words = (pieces_of(plain, places) if pieces else words_of(plain, options, places))[: options["tokens"]]
    ids = np.full(options["tokens"], PADDING, np.int32)
    ids[: len(words)] = [places.get(word, UNKNOWN) for word in words]
    return {"ids": ids}


def pieces_of(plain, places):
    """The longest known pieces of words, numbers and runs of marks, each with the space before it."""
    longest, pieces, before = max(map(len, places), default=1), [], ""
    for kind, run in groupby(plain, kind_of):
        characters = list(before) + list(run)
        before = ""
        if kind == "space" and characters == [" "]:
            before = " "
        else:
            pieces += longest_words(characters, places, longest)
    return pieces + list(before)


def kind_of(character):
    if character in SPACES:
        return "space"
    kind = category(character)[0]
    return "letter" if kind in "LM" else "number" if kind == "N" else "other"


def words_of(plain, options, places):
    """Letters and digits in a row are a word, and every other character is one of its own, with its marks."""
    longest = max(map(len, places), default=1) if options.get("unspaced") == "words" else 1
    words, run, before = [], [], None  # before: what a mark, or a letter, is added to

    for character in plain + " ":
        kind = category(character)[0]
        letter = kind in "LN"
        if kind == "M":
            if before == "run":
                run[-1] += character
            elif before:
                words[-1] += character
        elif letter and UNSPACED.match(character):
            run.append(character)
            before = "run"
        else:
            words += longest_words(run, places, longest)
            run = []
            if letter and before == "word":
                words[-1] += character
            elif character not in SPACES:
                words.append(character)
            before = "word" if letter else None if character in SPACES else "other"
    return words


def longest_words(characters, places, longest):
    """From the left the longest words that are known, and single characters where none is."""
    words, start = [], 0
    while start < len(characters):
        end = min(start + longest, len(characters))
        while end > start + 1 and "".join(characters[start:end]) not in places:
            end -= 1
        words.append("".join(characters[start:end]))
        start = end
    return words


def plain_of(text, lowercase, strip_accents):
    seen = (character for character in text.replace("\u200b", " ") if category(character) != "Cf")
    plain = normalize("NFKC", VARIANTS.sub("", "".join(seen)))
    if lowercase:
        plain = plain.lower()
    if strip_accents:
        plain = normalize("NFC", ACCENTS.sub("", normalize("NFD", plain)))
    return plain
