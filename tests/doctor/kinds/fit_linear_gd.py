import numpy as np


class LinearRegressionGD:
    def train(self, X, y, lr=0.01, n_iters=1000):
        m, n = X.shape
        self.weights, self.bias = np.zeros((n, 1)), 0
        y = y.reshape(-1, 1)
        for it in range(n_iters):
            y_hat = np.dot(X, self.weights) + self.bias
            dw = (1 / m) * np.dot(X.T, (y_hat - y))
            db = (1 / m) * np.sum(y_hat - y)
            self.weights = self.weights - lr * dw
            self.bias = self.bias - lr * db
        return self.weights, self.bias

    def predict(self, X):
        return np.dot(X, self.weights) + self.bias
