# Answers with ONNX Runtime alone. What Sensorium does before and after the model is in the files beside this one; what they
# have to know of this model, such as its words and labels, is in model.json.
#
# From a program: from run import run;  run({"image": "photo.jpg"})["answer"]
import json
import sys
from functools import cache
from importlib import import_module
from math import prod
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
MODEL = json.loads((HERE / "model.json").read_text(encoding="utf-8"))


def run(sample, tensors=None):
    """One sample, by the names of inputs -> an answer of each head. tensors: what inputs without an example are fed."""
    session = open_session()
    names = [one.name for one in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, {**feeds(sample), **(tensors or {})})))
    answers = {}
    for head, part in MODEL["heads"].items():
        own = {output: outputs[name] for output, name in part["outputs"].items()}
        known = part["answer"] in MODEL["python"]
        answers[head] = load(part["answer"]).answer(own, part["options"], part["of"]) if known else own
    # A model without heads gives features.
    return answers or outputs


@cache
def open_session():
    from onnxruntime import InferenceSession

    return InferenceSession(str(HERE / MODEL["file"]), providers=["CPUExecutionProvider"])


def load(module):
    return import_module(module.replace("-", "_"))


def feeds(sample):
    """What the model is fed of a sample: arrays [1, ...] by the names of its inputs."""
    fed = noise()
    for name, part in MODEL["inputs"].items():
        fed.update(feeds_of(name, part, sample.get(name)))
    return fed


def feeds_of(name, part, source):
    is_there = source is not None and source != ""
    has_example = part["decode"] in MODEL["python"] and part["prepare"] in MODEL["python"]
    if is_there and not has_example:
        wanted = [f"{one['name']} {one['type']} {[1, *one['shape']]}" for one in part["tensors"].values()]
        raise ValueError(f'there is no example for "{name}"; give its tensors to run(): {", ".join(wanted)}')
    if not is_there and not part["present"]:
        if has_example:
            raise ValueError(f'the input "{name}" is missing')
        return {}
    data = prepared(part, source) if is_there else {}
    fed = {}
    for tensor, spec in part["tensors"].items():
        value = data.get(tensor, np.zeros(spec["shape"]))
        fed[spec["name"]] = np.asarray(value, spec["type"]).reshape(1, *spec["shape"])
    if part["present"]:
        fed[part["present"]] = np.full((1, 1), is_there, np.float32)
    return fed


def prepared(part, source):
    def one(value):
        return load(part["prepare"]).prepare(load(part["decode"]).decode(value), part["options"])

    if part["many"] is None:
        return one(source)
    # Lists of up to so many values, with zeros in places that hold none.
    items = [one(value) for value in (source if isinstance(source, list) else [source])[: part["many"]]]
    joined = {}
    for tensor, spec in part["tensors"].items():
        values = np.zeros((part["many"], prod(spec["shape"][1:])), spec["type"])
        for place, item in enumerate(items):
            values[place] = 1 if tensor == "given" else np.ravel(item[tensor])
        joined[tensor] = values
    return joined


def noise():
    """New for every run; Sensorium itself draws it from a seed."""
    random = np.random.default_rng()
    draw = {"normal": random.standard_normal, "uniform": random.random}
    return {name: draw[one["kind"]]([1, *one["shape"]]).astype(np.float32) for name, one in MODEL["noise"].items()}


def parse(argument):
    """image=photo.jpg -> ("image", "photo.jpg"); lists and objects are JSON."""
    name, _, text = argument.partition("=")
    part = MODEL["inputs"].get(name, {})
    return name, json.loads(text) if part.get("columns") or (part.get("many") and text.startswith("[")) else text


if __name__ == "__main__":
    print(json.dumps(run(dict(map(parse, sys.argv[1:]))), indent=2, ensure_ascii=False, default=np.ndarray.tolist))
