import numpy as np


class BP:
    """机器学习（西瓜书）图5.8：标准BP算法"""

    def __init__(self, d, q, l, eta=0.1):
        self.d, self.q, self.l, self.eta = d, q, l, eta
        self.V = np.random.random((d, q))
        self.W = np.random.random((q, l))
        self.gamma = np.random.random(q)
        self.theta = np.random.random(l)

    @staticmethod
    def f(x):
        return 1 / (1 + np.exp(-x))

    def update(self, x, y):
        alpha = np.dot(x, self.V)
        b = self.f(alpha - self.gamma)
        beta = np.dot(b, self.W)
        y_hat = self.f(beta - self.theta)
        g = y_hat * (1 - y_hat) * (y - y_hat)
        e = b * (1 - b) * np.dot(self.W, g)
        self.W += self.eta * np.outer(b, g)
        self.theta -= self.eta * g
        self.V += self.eta * np.outer(x, e)
        self.gamma -= self.eta * e
        return 0.5 * np.sum((y_hat - y) ** 2)
