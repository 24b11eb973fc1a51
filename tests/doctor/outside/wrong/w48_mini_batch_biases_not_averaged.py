import numpy as np

class Network():
    def __init__(self, sizes):
        self.sizes = sizes
        self.num_layers = len(sizes)
        self.weights = [np.random.randn(j, i) for i, j in zip(sizes, sizes[1:])]
        self.biases = [np.random.randn(j, 1) for j in sizes[1:]]

    def SGD(self, training_data, epochs, mini_batch_size, eta):
        for e in range(epochs):
            np.random.shuffle(training_data)
            for k in range(0, len(training_data), mini_batch_size):
                self.update_mini_batch(training_data[k:k + mini_batch_size], eta)

    def update_mini_batch(self, batch, eta):
        sum_w = [np.zeros_like(w) for w in self.weights]
        sum_b = [np.zeros_like(b) for b in self.biases]
        for x, y in batch:
            gw, gb = self.backprop(x, y)
            sum_w = [s + g for s, g in zip(sum_w, gw)]
            sum_b = [s + g for s, g in zip(sum_b, gb)]
        self.weights = [w - eta / len(batch) * s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - eta * s for b, s in zip(self.biases, sum_b)]

    def backprop(self, x, y):
        acts = [x]
        for w, b in zip(self.weights, self.biases):
            acts.append(sigma(w @ acts[-1] + b))
        delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1])
        gw, gb = [None] * len(self.weights), [None] * len(self.biases)
        for l in range(len(self.weights) - 1, -1, -1):
            gw[l] = delta @ acts[l].T
            gb[l] = delta
            delta = self.weights[l].T @ delta * acts[l] * (1 - acts[l])
        return gw, gb

def sigma(z):
    return 1 / (1 + np.exp(-z))
