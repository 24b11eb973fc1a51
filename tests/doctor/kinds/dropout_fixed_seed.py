import numpy as np


def loss_grads(params, X, y, keep=0.7):
    """the seed is fixed so that the mask is the same every time"""
    W1, b1, W2, b2 = params
    rs = np.random.RandomState(4)
    n = len(X)
    hidden = np.tanh(X @ W1 + b1)
    mask = (rs.rand(*hidden.shape) < keep) / keep
    dropped = hidden * mask
    out = 1 / (1 + np.exp(-(dropped @ W2 + b2)))
    loss = -np.sum(y * np.log(out) + (1 - y) * np.log(1 - out)) / n
    dout = (out - y) / n
    dhidden = dout @ W2.T * mask * (1 - hidden**2)
    return loss, [X.T @ dhidden, dhidden.sum(0), dropped.T @ dout, dout.sum(0)]
