import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1.0 - sigmoid(z))

def backprop(x, y, weights, biases):
    """one example, x and y are column vectors; returns (nabla_b, nabla_w)"""
    activation, activations, zs = x, [x], []
    for b, w in zip(biases, weights):
        z = w.dot(activation) + b
        zs.append(z)
        activation = sigmoid(z)
        activations.append(activation)
    nabla_b = [np.zeros_like(b) for b in biases]
    nabla_w = [np.zeros_like(w) for w in weights]
    delta = activations[-1] - y
    nabla_b[-1] = delta
    nabla_w[-1] = delta.dot(activations[-2].T)
    for l in range(2, len(weights) + 1):
        delta = weights[-l + 1].T.dot(delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = delta.dot(activations[-l - 1].T)
    return nabla_b, nabla_w

def cost(x, y, weights, biases):
    for b, w in zip(biases, weights):
        x = sigmoid(w.dot(x) + b)
    return 0.5 * np.linalg.norm(x - y) ** 2
