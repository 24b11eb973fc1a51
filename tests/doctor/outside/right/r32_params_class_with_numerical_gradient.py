# coding: utf-8
import numpy as np

def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=['multi_index'])
    while not it.finished:
        idx = it.multi_index
        tmp = x[idx]
        x[idx] = tmp + h
        fxh1 = f(x)
        x[idx] = tmp - h
        fxh2 = f(x)
        grad[idx] = (fxh1 - fxh2) / (2 * h)
        x[idx] = tmp
        it.iternext()
    return grad

class ThreeLayerNet:
    def __init__(self, input_size, hidden_size1, hidden_size2, output_size):
        sizes = [input_size, hidden_size1, hidden_size2, output_size]
        self.params = {}
        for i in range(1, 4):
            self.params['W' + str(i)] = 0.1 * np.random.randn(sizes[i - 1], sizes[i])
            self.params['b' + str(i)] = np.zeros(sizes[i])

    def predict(self, x):
        self.a = [x]
        for i in range(1, 4):
            x = x @ self.params['W%d' % i] + self.params['b%d' % i]
            x = np.maximum(x, 0) if i < 3 else np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
            self.a.append(x)
        return x

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(t * np.log(y)) / len(x)

    def numerical_gradient(self, x, t):
        return {k: numerical_gradient(lambda W: self.loss(x, t), v) for k, v in self.params.items()}

    def gradient(self, x, t):
        d = (self.predict(x) - t) / len(x)
        grads = {}
        for i in (3, 2, 1):
            grads['W%d' % i] = self.a[i - 1].T @ d
            grads['b%d' % i] = d.sum(axis=0)
            if i > 1:
                d = d @ self.params['W%d' % i].T * (self.a[i - 1] > 0)
        return grads
