import numpy as np


def prepare(row, options):
    """A row -> values float32 [columns], in their order. All else is in the model: scale, mean and deviation."""
    categories, fill = options.get("categories", {}), options.get("fill")

    def number_of(column):
        cell = row.get(column)
        if cell is None and fill is not None:
            return fill
        return categories[column].index(str(cell)) if column in categories else float(cell)

    return {"values": np.array([number_of(column) for column in options["columns"]], np.float32)}
