import numpy as np

ACT = {
    'relu': (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    'linear': (lambda z: z, lambda z: np.ones_like(z)),
}

class Dense:
    def __init__(self, n_in, n_out, activation='linear'):
        self.w = np.random.randn(n_in, n_out) * np.sqrt(2.0 / n_in)
        self.b = np.zeros((1, n_out))
        self.f, self.df = ACT[activation]

    def forward(self, x):
        self.x, self.z = x, x @ self.w + self.b
        return self.f(self.z)

    def backward(self, grad):
        grad = grad * self.df(self.z)
        self.dw, self.db = self.x.T @ grad, grad.sum(axis=0, keepdims=True)
        return grad @ self.w.T

    def update(self, lr):
        self.w -= lr * self.dw
        self.b -= lr * self.db

class Model:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train_on_batch(self, x, y, lr=0.01):
        out = self.forward(x)
        loss = np.mean((out - y) ** 2)
        grad = 2 * (out - y) / out.size
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        for layer in self.layers:
            layer.update(lr)
        return loss

    def fit(self, x, y, epochs=10, lr=0.01, verbose=1):
        for e in range(epochs):
            loss = self.train_on_batch(x, y, lr)
            if verbose:
                print(f"Epoch {e + 1}/{epochs} - loss: {loss:.4f}")

model = Model([Dense(4, 6, 'relu'), Dense(6, 3)])
