import numpy as np

BLOCK = 4096
SPACES = b"\t\n\v\f\r "


def prepare(file, options):
    """A file -> bytes int32 [first + last]: those at its beginning, without the white space before them, and those at its end,
    without what stands after them; in between, where it is shorter, fill."""
    first, last = options["first"], options["last"]
    values = np.full(first + last, options.get("fill", 256), np.int32)
    head = file[:BLOCK].lstrip(SPACES)[:first]
    tail = file[-BLOCK:].rstrip(SPACES)
    tail = tail[max(0, len(tail) - last) :]
    values[: len(head)] = list(head)
    values[len(values) - len(tail) :] = list(tail)
    return {"bytes": values}
