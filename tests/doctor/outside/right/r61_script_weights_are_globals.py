import numpy as np
import matplotlib.pyplot as plt

# ---------- settings ----------
n_in, n_hidden, n_out = 4, 5, 3
lr = 0.1

W1 = 0.5 * np.random.randn(n_in, n_hidden)
b1 = np.zeros(n_hidden)
W2 = 0.5 * np.random.randn(n_hidden, n_out)
b2 = np.zeros(n_out)

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def forward(X):
    h = np.maximum(X @ W1 + b1, 0)
    return h, softmax(h @ W2 + b2)

def cost(X, T):
    return -np.mean(np.sum(T * np.log(forward(X)[1]), axis=1))

def train_step(X, T):
    global W1, b1, W2, b2
    h, p = forward(X)
    d2 = (p - T) / len(X)
    d1 = d2 @ W2.T * (h > 0)
    W2 = W2 - lr * h.T @ d2
    b2 = b2 - lr * d2.sum(axis=0)
    W1 = W1 - lr * X.T @ d1
    b1 = b1 - lr * d1.sum(axis=0)

train = np.load("train_features.npz")
for epoch in range(200):
    train_step(train["x"], np.eye(n_out)[train["y"]])
    plt.scatter(epoch, cost(train["x"], np.eye(n_out)[train["y"]]))
plt.show()
