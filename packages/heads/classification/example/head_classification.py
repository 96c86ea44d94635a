def answer(outputs, options, of):
    """probabilities [1, labels] -> the most probable label, and all of them."""
    probabilities = [float(value) for value in outputs["probabilities"][0]]
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    return {
        "text": options["labels"][best],
        "confidence": probabilities[best],
        "probabilities": dict(zip(options["labels"], probabilities)),
    }
