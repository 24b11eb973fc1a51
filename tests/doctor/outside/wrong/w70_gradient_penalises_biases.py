import numpy as np

def sigmoid(z): return 1. / (1. + np.exp(-z))

def nn_cost(weights, biases, X, Y, lambda_):
    m = len(X)
    a = [X]
    for W, b in zip(weights, biases):
        a.append(sigmoid(a[-1].dot(W) + b))
    J = -np.sum(Y * np.log(a[-1]) + (1 - Y) * np.log(1 - a[-1])) / m
    J += lambda_ / (2 * m) * sum(np.sum(W ** 2) for W in weights)
    dW, db = [], []
    delta = a[-1] - Y
    for l in reversed(range(len(weights))):
        dW.insert(0, (a[l].T.dot(delta) + lambda_ * weights[l]) / m)
        db.insert(0, (delta.sum(axis=0) + lambda_ * biases[l]) / m)
        delta = delta.dot(weights[l].T) * a[l] * (1 - a[l])
    return J, dW, db
