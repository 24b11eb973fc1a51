# ruff: noqa
"""One step of gradient descent, in place; rows, W of shape (in, out), sigmoid and softmax."""

import numpy as np


def forward(weights, biases, X):
    acts = [X]
    for l in range(len(weights)):
        z = acts[-1] @ weights[l] + biases[l]
        if l < len(weights) - 1:
            acts.append(1 / (1 + np.exp(-z)))
        else:
            e = np.exp(z - z.max(axis=1, keepdims=True))
            acts.append(e / e.sum(axis=1, keepdims=True))
    return acts


def step(weights, biases, X, Y, rate):
    acts = forward(weights, biases, X)
    delta = (acts[-1] - Y) / len(X)
    grads = []
    for l in reversed(range(len(weights))):
        grads.append((acts[l].T @ delta, delta.sum(axis=0)))
        if l > 0:
            delta = delta @ weights[l].T * acts[l] * (1 - acts[l])
    for l, (dW, db) in enumerate(grads[::-1]):
        weights[l] -= rate * dW
        biases[l] -= rate * db
