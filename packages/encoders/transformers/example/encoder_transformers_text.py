from token_ids import padded_ids


def prepare(text, options):
    """A text -> ids int32 [tokens] of the model's own tokenizer, and count, how many of them are the text's."""
    return padded_ids(text, options["tokens"], options["tokenizer"], options.get("tokenizerConfig"))
