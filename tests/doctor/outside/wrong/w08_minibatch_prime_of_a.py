import numpy as np

def sigmoid(z):
    return 1.0/(1.0+np.exp(-z))

def sigmoid_prime(z):
    """Derivative of the sigmoid function."""
    return sigmoid(z)*(1-sigmoid(z))

def batch_gradient(x_batch, y_batch, weights, biases):
    # x_batch (m, n_in), y_batch (m, n_out), fully matrix based
    a = x_batch
    activations = [a]
    for w, b in zip(weights, biases):
        a = sigmoid(a @ w.T + b.T)
        activations.append(a)
    m = x_batch.shape[0]
    delta = (activations[-1] - y_batch) * sigmoid_prime(activations[-1])
    nabla_w, nabla_b = [], []
    for l in range(len(weights)-1, -1, -1):
        nabla_w.insert(0, delta.T @ activations[l] / m)
        nabla_b.insert(0, delta.mean(axis=0).reshape(-1, 1))
        if l > 0:
            delta = (delta @ weights[l]) * sigmoid_prime(activations[l])
    cost = 0.5 * np.sum((activations[-1] - y_batch)**2) / m
    return nabla_b, nabla_w, cost
