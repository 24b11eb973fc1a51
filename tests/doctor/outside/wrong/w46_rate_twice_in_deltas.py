import numpy as np

class Net:
    def __init__(self, n_in, n_hid, n_out, alpha=0.2):
        self.alpha = alpha
        self.W1 = np.random.normal(0, 0.5, (n_in, n_hid))
        self.b1 = np.zeros(n_hid)
        self.W2 = np.random.normal(0, 0.5, (n_hid, n_out))
        self.b2 = np.zeros(n_out)

    def predict(self, X):
        self.a1 = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        return 1 / (1 + np.exp(-(self.a1 @ self.W2 + self.b2)))

    def fit_epoch(self, X, Y):
        out = self.predict(X)
        d2 = self.alpha * (out - Y) / len(X)
        d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.W2 -= self.alpha * self.a1.T @ d2
        self.b2 -= self.alpha * d2.sum(axis=0)
        self.W1 -= self.alpha * X.T @ d1
        self.b1 -= self.alpha * d1.sum(axis=0)
        return -np.sum(Y * np.log(out) + (1 - Y) * np.log(1 - out)) / len(X)
