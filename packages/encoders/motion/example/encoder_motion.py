import re
from math import ceil, floor, pi

import numpy as np


def prepare(series, options):
    """A series -> values float32 [windows, channels, rows] and valid uint8 [windows, rows].

    Brought to the model's rate, cut to its middle, in windows. All else is in the model: mean and deviation of the channels.
    """
    series = without_gravity(series) if options.get("gravity") == "remove" else series
    rate, names = options["rate"], options["names"]
    most = rows_of(options["longest"], rate)
    rows = min(rows_of(options["seconds"], rate), most)
    count = min(options["windows"], ceil(most / rows))
    given = len(series["values"])
    own_rate = rate_of(series)
    length = rows_at(given, own_rate, rate)
    kept = min(length, most)
    columns = [series["channels"].index(name) for name in names]
    lines = resampled(series, columns, own_rate, rate, (length - kept) // 2, kept)
    values = np.zeros((count, len(names), rows), np.float32)
    valid = np.zeros((count, rows), np.uint8)
    for window, start in enumerate(starts_of(kept, count, rows)):
        end = min(kept, start + rows)
        values[window, :, : end - start] = lines[:, start:end]
        valid[window, : end - start] = 1
    return {"values": values, "valid": valid}


def without_gravity(series):
    """Takes from the axes of accelerometers what is slower than 0.3 Hz."""
    constant = 1 / (2 * pi * 0.3)
    keys = [re.fullmatch(r"(.*)[xyz](.*)", name, re.IGNORECASE) for name in series["channels"]]
    keys = [match and match.groups() for match in keys]
    time, given = series["time"], series["values"]
    values = np.array(given)
    for channel, name in enumerate(series["channels"]):
        if "acc" not in name.lower() or keys.count(keys[channel]) != 3:
            continue
        gravity = float(given[0, channel])
        for row, value in enumerate(given[:, channel]):
            wait = 0 if row == 0 else (1 / (time or 1) if np.ndim(time) == 0 else time[row] - time[row - 1])
            alpha = constant / (constant + wait)
            gravity = alpha * gravity + (1 - alpha) * float(value)
            values[row, channel] = value - gravity
    return {**series, "values": values}


def rows_of(seconds, rate):
    return max(1, floor(seconds * rate + 0.5))


def rate_of(series):
    """Rows a second; None where nobody knows."""
    time = series["time"]
    if time is None or np.ndim(time) == 0:
        return time
    duration = time[-1] - time[0]
    return (len(time) - 1) / duration if duration > 0 else None


def rows_at(rows, rate, wanted):
    return rows if rate is None else floor((rows - 1) / rate * wanted + 1e-6) + 1


def starts_of(length, count, rows):
    """From the first row to the last; a single window is in the middle."""
    needed = min(count, max(1, ceil(length / rows)))
    free = max(0, length - rows)
    if needed == 1:
        return [free // 2]
    return [floor(window * free / (needed - 1) + 0.5) for window in range(needed)]


def resampled(series, columns, own_rate, rate, first, kept):
    """[channels, rows]: between rows linearly; where there are several for one, a triangle over them."""
    values = series["values"][:, columns].astype(np.float64)
    step = 1 if own_rate is None else max(1, floor(own_rate / rate + 0.5))
    is_listed = series["time"] is not None and np.ndim(series["time"]) > 0 and own_rate is not None
    times = np.asarray(series["time"]) if is_listed else np.arange(len(values)) / (own_rate or rate)
    begin = max(0, (first - 1) * step + 1)
    end = min(rows_at(len(values), own_rate, rate * step), (first + kept) * step)
    moments = times[0] + np.arange(begin, end) / (rate * step)
    between = np.stack([np.interp(moments, times, line) for line in values.T])
    triangle = np.maximum(0, step - np.abs(np.arange(1 - step, step)))
    sums = [np.convolve(line, triangle)[step - 1 :] for line in between]
    weights = np.convolve(np.ones(end - begin), triangle)[step - 1 :]
    places = (first + np.arange(kept)) * step - begin
    return (np.stack(sums)[:, places] / weights[places]).astype(np.float32)
