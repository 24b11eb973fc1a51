import numpy as np
import matplotlib.pyplot as plt

def sigmoid(x):
    s = 1/(1+np.exp(-x))
    return s

def forward(X, params):
    Z1 = np.dot(params['W1'], X) + params['b1']
    A1 = np.tanh(Z1)
    Z2 = np.dot(params['W2'], A1) + params['b2']
    A2 = sigmoid(Z2)
    cache = {'Z1': Z1, 'A1': A1, 'Z2': Z2, 'A2': A2}
    return A2, cache

def cost(A2, Y):
    m = Y.shape[1]
    logprobs = Y*np.log(A2) + (1-Y)*np.log(1-A2)
    return -np.sum(logprobs)/m

def backward(params, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache['A1'], cache['A2']
    W2 = params['W2']
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T)/m
    db2 = np.sum(dZ2, axis=1, keepdims=True)/m
    dZ1 = np.dot(W2.T, dZ2) * (1 - A1)     # derivative of tanh
    dW1 = np.dot(dZ1, X.T)/m
    db1 = np.sum(dZ1, axis=1, keepdims=True)/m
    return {'dW2': dW2, 'db2': db2, 'dW1': dW1, 'db1': db1}
