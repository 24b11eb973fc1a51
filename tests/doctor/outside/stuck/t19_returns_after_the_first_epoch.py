import numpy as np

def relu(z): return np.maximum(z, 0)

def fit(X, Y, W1, b1, W2, b2, learning_rate=0.01, num_epochs=1000):
    for epoch in range(num_epochs):
        Z1 = X @ W1 + b1
        A1 = relu(Z1)
        S = A1 @ W2 + b2
        P = np.exp(S - S.max(1, keepdims=True))
        P = P / P.sum(1, keepdims=True)
        dS = (P - Y) / len(X)
        dZ1 = dS @ W2.T * (Z1 > 0)
        W2 = W2 - learning_rate * A1.T @ dS
        b2 = b2 - learning_rate * dS.sum(axis=0)
        W1 = W1 - learning_rate * X.T @ dZ1
        b1 = b1 - learning_rate * dZ1.sum(axis=0)
        return W1, b1, W2, b2
