# iris with a hand written net -- python iris_nn.py
import numpy as np
import matplotlib.pyplot as plt

DATA = "iris_local.csv"
hidden_units = int(input("how many hidden units? "))
raw = np.genfromtxt(DATA, delimiter=",", skip_header=1)
X_all, y_all = raw[:, :4], raw[:, 4].astype(int)

def softmax(v):
    e = np.exp(v - np.max(v, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)

def forward(X, W1, b1, W2, b2):
    hidden = 1 / (1 + np.exp(-(X @ W1 + b1)))
    return hidden, softmax(hidden @ W2 + b2)

def loss_function(X, Y, W1, b1, W2, b2):
    _, out = forward(X, W1, b1, W2, b2)
    return -np.sum(Y * np.log(out)) / len(X)

def gradients(X, Y, W1, b1, W2, b2):
    hidden, out = forward(X, W1, b1, W2, b2)
    d_out = (out - Y) / len(X)
    d_hidden = d_out @ W2.T * hidden * (1 - hidden)
    return X.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_out, d_out.sum(axis=0)

W1 = np.random.randn(4, hidden_units); b1 = np.zeros(hidden_units)
W2 = np.random.randn(hidden_units, 3); b2 = np.zeros(3)
Y_all = np.eye(3)[y_all]
history = []
for epoch in range(1000):
    gW1, gb1, gW2, gb2 = gradients(X_all, Y_all, W1, b1, W2, b2)
    W1 -= 0.1 * gW1; b1 -= 0.1 * gb1; W2 -= 0.1 * gW2; b2 -= 0.1 * gb2
    history.append(loss_function(X_all, Y_all, W1, b1, W2, b2))
plt.plot(history)
plt.show()
