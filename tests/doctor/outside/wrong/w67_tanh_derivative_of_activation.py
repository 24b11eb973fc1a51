import numpy as np

class TanhLayer:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) / np.sqrt(n_in)
        self.b = np.zeros(n_out)

def tanh_deriv(z):
    return 1.0 - np.tanh(z) ** 2

class Net:
    def __init__(self, *sizes):
        self.layers = [TanhLayer(i, o) for i, o in zip(sizes, sizes[1:])]

    def forward(self, X):
        self.acts = [X]
        for k, layer in enumerate(self.layers):
            z = self.acts[-1] @ layer.W + layer.b
            self.acts.append(z if k == len(self.layers) - 1 else np.tanh(z))
        return self.acts[-1]

    def cost(self, X, Y):
        return ((self.forward(X) - Y) ** 2).sum() / (2 * len(X))

    def gradients(self, X, Y):
        delta = (self.forward(X) - Y) / len(X)
        grads = []
        for k in range(len(self.layers) - 1, -1, -1):
            grads.insert(0, (self.acts[k].T @ delta, delta.sum(axis=0)))
            if k:
                delta = delta @ self.layers[k].W.T * tanh_deriv(self.acts[k])
        return grads
