import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

def sigm(z): return 1/(1+np.exp(-z))

def forward_pass(X, parameters):
    W1 = parameters["W1"]; b1 = parameters["b1"]
    W2 = parameters["W2"]; b2 = parameters["b2"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = sigm(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def compute_cost(A2, Y):
    m = Y.shape[1]
    cost = - np.sum(np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)) / m
    return float(np.squeeze(cost))

def backward_pass(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (1 - np.power(A1, 2))
    grads = {"dZ2": dZ2, "dA1": dA1, "dZ1": dZ1}
    grads["db2"] = 1/m * np.sum(dZ2, axis=1, keepdims=True)
    grads["dW2"] = 1/m * np.dot(dZ2, A1.T)
    grads["db1"] = 1/m * np.sum(dZ1, axis=1, keepdims=True)
    grads["dW1"] = 1/m * np.dot(dZ1, X.T)
    return grads
