"""The models of the benchmark in PyTorch, and a process that answers questions about them: lines of JSON."""

import base64
import json
import math
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))


def linear(parameters, name, x):
    return F.linear(x, parameters[f"{name}/weight"].t(), parameters.get(f"{name}/bias"))


def mlp(parameters, x, y):
    hidden = F.relu(linear(parameters, "layer0", x))
    hidden = F.relu(linear(parameters, "layer1", hidden))
    return F.cross_entropy(linear(parameters, "layer2", hidden), y)


def attention(parameters, name, x, heads):
    batch, length, dim = x.shape
    query, key, value = (
        linear(parameters, f"{name}/{part}", x).view(batch, length, heads, dim // heads).transpose(1, 2)
        for part in ("query", "key", "value")
    )
    weights = F.softmax((query / math.sqrt(dim // heads)) @ key.transpose(2, 3), -1)
    return linear(parameters, f"{name}/output", (weights @ value).transpose(1, 2).reshape(batch, length, dim))


def block(parameters, name, x, heads):
    def standardize(x):
        return F.layer_norm(x, x.shape[-1:])

    middle = x + attention(parameters, f"{name}/attention", standardize(x), heads)
    inner = F.gelu(linear(parameters, f"{name}/mlp/expand", standardize(middle)))
    return middle + linear(parameters, f"{name}/mlp/contract", inner)


def transformer(parameters, x, y):
    for layer in range(4):
        x = block(parameters, f"block{layer}", x, 4)
    return F.cross_entropy(linear(parameters, "head", x.mean(1)), y)


def convolution(parameters, x, y):
    for layer in range(3):
        weight, bias = parameters[f"layer{layer}/weight"], parameters[f"layer{layer}/bias"]
        x = F.relu(F.conv2d(x, weight, bias, stride=2, padding=1))
    return F.cross_entropy(linear(parameters, "head", x.mean((2, 3))), y)


models = {"mlp": mlp, "transformer": transformer, "convolution": convolution}


def to_tensor(described):
    dtype = {"float32": torch.float32, "int32": torch.int32}[described["dtype"]]
    return torch.frombuffer(bytearray(base64.b64decode(described["data"])), dtype=dtype).view(described["shape"])


class Training:
    def __init__(self, task):
        self.model = models[task["model"]]
        self.parameters = {name: to_tensor(one).requires_grad_() for name, one in task["parameters"].items()}
        x, y = to_tensor(task["batches"]["x"]), to_tensor(task["batches"]["y"]).long()
        self.batches = list(zip(x, y))
        options = task["optimizer"]
        decays = lambda parameter: options["weightDecay"] if parameter.dim() > 1 else 0
        self.optimizer = torch.optim.AdamW(
            [{"params": [one], "weight_decay": decays(one)} for one in self.parameters.values()],
            lr=options["learningRate"],
            betas=(options["beta1"], options["beta2"]),
            eps=options["epsilon"],
        )

    def step(self, index):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.model(self.parameters, *self.batches[index % len(self.batches)])
        loss.backward()
        self.optimizer.step()
        return loss.item()


training = None


def load(task):
    global training
    training = Training(task)


def losses(count):
    return [training.step(index) for index in range(count)]


def shortest_step(milliseconds):
    start = time.perf_counter()
    durations = []
    while not durations or (time.perf_counter() - start) * 1000 < milliseconds:
        before = time.perf_counter()
        training.step(len(durations))
        durations.append((time.perf_counter() - before) * 1000)
    return min(durations)


answers = {"load": load, "losses": losses, "shortestStep": shortest_step}

for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(answers[asked["question"]](asked["argument"])), flush=True)
