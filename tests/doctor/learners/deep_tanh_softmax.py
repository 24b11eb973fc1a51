# ruff: noqa
"""Any number of layers, tanh and softmax; matrices in a list, gradients in a list."""

import numpy as np


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def loss(thetas, X, Y, reg):
    n = X.shape[0]
    L = len(thetas)

    acts, zs = [X], [None]
    for l in range(L):
        z = np.c_[np.ones(len(X)), acts[l]] @ thetas[l].T
        zs.append(z)
        acts.append(np.tanh(z) if l < L - 1 else softmax(z))

    J = -(Y * np.log(acts[-1])).sum() / n
    for T in thetas:
        J += reg / (2 * n) * (T[:, 1:] ** 2).sum()

    delta = acts[-1] - Y
    grads = [None] * L
    for l in reversed(range(L)):
        G = delta.T @ np.c_[np.ones(len(X)), acts[l]]
        G = G / n
        G[:, 1:] += reg / n * thetas[l][:, 1:]
        grads[l] = G
        if l > 0:
            delta = delta @ thetas[l][:, 1:] * (1 - acts[l] ** 2)
    return J, grads
