import numpy as np

def sigmoid(x): return 1 / (1 + np.exp(-x))

class DeepNet:
    """5 hidden layers should be better than 1, right?"""
    def __init__(self, sizes=(4, 8, 8, 8, 8, 8, 3)):
        np.random.seed(0)
        self.W = [np.random.randn(a, b) * 0.1 for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def fit(self, X, Y, lr=0.1, epochs=200):
        for e in range(epochs):
            a = [X]
            for W, b in zip(self.W, self.b):
                a.append(sigmoid(a[-1] @ W + b))
            d = (a[-1] - Y) / len(X)
            loss = -np.sum(Y * np.log(a[-1]) + (1 - Y) * np.log(1 - a[-1])) / len(X)
            for l in range(len(self.W) - 1, -1, -1):
                gW, gb = a[l].T @ d, d.sum(0)
                d = d @ self.W[l].T * a[l] * (1 - a[l])
                self.W[l] -= lr * gW
                self.b[l] -= lr * gb
        print("final loss", loss)
        return self
