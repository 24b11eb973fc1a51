# ruff: noqa
"""One output and a hidden layer of tanh, samples as columns: as in a well-known online course."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost_and_gradients(W1, b1, W2, b2, X, y):
    m = X.shape[0]
    Y = y.reshape(1, m)

    Z1 = np.dot(W1, X.T) + b1.reshape(-1, 1)
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2.reshape(-1, 1)
    A2 = sigmoid(Z2)

    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    cost = -np.sum(logprobs) / m

    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1)
    dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
    dW1 = 1 / m * np.dot(dZ1, X)
    db1 = 1 / m * np.sum(dZ1, axis=1)
    return cost, dW1, db1, dW2, db2
