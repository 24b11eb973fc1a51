import numpy as np

def train(X, y, W1, b1, W2, b2, learning_rate=0.05, beta=0.9, n_iter=1):
    """regression, one relu layer, SGD with momentum (full batch)"""
    vel = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    n = X.shape[0]
    for it in range(n_iter):
        a = X @ W1 + b1
        h = a * (a > 0)
        yhat = h @ W2 + b2
        loss = np.sum((yhat - y) ** 2) / (2 * n)
        dy = (yhat - y) / n
        da = dy @ W2.T * (a > 0)
        grads = [X.T @ da, da.sum(axis=0), h.T @ dy, dy.sum(axis=0)]
        for i in range(4):
            vel[i] = beta * vel[i] - learning_rate * grads[i]
        W1 = W1 + vel[0]
        b1 = b1 + vel[1]
        W2 = W2 + vel[2]
        b2 = b2 + vel[3]
        if it % 200 == 0:
            print(it, loss)
    return W1, b1, W2, b2
