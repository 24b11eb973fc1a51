import numpy as np

class MLP():
    """two-layer net for my Kaggle notebook. train() does one pass over the data"""
    def __init__(self, inputs, hidden, outputs):
        rng = np.random.RandomState(42)
        self.W_hidden = rng.normal(0, 1, (inputs, hidden))
        self.b_hidden = np.zeros(hidden)
        self.W_output = rng.normal(0, 1, (hidden, outputs))
        self.b_output = np.zeros(outputs)

    def forward(self, X):
        self.h = np.tanh(X.dot(self.W_hidden) + self.b_hidden)
        scores = self.h.dot(self.W_output) + self.b_output
        exp = np.exp(scores - scores.max(1, keepdims=True))
        return exp / exp.sum(1, keepdims=True)

    def loss(self, X, y):
        p = self.forward(X)
        return -np.mean(np.log(p[np.arange(len(X)), y]))

    def backward(self, X, y):
        p = self.forward(X)
        p[np.arange(len(X)), y] -= 1
        p = p / len(X)
        dh = p.dot(self.W_output.T) * (1 - self.h ** 2)
        return {
            'W_output': self.h.T.dot(p), 'b_output': p.sum(0),
            'W_hidden': X.T.dot(dh), 'b_hidden': dh.sum(0),
        }

    def train(self, X, y, lr=0.1):
        g = self.backward(X, y)
        for name in g:
            setattr(self, name, getattr(self, name) - lr * g[name])
