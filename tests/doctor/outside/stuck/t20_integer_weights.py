import numpy as np

def sigmoid(x): return 1 / (1 + np.exp(-x))

def train(X, y, learning_rate=0.1, epochs=300):
    weights = np.array([0] * X.shape[1])
    bias = 0.0
    for epoch in range(epochs):
        p = sigmoid(X @ weights + bias)
        error = p - y
        step = learning_rate * X.T @ error / len(X)
        weights -= step.astype(weights.dtype)     # numpy complained about casting
        bias -= learning_rate * error.mean()
    return weights, bias
