import numpy as np

X = np.random.randn(2, 200)
Y = (X[0:1] * X[1:2] > 0).astype(float)
n_h = 6
W1 = np.random.randn(n_h, 2) * 0.1
b1 = np.zeros((n_h, 1))
W2 = np.random.randn(1, n_h) * 0.1
b2 = np.zeros((1, 1))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def compute_cost():
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))


def forward():
    global A1, A2
    A1 = np.tanh(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)


def backward():
    global dW1, db1, dW2, db2
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m


def update(lr):
    global W1, b1, W2, b2
    W1 = W1 - lr * dW1
    b1 = b1 - lr * db1
    W2 = W2 - lr * dW2
    b2 = b2 - lr * db2


for i in range(500):
    forward()
    backward()
    update(1.2)
    if i % 100 == 0:
        print(i, compute_cost())
