import numpy as np

# predict prices (in thousands) -- every prediction comes out as 1.0
X_train = np.random.default_rng(5).normal(size=(40, 3))
y_train = 150 + 30 * X_train[:, :1] - 20 * X_train[:, 1:2]

def sigmoid(x): return 1 / (1 + np.exp(-x))

def train(X, y, hidden=5, lr=0.1, epochs=200):
    np.random.seed(2)
    w1, b1 = np.random.randn(X.shape[1], hidden), np.zeros(hidden)
    w2, b2 = np.random.randn(hidden, 1), np.zeros(1)
    for _ in range(epochs):
        h = sigmoid(X @ w1 + b1)
        o = sigmoid(h @ w2 + b2)
        loss = np.sum((o - y) ** 2) / (2 * len(X))
        d2 = (o - y) * o * (1 - o) / len(X)
        d1 = d2 @ w2.T * h * (1 - h)
        w2 -= lr * h.T @ d2
        b2 -= lr * d2.sum(0)
        w1 -= lr * X.T @ d1
        b1 -= lr * d1.sum(0)
    print(loss, o[:5].ravel())
    return w1, b1, w2, b2
