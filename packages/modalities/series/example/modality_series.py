# Series of several channels with gaps, from CSV or JSON.
import json
import re

import numpy as np

UNITS = {"s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def decode(source):
    """A path to CSV or JSON, or JSON as text -> channels, values [rows, channels], NaN where there is nothing, and time: rows a second, seconds or None."""
    text = source
    if not begins_as_json(source):
        with open(source, encoding="utf-8-sig") as file:
            text = file.read()
    return from_json(json.loads(text)) if begins_as_json(text) else from_table(text)


def begins_as_json(text):
    return text.lstrip()[:1] in ("[", "{")


def from_json(given):
    given = {"values": given} if isinstance(given, list) else given
    first = given["values"][0]
    is_object = isinstance(first, dict)
    width = len(first) if isinstance(first, list) else 1
    names = given.get("channels") or (list(first) if is_object else [str(index) for index in range(width)])
    rows = [[row.get(name) for name in names] if is_object else row for row in given["values"]]
    series = series_of(names, np.array(rows, np.float64).reshape(len(rows), -1))
    return {**series, "time": given.get("time", series["time"])}


def from_table(text):
    lines = [line for line in re.split(r"\r\n|\n|\r", text) if line.strip()]
    delimiter = next((one for one in "\t;," if one in lines[0]), ",")
    cells = [[re.sub(r'^"(.*)"$', r"\1", cell.strip()) for cell in line.split(delimiter)] for line in lines]
    has_names = not all(is_gap(cell) or is_number(cell) for cell in cells[0])
    names = cells[0] if has_names else [str(index) for index in range(len(cells[0]))]
    return series_of(names, np.array([[np.nan if is_gap(cell) else float(cell) for cell in row] for row in cells[has_names:]]))


def is_gap(cell):
    return re.fullmatch(r"(?:nan|n/?a|null)?", cell, re.IGNORECASE) is not None


def is_number(cell):
    try:
        return float(cell) == float(cell)
    except ValueError:
        return False


def series_of(names, rows):
    """A column called t, time or timestamp has the time of each row: in seconds, or in the unit after its name."""
    pattern = r"(?:t|time|timestamp)(?:(?:[ _]\(?|\()(s|ms|us|µs|ns)\)?)?"
    times = [re.fullmatch(pattern, name, re.IGNORECASE) for name in names]
    column = next((index for index, match in enumerate(times) if match), None)
    measured = [index for index in range(len(names)) if index != column]
    time = None
    if column is not None:
        time = (rows[:, column] - rows[0, column]) * UNITS[(times[column][1] or "s").lower()]
    return {"channels": [names[index] for index in measured], "values": rows[:, measured].astype(np.float32), "time": time}
