import numpy as np

class MLP:
    def __init__(self, sizes, seed=3):
        r = np.random.default_rng(seed)
        self.weights = [r.normal(0, 0.5, (o, i)) for i, o in zip(sizes, sizes[1:])]
        self.biases = [np.zeros((o, 1)) for o in sizes[1:]]

    def fit(self, X, Y, eta=0.3, epochs=50):
        n = X.shape[0]
        for _ in range(epochs):
            acts = [X.T]
            for w, b in zip(self.weights, self.biases):
                acts.append(1 / (1 + np.exp(-(w @ acts[-1] + b))))
            delta = (acts[-1] - Y.T) * acts[-1] * (1 - acts[-1])
            grads = []
            for l in reversed(range(len(self.weights))):
                grads.append((l, delta @ acts[l].T / n, delta.sum(axis=1, keepdims=True) / n))
                delta = self.weights[l].T @ delta * acts[l] * (1 - acts[l])
            for l, gw, gb in grads:
                self.weights[l] += eta * gw
                self.biases[l] += eta * gb
        return self
