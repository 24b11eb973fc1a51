import numpy as np
from sklearn_data import load_wine_scaled  # mine

x_train, y_train = load_wine_scaled()
learning_rate = 0.05
num_epochs = 500

w_hidden = np.random.normal(size=(13, 8))
b_hidden = np.zeros((1, 8))
w_out = np.random.normal(size=(8, 3))
b_out = np.zeros((1, 3))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def feed_forward(x):
    hidden = np.tanh(x @ w_hidden + b_hidden)
    return hidden, softmax(hidden @ w_out + b_out)


def train():
    global w_hidden, b_hidden, w_out, b_out
    for epoch in range(num_epochs):
        hidden, probs = feed_forward(x_train)
        d_out = (probs - y_train) / len(x_train)
        d_hidden = d_out @ w_out.T * (1 - hidden**2)
        w_out -= learning_rate * hidden.T @ d_out
        b_out -= learning_rate * d_out.sum(axis=0, keepdims=True)
        w_hidden -= learning_rate * x_train.T @ d_hidden
        b_hidden -= learning_rate * d_hidden.sum(axis=0, keepdims=True)
