# ruff: noqa
"""As in Nielsen's book and 3Blue1Brown's video: W and b, column vectors, the quadratic cost."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def backprop(weights, biases, X, y, lmbda):
    nabla_b = [np.zeros(b.shape) for b in biases]
    nabla_w = [np.zeros(w.shape) for w in weights]
    n = len(X)
    cost = 0.0
    for x, label in zip(X, y):
        target = np.zeros((len(biases[-1]), 1))
        target[label] = 1.0
        activation = x.reshape(-1, 1)
        activations = [activation]
        zs = []
        for b, w in zip(biases, weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        cost += 0.5 * np.sum((activations[-1] - target) ** 2)

        delta = (activations[-1] - target) * sigmoid_prime(zs[-1])
        nabla_b[-1] += delta
        nabla_w[-1] += np.dot(delta, activations[-2].T)
        for l in range(2, len(weights) + 1):
            delta = np.dot(weights[-l + 1].T, delta) * sigmoid_prime(zs[-l])
            nabla_b[-l] += delta
            nabla_w[-l] += np.dot(delta, activations[-l - 1].T)

    cost = cost / n + lmbda / (2 * n) * sum(np.sum(w**2) for w in weights)
    nabla_b = [nb / n for nb in nabla_b]
    nabla_w = [nw / n + lmbda / n * w for nw, w in zip(nabla_w, weights)]
    return cost, nabla_w, nabla_b
