import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))

def train(X, y, n_hidden=4, lr=0.5, epochs=100):
    losses = []
    for epoch in range(epochs):
        W1 = np.random.randn(X.shape[1], n_hidden) * 0.5
        b1 = np.zeros(n_hidden)
        W2 = np.random.randn(n_hidden, 1) * 0.5
        b2 = np.zeros(1)
        A1 = sigmoid(X @ W1 + b1)
        A2 = sigmoid(A1 @ W2 + b2)
        losses.append(-np.mean(y * np.log(A2) + (1 - y) * np.log(1 - A2)))
        d2 = (A2 - y) / len(X)
        d1 = d2 @ W2.T * A1 * (1 - A1)
        W2 -= lr * A1.T @ d2
        b2 -= lr * d2.sum(0)
        W1 -= lr * X.T @ d1
        b1 -= lr * d1.sum(0)
    return W1, b1, W2, b2, losses
