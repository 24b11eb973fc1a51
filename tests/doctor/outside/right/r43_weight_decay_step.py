import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sgd_epoch(X, Y, weights, biases, eta, lmbda):
    """full batch step, cross entropy + (lambda/2m) sum w^2, the decay way"""
    m = len(X)
    acts = [X.T]
    for w, b in zip(weights, biases):
        acts.append(sigmoid(w @ acts[-1] + b))
    delta = acts[-1] - Y.T
    new_w, new_b = list(weights), list(biases)
    for l in reversed(range(len(weights))):
        back = weights[l].T @ delta
        new_w[l] = weights[l] * (1 - eta * lmbda / m) - eta / m * delta @ acts[l].T
        new_b[l] = biases[l] - eta / m * delta.sum(axis=1, keepdims=True)
        delta = back * acts[l] * (1 - acts[l])
    return new_w, new_b
