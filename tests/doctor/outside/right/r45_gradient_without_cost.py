import numpy as np

def gradient(theta, X, y, lam):
    """regularized logistic regression gradient, for scipy's fprime. theta[0] = intercept"""
    m = len(y)
    Xb = np.insert(X, 0, 1, axis=1)
    h = 1 / (1 + np.exp(-Xb.dot(theta)))
    grad = Xb.T.dot(h - y) / m
    grad[1:] += lam / m * theta[1:]
    return grad
