# ruff: noqa
"""Exercise 4 as a learner writes it: one sample after another, the names of the handout."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    n1 = hidden_layer_size * (input_layer_size + 1)
    Theta1 = np.reshape(nn_params[:n1], (hidden_layer_size, input_layer_size + 1), order="F")
    Theta2 = np.reshape(nn_params[n1:], (num_labels, hidden_layer_size + 1), order="F")
    m = X.shape[0]
    J = 0
    Theta1_grad = np.zeros(Theta1.shape)
    Theta2_grad = np.zeros(Theta2.shape)

    for t in range(m):
        a1 = np.concatenate(([1], X[t]))
        z2 = Theta1.dot(a1)
        a2 = np.concatenate(([1], sigmoid(z2)))
        z3 = Theta2.dot(a2)
        h = sigmoid(z3)
        yt = np.zeros(num_labels)
        yt[y[t] - 1] = 1

        J += np.sum(-yt * np.log(h) - (1 - yt) * np.log(1 - h))

        d3 = h - yt
        d2 = Theta2.T.dot(d3)[1:] * sigmoidGradient(z2)
        Theta2_grad += np.outer(d3, a2)
        Theta1_grad += np.outer(d2, a1)

    J = J / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
    Theta1_grad = Theta1_grad / m
    Theta2_grad = Theta2_grad / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]

    grad = np.concatenate((Theta1_grad.flatten(order="F"), Theta2_grad.flatten(order="F")))
    return J, grad
