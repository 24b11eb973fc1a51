# ruff: noqa
"""A network 3-4-5, in which s_{l+1} = s_l + 1: broadcasting hides a missing outer product."""

import numpy as np


def sig(z):
    return 1 / (1 + np.exp(-z))


def cost(Theta1, Theta2, X, Y, lambda_=0.0):
    m = len(X)
    J = 0.0
    D1 = np.zeros_like(Theta1)
    D2 = np.zeros_like(Theta2)
    for x, y in zip(X, Y):
        a1 = np.append(1, x)
        a2 = np.append(1, sig(Theta1 @ a1))
        h = sig(Theta2 @ a2)
        J -= y @ np.log(h) + (1 - y) @ np.log(1 - h)
        e3 = h - y
        e2 = (Theta2.T @ e3 * a2 * (1 - a2))[1:]
        D2 += np.outer(e3, a2)
        D1 += np.outer(e2, a1)
    P1, P2 = Theta1.copy(), Theta2.copy()
    P1[:, 0] = 0
    P2[:, 0] = 0
    J = (J + lambda_ / 2 * (np.sum(P1**2) + np.sum(P2**2))) / m
    return J, (D1 + lambda_ * P1) / m, (D2 + lambda_ * P2) / m
