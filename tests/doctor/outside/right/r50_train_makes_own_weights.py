import numpy as np

def sigmoid(x): return 1 / (1 + np.exp(-x))

def train(X, y, hidden_size=3, lr=0.5, epochs=1000):
    np.random.seed(42)
    W1 = np.random.randn(X.shape[1], hidden_size)
    b1 = np.zeros((1, hidden_size))
    W2 = np.random.randn(hidden_size, 1)
    b2 = np.zeros((1, 1))
    losses = []
    for epoch in range(epochs):
        a1 = sigmoid(X @ W1 + b1)
        a2 = sigmoid(a1 @ W2 + b2)
        loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
        losses.append(loss)
        dz2 = a2 - y
        dW2 = a1.T @ dz2 / len(X)
        db2 = np.mean(dz2, axis=0, keepdims=True)
        dz1 = dz2 @ W2.T * a1 * (1 - a1)
        dW1 = X.T @ dz1 / len(X)
        db1 = np.mean(dz1, axis=0, keepdims=True)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
    return W1, b1, W2, b2, losses
