import math
import re
import unicodedata
from datetime import datetime, timedelta, timezone

import numpy as np


def prepare(row, options):
    """A row -> what the model is fed of it.

    `numbers` and whether they are `filled`, `cycles` of dates, indices of `categories`, hashes of `pieces` of texts. All else is in
    the model: bins and vectors.
    """
    cells = options["cells"]

    def columns(*kinds):
        return [(column, row.get(column["name"])) for column in cells if column["kind"] in kinds]

    days = [day_of(cell) for _, cell in columns("date")]
    numbers = [number_of(cell) for _, cell in columns("number")] + days
    choices = [index_of(cell, column) for column, cell in columns("boolean", "category")]
    texts = [hashes_of(cell, options["pieces"], options["buckets"]) for _, cell in columns("text")]
    fed = {}
    if numbers:
        fed["numbers"] = np.array([0 if value is None else value for value in numbers], np.float32)
        fed["filled"] = np.array([value is not None for value in numbers], np.uint8)
    if days:
        fed["cycles"] = np.array([cycles_of(day) for day in days], np.float32)
    if choices:
        fed["categories"] = np.array(choices, np.int32)
    if texts:
        fed["pieces"] = np.array(texts, np.int32)
    return fed


def number_of(cell):
    """Digits may stand in groups of three, as in 1 234.5, 1'234.5 and 1,234,567."""
    if isinstance(cell, str):
        return float(re.sub(r"[\s'’_,]", "", cell).replace("−", "-"))
    return cell


DATE = re.compile(r"(?:(\d{4})([-/])(\d\d)\2(\d\d)|(\d\d?)\.(\d\d?)\.(\d{4}))(.*)")
TIME = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?(?:([-+])(\d\d):?(\d\d)?)?")


def day_of(cell):
    """Days since 1970 of 2024-02-29, 2024/02/29 or 29.2.2024, alone or with a time; without a zone in UTC."""
    if cell is None:
        return None
    y, _, m, d, day, month, year, rest = DATE.match(cell.strip()).groups()
    date = datetime(int(y or year), int(m or month), int(d or day), tzinfo=timezone.utc)
    time = TIME.match(rest)
    hours, minutes, seconds, fraction, sign, zone_hours, zone_minutes = time.groups() if time else (None,) * 7
    east = (int(zone_hours or 0) * 60 + int(zone_minutes or 0)) * (-1 if sign == "-" else 1)
    own = timedelta(
        hours=int(hours or 0), minutes=int(minutes or 0) - east, seconds=float(f"{seconds or 0}.{fraction or 0}")
    )
    return (date + own - datetime(1970, 1, 1, tzinfo=timezone.utc)) / timedelta(days=1)


def cycles_of(day):
    """Sine and cosine of the year, the week and the day."""
    if day is None:
        return [0] * 6
    angles = [2 * math.pi * math.fmod(day / period, 1) for period in (365.2425, 7, 1)]
    return [wave(angle) for angle in angles for wave in (math.sin, math.cos)]


def index_of(cell, column):
    """0 where it is missing, 1 where it is not known, 2 for the first."""
    if cell is None:
        return 0
    text = str(cell).strip()
    if column["kind"] == "boolean":
        return 3 if text.lower() in ("true", "yes") else 2
    choices = column["categories"]
    if isinstance(cell, bool):
        text = text.lower()
    return choices.index(text) + 2 if text in choices else 1


def words_of(text):
    """Runs of letters, marks and numbers."""
    words = [""]
    for letter in unicodedata.normalize("NFKC", text).lower():
        if unicodedata.category(letter)[0] in "LMN":
            words[-1] += letter
        else:
            words.append("")
    return [word for word in words if word]


def hashes_of(cell, count, buckets):
    """Of words and their parts of three letters: FNV-1a of 32 bits, from 1; 0 behind the last."""
    found = []
    for word in words_of("" if cell is None else str(cell)):
        whole = f"<{word}>"
        found += dict.fromkeys([whole] + [whole[at : at + 3] for at in range(len(whole) - 2)])
    hashes = [1 + hash_of(piece) % buckets for piece in found[:count]]
    return hashes + [0] * (count - len(hashes))


def hash_of(piece):
    value = 0x811C9DC5
    for byte in piece.encode():
        value = (value ^ byte) * 0x01000193 % 2**32
    return value
