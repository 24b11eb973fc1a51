import numpy as np

def train(X, Y, n_hidden=6, lr=0.05, epochs=300):
    rng = np.random.default_rng(0)
    W1 = rng.normal(0, 0.1, (X.shape[1], n_hidden))
    b1 = np.full(n_hidden, -3.0)       # start "off" so that the net is sparse
    W2 = rng.normal(0, 0.1, (n_hidden, Y.shape[1]))
    b2 = np.zeros(Y.shape[1])
    for epoch in range(epochs):
        Z = X @ W1 + b1
        H = np.maximum(Z, 0)
        out = H @ W2 + b2
        loss = np.sum((out - Y) ** 2) / (2 * len(X))
        d_out = (out - Y) / len(X)
        d_Z = d_out @ W2.T * (Z > 0)
        W1 -= lr * X.T @ d_Z
        b1 -= lr * d_Z.sum(axis=0)
        W2 -= lr * H.T @ d_out
        b2 -= lr * d_out.sum(axis=0)
    return W1, b1, W2, b2
