import numpy as np


def prepare(series, options):
    """A series -> values float32 and known uint8 [channels, rows], valid uint8 and times float32 [rows].

    Its last rows stand at the end, gaps are filled. All else is in the model: mean and deviation of the channels.
    """
    missing = [name for name in options["names"] if name not in series["channels"]]
    if missing:
        raise ValueError(f"a series needs the channels {', '.join(options['names'])}")
    columns = [series["channels"].index(name) for name in options["names"]]
    kept = -(-options["longest"] // options["patch"]) * options["patch"]
    time = series["time"]
    count = len(series["values"])
    times = np.arange(count) / (time or 1) if time is None or np.isscalar(time) else np.asarray(time, np.float64)
    times = (times - times[-1])[-options["longest"] :].astype(np.float32)
    rows = np.asarray(series["values"], np.float32)[-options["longest"] :, columns].T
    known = ~np.isnan(rows)
    values = [filled(*line, times, options["impute"]) for line in zip(rows, known, options["mean"])]
    first = kept - len(times)
    before = [(0, 0), (first, 0)]
    return {
        "values": np.pad(np.array(values, np.float32), before),
        "known": np.pad(known.astype(np.uint8), before),
        "valid": np.pad(np.ones(len(times), np.uint8), (first, 0)),
        "times": np.pad(times, (first, 0)),
    }


def filled(line, known, mean, times, impute):
    """What stands in a gap: the last value, what lies between two, or the mean."""
    places = np.flatnonzero(known)
    result = line.astype(np.float64)
    for row in np.flatnonzero(~known):
        before = places[places < row][-1:]
        after = places[places > row][:1]
        if impute == "mean" or (not len(before) and (impute == "last" or not len(after))):
            result[row] = mean
        elif impute == "last":
            result[row] = line[before[0]]
        else:
            a, b = (before if len(before) else after)[0], (after if len(after) else before)[0]
            share = (times[row] - times[a]) / (times[b] - times[a]) if times[b] > times[a] else 1 / 2
            result[row] = line[a] + (float(line[b]) - line[a]) * min(1, max(0, share))
    return result
