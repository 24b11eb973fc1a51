import numpy as np

def initialize_parameters(n_x, n_h, n_y):
    return {"W1": np.zeros((n_h, n_x)), "b1": np.zeros((n_h, 1)),
            "W2": np.zeros((n_y, n_h)), "b2": np.zeros((n_y, 1))}

def sigmoid(z): return 1 / (1 + np.exp(-z))

def train(X, Y, n_h=4, num_iterations=1000, learning_rate=1.0):
    m = X.shape[1]
    p = initialize_parameters(X.shape[0], n_h, Y.shape[0])
    for i in range(num_iterations):
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        A2 = sigmoid(p["W2"] @ A1 + p["b2"])
        cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
        dZ2 = A2 - Y
        dZ1 = p["W2"].T @ dZ2 * (1 - A1 ** 2)
        p["W1"] -= learning_rate * dZ1 @ X.T / m
        p["b1"] -= learning_rate * dZ1.sum(1, keepdims=True) / m
        p["W2"] -= learning_rate * dZ2 @ A1.T / m
        p["b2"] -= learning_rate * dZ2.sum(1, keepdims=True) / m
        if i % 100 == 0:
            print("cost after iteration %d: %f" % (i, cost))
    return p
