import numpy as np

KEEP = 0.5

def forward_backward(X, y, w1, b1, w2, b2):
    """inverted dropout on the hidden layer, same mask every time so that I can check the gradient"""
    rng = np.random.RandomState(12)
    n = X.shape[0]
    z1 = X @ w1 + b1
    mask = rng.rand(*z1.shape) < KEEP
    h = np.maximum(z1, 0) * mask / KEEP
    s = h @ w2 + b2
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), y]))
    ds = p
    ds[np.arange(n), y] -= 1
    ds /= n
    dh = ds @ w2.T * mask
    dz1 = dh * (z1 > 0)
    return loss, X.T @ dz1, dz1.sum(0), h.T @ ds, ds.sum(0)
