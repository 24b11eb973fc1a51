import random
import numpy as np

class Network:
    def __init__(self, sizes):
        self.sizes, self.num_layers = sizes, len(sizes)
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, p) / np.sqrt(p) for p, n in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(w @ a + b)
        return a

    def update_mini_batch(self, mini_batch, eta):
        nb = [np.zeros(b.shape) for b in self.biases]
        nw = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            dnb, dnw = self.backprop(x, y)
            nb = [a + d for a, d in zip(nb, dnb)]
            nw = [a + d for a, d in zip(nw, dnw)]
        self.weights = [w - eta / len(mini_batch) * g for w, g in zip(self.weights, nw)]
        self.biases = [b - eta / len(mini_batch) * g for b, g in zip(self.biases, nb)]

    def backprop(self, x, y):
        nb = [np.zeros(b.shape) for b in self.biases]
        nw = [np.zeros(w.shape) for w in self.weights]
        activations, zs = [x], []
        for b, w in zip(self.biases, self.weights):
            zs.append(w @ activations[-1] + b)
            activations.append(sigmoid(zs[-1]))
        delta = self.cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
        nb[-1], nw[-1] = delta, delta @ activations[-2].T
        for l in range(2, self.num_layers):
            delta = self.weights[-l + 1].T @ delta * sigmoid_prime(zs[-l])
            nb[-l], nw[-l] = delta, delta @ activations[-l - 1].T
        return nb, nw

    def cost_derivative(self, output, y):
        return output - y

def sigmoid(z): return 1 / (1 + np.exp(-z))
def sigmoid_prime(z): return sigmoid(z) * (1 - sigmoid(z))
