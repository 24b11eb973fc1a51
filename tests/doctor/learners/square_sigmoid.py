# ruff: noqa
"""A fixed network 4-4-4 (all layers of one size, so that no shape complains), one big vector."""

import numpy as np


def g(z):
    return 1 / (1 + np.exp(-z))


def f(theta, X, y, lam):
    T1 = theta[:20].reshape((4, 5), order="F")
    T2 = theta[20:40].reshape((4, 5), order="F")
    T3 = theta[40:].reshape((4, 5), order="F")
    m = len(X)
    one = np.ones((m, 1))
    Y = (y[:, None] == np.arange(4)).astype(float)
    z2 = X @ T1[:, 1:].T + T1[:, 0]
    a2 = g(z2)
    z3 = a2 @ T2[:, 1:].T + T2[:, 0]
    a3 = g(z3)
    z4 = a3 @ T3[:, 1:].T + T3[:, 0]
    h = g(z4)
    J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m
    J += lam / 2 / m * sum((T[:, 1:] ** 2).sum() for T in (T1, T2, T3))
    d4 = h - Y
    d3 = (d4 @ T3[:, 1:]) * a3 * (1 - a3)
    d2 = (d3 @ T2[:, 1:]) * a2 * (1 - a2)
    G3 = d4.T @ np.hstack([one, a3]) / m
    G2 = d3.T @ np.hstack([one, a2]) / m
    G1 = d2.T @ np.hstack([one, X]) / m
    for G, T in ((G1, T1), (G2, T2), (G3, T3)):
        G[:, 1:] += lam / m * T[:, 1:]
    return J, np.concatenate([G.ravel(order="F") for G in (G1, G2, G3)])
