import numpy as np

def relu(x):
    return np.maximum(0.0, x)

def net_grad(X, y, w1, b1, w2, b2, w3, b3):
    """3 layer net for the kaggle digits; rows are images, y integers"""
    N = len(X)
    h1 = relu(X @ w1 + b1)
    h2 = relu(h1 @ w2 + b2)
    scores = h2 @ w3 + b3
    scores = scores - scores.max(1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(1, keepdims=True)
    loss = -np.log(probs[np.arange(N), y]).mean()

    dscores = probs
    dscores[np.arange(N), y] -= 1
    dscores /= N
    dw3, db3 = h2.T @ dscores, dscores.sum(0)
    dh2 = dscores @ w3.T
    dh2[h2 <= 0] = 0
    dw2, db2 = h1.T @ dh2, dh2.sum(0)
    dh1 = dh2 @ w2.T
    dh1[h2 <= 0] = 0
    dw1, db1 = X.T @ dh1, dh1.sum(0)
    return loss, dw1, db1, dw2, db2, dw3, db3
