# XOR net, all in one script
import numpy as np
import matplotlib.pyplot as plt

np.random.seed(0)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

W1 = np.random.randn(2, 3)
b1 = np.zeros((1, 3))
W2 = np.random.randn(3, 1)
b2 = np.zeros((1, 1))
learning_rate = 0.5

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward(X):
    global a1, a2
    a1 = np.tanh(X.dot(W1) + b1)
    a2 = sigmoid(a1.dot(W2) + b2)
    return a2

def loss(X, y):
    p = forward(X)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

def backward(X, y):
    dz2 = (a2 - y) / len(X)
    dW2 = a1.T.dot(dz2)
    db2 = dz2.sum(axis=0, keepdims=True)
    dz1 = dz2.dot(W2.T)
    dW1 = X.T.dot(dz1)
    db1 = dz1.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2

history = []
for i in range(3000):
    history.append(loss(X, y))
    dW1, db1, dW2, db2 = backward(X, y)
    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
print(forward(X))
plt.plot(history)
plt.show()
assert history[-1] < 0.1, "does not converge!!"
