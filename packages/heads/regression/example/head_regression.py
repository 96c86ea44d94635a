from math import floor, log10


def answer(outputs, options, of):
    """value [1] -> the number, and as text with as many digits as say something."""
    value = float(outputs["value"][0])
    decimals = min(100, max(0, 2 - floor(log10(options["deviation"]))))
    digits = f"{value:.{decimals}f}"
    if not digits.strip("-0."):
        digits = digits.lstrip("-")
    unit = options.get("unit")
    return {"text": f"{digits} {unit}" if unit else digits, "value": value}
