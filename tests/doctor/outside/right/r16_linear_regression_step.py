import numpy as np

def gradient_step(X, y, theta, alpha):
    """X: (m, n), theta: (n + 1,), theta[0] is the intercept"""
    m = len(y)
    Xb = np.c_[np.ones(m), X]
    error = Xb @ theta - y
    theta = theta - alpha * Xb.T @ error / m
    return theta

def cost(X, y, theta):
    Xb = np.c_[np.ones(len(y)), X]
    return np.sum((Xb @ theta - y) ** 2) / (2 * len(y))
