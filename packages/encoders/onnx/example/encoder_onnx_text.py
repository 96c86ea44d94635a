from token_ids import padded_ids


def prepare(text, options):
    """A text -> ids int32 [length] of its tokenizer.json, and count, how many of them are the text's."""
    return padded_ids(text, options["length"], options["tokenizerJson"])
