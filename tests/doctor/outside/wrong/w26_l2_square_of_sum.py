import numpy as np

def sigmoid(z): return 1/(1+np.exp(-z))

def model(X, Y, parameters, lambd):
    """returns (cost, grads), columns are examples"""
    W1, b1, W2, b2 = [parameters[k] for k in ('W1', 'b1', 'W2', 'b2')]
    m = X.shape[1]
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = sigmoid(np.dot(W2, A1) + b2)
    cross_entropy = -np.sum(Y*np.log(A2) + (1-Y)*np.log(1-A2))/m
    L2 = lambd/(2*m) * (np.square(np.sum(W1)) + np.square(np.sum(W2)))
    cost = cross_entropy + L2
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T)/m + lambd/m*W2
    db2 = np.sum(dZ2, axis=1, keepdims=True)/m
    dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2)
    dW1 = np.dot(dZ1, X.T)/m + lambd/m*W1
    db1 = np.sum(dZ1, axis=1, keepdims=True)/m
    return cost, {'dW1': dW1, 'db1': db1, 'dW2': dW2, 'db2': db2}
