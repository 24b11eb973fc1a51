import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))

def cost_and_grads(W1, b1, W2, b2, X, Y):
    A1 = np.maximum(0, X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    J = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))     # sometimes nan?
    d2 = (A2 - Y) / Y.size
    d1 = d2 @ W2.T * (A1 > 0)
    return J, X.T @ d1, d1.sum(0), A1.T @ d2, d2.sum(0)

def train(X, Y, hidden=50, lr=0.1, iters=100):
    np.random.seed(0)
    W1, b1 = np.random.randn(X.shape[1], hidden) * 10, np.zeros(hidden)
    W2, b2 = np.random.randn(hidden, 1) * 10, np.zeros(1)
    for i in range(iters):
        J, dW1, db1, dW2, db2 = cost_and_grads(W1, b1, W2, b2, X, Y)
        print(i, J)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
    return W1, b1, W2, b2
