import numpy as np
np.random.seed(3)

def softmax(Z):
    e = np.exp(Z - np.max(Z, axis=0))
    return e / np.sum(e, axis=0)

def forward_and_backward(X_train, Y_train, W1, b1, W2, b2):
    # X_train: (784, m), Y_train: (10, m) one hot
    m = X_train.shape[1]
    Z1 = W1 @ X_train + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2 @ A1 + b2
    A2 = softmax(Z2)
    loss = -np.sum(Y_train * np.log(A2)) / m

    dZ2 = A2 - Y_train
    dW2 = 1 / m * dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * (Z1 > 0)
    dW1 = 1 / m * dZ1 @ X_train.T
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2, loss
