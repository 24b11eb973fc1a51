import numpy as np

def nn(theta1, theta2, X, y):
    """theta1 (hidden, 1+inputs), theta2 (1, 1+hidden), first column = bias"""
    m = y.size
    X = np.column_stack((np.ones(m), X))
    z2 = X.dot(theta1.T)
    a2 = 1 / (1 + np.exp(-z2))
    a2 = np.column_stack((np.ones(m), a2))
    h = 1 / (1 + np.exp(-a2.dot(theta2.T)))
    h = h.ravel()
    y = y.ravel()
    J = -1 / m * np.sum(y * np.log(h) - (1 - y) * np.log(1 - h))
    d3 = (h - y)[:, None]
    d2 = d3.dot(theta2)[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
    return J, d2.T.dot(X) / m, d3.T.dot(a2) / m
