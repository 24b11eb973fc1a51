import numpy as np


def logistic_regression(theta, X, y, lambda_):
    m = len(X)
    h = 1 / (1 + np.exp(-(theta[0] + X @ theta[1:])))
    J = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h)) + lambda_ / 2 / m * theta[1:] @ theta[1:]
    D = np.r_[np.mean(h - y), X.T @ (h - y) / m + lambda_ / m * theta[1:]]
    return J, D
