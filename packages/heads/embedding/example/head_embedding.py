from itertools import combinations


def answer(outputs, options, of):
    """Unit vectors [1, dim] of the inputs -> the cosine of every two that the sample has. An input that it lacks is zeros."""
    there = [name for name in of if outputs[name].any()]
    similarities = [
        {"of": [a, b], "cosine": float(outputs[a][0] @ outputs[b][0])} for a, b in combinations(there, 2)
    ]
    text = ", ".join(f"{one['of'][0]} ↔ {one['of'][1]} {one['cosine']:.2f}" for one in similarities)
    return {"text": text or "nothing to compare", "similarities": similarities}
