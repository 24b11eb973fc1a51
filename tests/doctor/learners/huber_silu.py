# ruff: noqa
"""Regression with Huber's cost and two hidden SiLU layers; everything unrolled by rows."""

import numpy as np

SIZES = [5, 6, 4, 2]


def unpack(params):
    layers, at = [], 0
    for s_in, s_out in zip(SIZES[:-1], SIZES[1:]):
        W = params[at : at + s_in * s_out].reshape(s_out, s_in)
        at += s_in * s_out
        b = params[at : at + s_out]
        at += s_out
        layers.append((W, b))
    return layers


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def silu(z):
    return z * sigmoid(z)


def silu_prime(z):
    s = sigmoid(z)
    return s + z * s * (1 - s)


def loss_and_gradients(params, X, y, alpha):
    (W1, b1), (W2, b2), (W3, b3) = unpack(params)
    m = X.shape[0]
    z2 = X @ W1.T + b1
    a2 = silu(z2)
    z3 = a2 @ W2.T + b2
    a3 = silu(z3)
    h = a3 @ W3.T + b3

    error = h - y
    size = np.abs(error)
    J = np.where(size <= 1, error**2 / 2, size - 1 / 2).sum() / m
    J += alpha / (2 * m) * ((W1**2).sum() + (W2**2).sum() + (W3**2).sum())

    d4 = np.clip(error, -1, 1)
    d3 = (d4 @ W3) * silu_prime(z3)
    d2 = (d3 @ W2) * silu_prime(z2)
    gW3 = d4.T @ a3 / m + alpha / m * W3
    gW2 = d3.T @ a2 / m + alpha / m * W2
    gW1 = d2.T @ X / m + alpha / m * W1
    gb3 = d4.sum(axis=0) / m
    gb2 = d3.sum(axis=0) / m
    gb1 = d2.sum(axis=0) / m
    parts = [gW1.ravel(), gb1, gW2.ravel(), gb2, gW3.ravel(), gb3]
    return J, np.concatenate(parts)
