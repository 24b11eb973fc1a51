# ruff: noqa
"""Exercise 4 as a learner writes it once they know NumPy: whole matrices, no loop."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_gradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def cost_function(theta, X, y, lambda_, layer_sizes):
    s1, s2, K = layer_sizes
    split = s2 * (s1 + 1)
    Theta1 = theta[:split].reshape(s2, s1 + 1)
    Theta2 = theta[split:].reshape(K, s2 + 1)
    m = len(X)
    Y = np.eye(K)[y]

    # forward
    A1 = np.hstack([np.ones((len(X), 1)), X])
    Z2 = A1 @ Theta1.T
    A2 = np.hstack([np.ones((len(X), 1)), sigmoid(Z2)])
    Z3 = A2 @ Theta2.T
    H = sigmoid(Z3)

    # cost
    J = -np.sum(Y * np.log(H) + (1 - Y) * np.log(1 - H)) / m
    reg = np.sum(np.square(Theta1[:, 1:])) + np.sum(np.square(Theta2[:, 1:]))
    J = J + lambda_ * reg / (2 * m)

    # backward
    D3 = H - Y
    D2 = (D3 @ Theta2[:, 1:]) * sigmoid_gradient(Z2)
    Grad2 = D3.T @ A2 / m
    Grad1 = D2.T @ A1 / m
    Grad1[:, 1:] = Grad1[:, 1:] + lambda_ / m * Theta1[:, 1:]
    Grad2[:, 1:] = Grad2[:, 1:] + lambda_ / m * Theta2[:, 1:]
    return J, np.r_[Grad1.ravel(), Grad2.ravel()]
