import numpy as np

def sigmoid(x): return 1 / (1 + np.exp(-x))

def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.maximum(0, Z1)
    D1 = np.random.rand(A1.shape[0], A1.shape[1]) < keep_prob
    A1 = A1 * D1 / keep_prob
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = sigmoid(Z2)
    cache = (Z1, D1, A1, Z2, A2)
    return A2, cache

def compute_cost(A2, Y):
    m = Y.shape[1]
    return np.sum(-np.log(A2) * Y - np.log(1 - A2) * (1 - Y)) / m

def backward_propagation_with_dropout(X, Y, parameters, cache, keep_prob=0.5):
    m = X.shape[1]
    Z1, D1, A1, Z2, A2 = cache
    dZ2 = A2 - Y
    dW2 = 1./m * np.dot(dZ2, A1.T)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(parameters["W2"].T, dZ2)
    # dA1 = dA1 * D1 / keep_prob   ??? do I need this
    dZ1 = np.multiply(dA1, np.int64(Z1 > 0))
    dW1 = 1./m * np.dot(dZ1, X.T)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
