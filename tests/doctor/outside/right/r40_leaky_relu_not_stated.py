import numpy as np

def leaky_relu(Z):
    return np.where(Z > 0, Z, Z * 0.01)

def leaky_relu_backward(dA, Z):
    return dA * np.where(Z > 0, 1, 0.01)

def forward_prop(X, params):
    Z1 = params['W1'] @ X + params['b1']
    A1 = leaky_relu(Z1)
    Z2 = params['W2'] @ A1 + params['b2']
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, (Z1, A1, Z2)

def cost_function(A2, Y):
    return -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).mean()

def back_prop(X, Y, params, A2, cache):
    m = X.shape[1]
    Z1, A1, Z2 = cache
    dZ2 = A2 - Y
    dA1 = params['W2'].T @ dZ2
    dZ1 = leaky_relu_backward(dA1, Z1)
    return {
        'W1': dZ1 @ X.T / m, 'b1': dZ1.mean(axis=1, keepdims=True),
        'W2': dZ2 @ A1.T / m, 'b2': dZ2.mean(axis=1, keepdims=True),
    }
