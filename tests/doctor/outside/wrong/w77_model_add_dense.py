import numpy as np

class Dense:
    def __init__(self, units, activation=None, input_dim=None):
        self.units, self.activation, self.input_dim = units, activation, input_dim

    def build(self, n_in):
        self.W = np.random.randn(n_in, self.units) * np.sqrt(1 / n_in)
        self.b = np.zeros(self.units)

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return 1 / (1 + np.exp(-self.z)) if self.activation == 'sigmoid' else self.z

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        if self.activation == 'sigmoid':
            s = 1 / (1 + np.exp(-self.z))
            grad = grad * s * (1 - s)
        return grad @ self.W.T

class Model:
    """keras like"""
    def __init__(self):
        self.layers = []

    def add(self, layer):
        layer.build(layer.input_dim or self.layers[-1].units)
        self.layers.append(layer)

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def fit(self, x, y, epochs=1, lr=0.1):
        for _ in range(epochs):
            out = self.predict(x)
            loss = np.sum((out - y) ** 2) / (2 * len(x))
            grad = (out - y) / len(x)
            for layer in reversed(self.layers):
                grad = layer.backward(grad)
            for layer in self.layers:
                layer.W -= lr * layer.dW
                layer.b -= lr * layer.db
        return loss

model = Model()
model.add(Dense(5, activation='sigmoid', input_dim=4))
model.add(Dense(2))
