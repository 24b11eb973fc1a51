import numpy as np

def forward(X, parameters, keep_prob=1.0):
    Z1 = parameters['W1'] @ X + parameters['b1']
    A1 = np.maximum(0, Z1)
    D1 = (np.random.rand(*A1.shape) < keep_prob).astype(int)
    A1 = A1 * D1 / keep_prob
    Z2 = parameters['W2'] @ A1 + parameters['b2']
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {'Z1': Z1, 'D1': D1, 'A1': A1, 'Z2': Z2, 'A2': A2}

def cost(A2, Y):
    return np.squeeze(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2), axis=1))

def backward(X, Y, parameters, cache, keep_prob=1.0):
    m = X.shape[1]
    dZ2 = cache['A2'] - Y
    dW2 = dZ2 @ cache['A1'].T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = parameters['W2'].T @ dZ2 * cache['D1'] / keep_prob
    dZ1 = dA1 * (cache['Z1'] > 0)
    return {'dW1': dZ1 @ X.T / m, 'db1': np.sum(dZ1, axis=1, keepdims=True) / m, 'dW2': dW2, 'db2': db2}
