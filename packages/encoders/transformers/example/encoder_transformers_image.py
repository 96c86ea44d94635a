from fit_picture import fit, middle


def prepare(picture, options):
    """A picture -> pixels uint8 [height, width, 3], resized and cut as preprocessor_config.json says.

    Mean and deviation are in the model.
    """
    processor = options["processor"]
    size = processor["size"]
    is_edge = isinstance(size, dict) and "shortest_edge" in size
    height, width = sides_of(size["shortest_edge"] if is_edge else size)
    whole = fit(picture, width, height, "cover" if is_edge else "squeeze")
    is_cut = processor.get("do_center_crop") and processor.get("crop_size") is not None
    return {"pixels": middle(whole, *(sides_of(processor["crop_size"]) if is_cut else (height, width)))}


def sides_of(size):
    return (size["height"], size["width"]) if isinstance(size, dict) else (size, size)
