import numpy as np

def relu(z): return np.maximum(0, z)
def sigmoid(z): return 1 / (1 + np.exp(-z))

def L_layer_step(X, Y, parameters, learning_rate):
    """one step of gradient descent for [LINEAR->RELU]*(L-1)->LINEAR->SIGMOID"""
    L = len(parameters) // 2
    m = X.shape[1]
    A, Zs = [X], []
    for l in range(1, L + 1):
        Zs.append(parameters[f"W{l}"] @ A[-1] + parameters[f"b{l}"])
        A.append(relu(Zs[-1]) if l < L else sigmoid(Zs[-1]))
    grads = {}
    dZ = A[-1] - Y
    for l in range(L, 0, -1):
        grads[f"dW{l}"] = dZ @ A[l - 1].T / m
        grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dZ = parameters[f"W{l}"].T @ dZ * (Zs[l - 2] > 0)
    for l in range(1, L):
        parameters[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
        parameters[f"b{l}"] = parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]
    return parameters
