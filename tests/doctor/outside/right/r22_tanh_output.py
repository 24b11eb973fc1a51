import numpy as np

def f(x): return np.tanh(x)
def df(a): return 1 - a * a      # a = f(x)

def backprop(inputs, targets, weights, biases):
    """all layers tanh, E = 1/2 sum (o - t)^2, mean over patterns"""
    outs = [inputs]
    for W, b in zip(weights, biases):
        outs.append(f(outs[-1].dot(W) + b))
    err = outs[-1] - targets
    E = 0.5 * (err ** 2).sum() / len(inputs)
    delta = err * df(outs[-1]) / len(inputs)
    gW, gb = [], []
    for i in reversed(range(len(weights))):
        gW = [outs[i].T.dot(delta)] + gW
        gb = [delta.sum(0)] + gb
        delta = delta.dot(weights[i].T) * df(outs[i])
    return E, gW, gb
