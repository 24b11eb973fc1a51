import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))

def sgd(X, y, w, b, lr=0.1, epochs=50, batch_size=4):
    X = X.copy()
    for epoch in range(epochs):
        np.random.shuffle(X)                 # shuffle the data
        for k in range(0, len(X), batch_size):
            xb, yb = X[k:k + batch_size], y[k:k + batch_size]
            p = sigmoid(xb @ w + b)
            w = w - lr * xb.T @ (p - yb) / len(xb)
            b = b - lr * np.mean(p - yb)
    return w, b
