# ruff: noqa
"""Logistic regression, one entry of the gradient after another."""

import numpy as np


def cost_and_gradient(theta, X, y, lambda_):
    m = len(y)
    X1 = np.c_[np.ones(m), X]
    h = 1 / (1 + np.exp(-X1.dot(theta)))
    J = -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)) / m
    J = J + lambda_ / (2 * m) * np.sum(theta[1:] ** 2)
    grad = np.zeros(len(theta))
    for j in range(len(theta)):
        grad[j] = np.sum((h - y) * X1[:, j]) / m
        if j > 0:
            grad[j] += lambda_ / m * theta[j]
    return J, grad
