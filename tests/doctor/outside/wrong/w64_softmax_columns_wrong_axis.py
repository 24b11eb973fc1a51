import numpy as np

def softmax(Z):
    """Z: (classes, examples)"""
    e = np.exp(Z - np.max(Z))
    return e / np.sum(e, axis=1, keepdims=True)

def loss_and_grad(W1, b1, W2, b2, X, Y):
    # columns are examples
    m = X.shape[1]
    A1 = np.tanh(W1 @ X + b1)
    P = softmax(W2 @ A1 + b2)
    L = -np.sum(Y * np.log(P)) / m
    dZ2 = (P - Y) / m
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    return L, dZ1 @ X.T, np.sum(dZ1, axis=1, keepdims=True), dZ2 @ A1.T, np.sum(dZ2, axis=1, keepdims=True)
