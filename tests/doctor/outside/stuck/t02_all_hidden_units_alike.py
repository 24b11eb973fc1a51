import numpy as np

class Net:
    def __init__(self, n_in, n_hid, n_out):
        self.W1 = np.full((n_in, n_hid), 0.5)
        self.b1 = np.full(n_hid, 0.5)
        self.W2 = np.full((n_hid, n_out), 0.5)
        self.b2 = np.full(n_out, 0.5)

    def forward(self, X):
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        return 1 / (1 + np.exp(-(self.h @ self.W2 + self.b2)))

    def fit(self, X, y, lr=1.0, epochs=2000):
        for _ in range(epochs):
            o = self.forward(X)
            d2 = (o - y) / len(X)
            d1 = d2 @ self.W2.T * self.h * (1 - self.h)
            self.W2 -= lr * self.h.T @ d2
            self.b2 -= lr * d2.sum(0)
            self.W1 -= lr * X.T @ d1
            self.b1 -= lr * d1.sum(0)
        return self
