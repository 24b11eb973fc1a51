import numpy as np

class TanhNet:
    def __init__(self, n_in, n_hidden, n_out):
        rng = np.random.RandomState(0)
        self.params = {
            'W1': rng.randn(n_in, n_hidden) * 50, 'b1': rng.randn(n_hidden),
            'W2': rng.randn(n_hidden, n_out), 'b2': rng.randn(n_out),
        }

    def loss(self, X, T):
        p = self.params
        self.H = np.tanh(X @ p['W1'] + p['b1'])
        self.O = self.H @ p['W2'] + p['b2']
        return np.sum((self.O - T) ** 2) / (2 * len(X))

    def gradient(self, X, T):
        self.loss(X, T)
        p = self.params
        D = (self.O - T) / len(X)
        DH = D @ p['W2'].T * (1 - self.H ** 2)
        return {'W1': X.T @ DH, 'b1': DH.sum(0), 'W2': self.H.T @ D, 'b2': D.sum(0)}

    def train(self, X, T, lr=0.05, epochs=100):
        for _ in range(epochs):
            g = self.gradient(X, T)
            for k in self.params:
                self.params[k] -= lr * g[k]
        return self.loss(X, T)
