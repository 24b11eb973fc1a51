import math, random


def make_net(sizes):
    """sizes like [2, 4, 1]"""
    return [
        [{"w": [random.uniform(-1, 1) for _ in range(a)], "b": 0.0} for _ in range(c)]
        for a, c in zip(sizes, sizes[1:])
    ]


def feed(net, x):
    values = x
    for layer in net:
        for unit in layer:
            unit["z"] = unit["b"] + sum(w * v for w, v in zip(unit["w"], values))
            unit["a"] = math.tanh(unit["z"])
        values = [unit["a"] for unit in layer]
    return values


def backprop(net, x, t):
    feed(net, x)
    last = net[-1]
    for unit, target in zip(last, t):
        unit["d"] = (unit["a"] - target) * (1 - unit["a"] ** 2)
    for l in range(len(net) - 2, -1, -1):
        for j, unit in enumerate(net[l]):
            back = sum(u["w"][j] * u["d"] for u in net[l + 1])
            unit["d"] = back * (1 - unit["a"] ** 2)


def step(net, x, lr):
    for l, layer in enumerate(net):
        inp = x if l == 0 else [u["a"] for u in net[l - 1]]
        for u in layer:
            u["w"] = [w - lr * u["d"] * v for w, v in zip(u["w"], inp)]
            u["b"] -= lr * u["d"]


def sgd(net, data, lr=0.1, epochs=100):
    for _ in range(epochs):
        for x, t in data:
            backprop(net, x, t)
            step(net, x, lr)
    return net
