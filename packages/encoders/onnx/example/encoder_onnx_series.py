from math import ceil

import numpy as np


def prepare(series, options):
    """A series -> values float32 [rows, columns] of the columns that the model takes, from the first row on, and count.

    count is how many rows are the series' own. All else is in the model: scale, mean and deviation.
    """
    columns, length, window = options["columns"], options["length"], options.get("window", 1)
    hop, fill = options.get("hop", window), options.get("fill")
    values = np.zeros((window + max(0, ceil((length - window) / hop)) * hop, len(columns)), np.float32)
    own = series["values"][:length, [series["channels"].index(column) for column in columns]]
    if fill is None and np.isnan(own).any():
        raise ValueError("the series has a gap, and the model was given nothing for one")
    values[: len(own)] = np.where(np.isnan(own), fill or 0, own)
    return {"values": values, "count": np.array(len(own), np.int32)}
