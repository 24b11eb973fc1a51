import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))

def backprop(params, X, Y):
    """params: dict W1 b1 W2 b2, weights are (in, out)"""
    m = len(X)
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    a1 = sigmoid(X @ params['W1'] + params['b1'])
    a2 = sigmoid(a1 @ params['W2'] + params['b2'])
    J = -np.sum(Y * np.log(a2) + (1 - Y) * np.log(1 - a2)) / m
    d2 = (a2 - Y) / m
    d1 = d2 @ params['W2'].T * a1 * (1 - a1)
    grads['W2'] += a1.T @ d2
    grads['b2'] += d2.sum(axis=0)
    grads['W1'] += X.T @ d1
    grads['B1'] = d1.sum(axis=0)
    return J, grads
