import numpy as np

class Linear:
    def __init__(self, in_features, out_features):
        self.weight = np.random.randn(out_features, in_features) / np.sqrt(in_features)
        self.bias = np.zeros(out_features)
    def forward(self, x):
        self.x = x
        return x @ self.weight.T + self.bias
    def backward(self, grad):
        self.grad_weight = grad.T @ self.x
        self.grad_bias = grad.sum(axis=0)
        return grad @ self.weight

class ReLU:
    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0)
    def backward(self, grad):
        return np.where(grad > 0, grad, 0)

class MSELoss:
    def forward(self, pred, y):
        self.diff = pred - y
        return np.sum(self.diff ** 2) / (2 * len(y))
    def backward(self):
        return self.diff / len(self.diff)

class Sequential:
    def __init__(self, *layers):
        self.layers = layers
    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x
    def backward(self, grad):
        for layer in self.layers[::-1]:
            grad = layer.backward(grad)
        return grad

model = Sequential(Linear(4, 5), ReLU(), Linear(5, 2))
criterion = MSELoss()
