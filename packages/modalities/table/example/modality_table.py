import json


def decode(source):
    """A dict, or JSON of one -> the same, with None for empty cells."""
    row = json.loads(source) if isinstance(source, str) else source
    return {column: None if isinstance(cell, str) and not cell.strip() else cell for column, cell in row.items()}
