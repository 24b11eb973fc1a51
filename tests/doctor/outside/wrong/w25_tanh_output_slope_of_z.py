import numpy as np

# predict steering angle in (-1, 1): tanh on both layers
def backprop(X, T, V, vb, W, wb):
    A = np.tanh(X @ V + vb)
    Zo = A @ W + wb
    O = np.tanh(Zo)
    E = np.sum((O - T) ** 2) / (2 * X.shape[0])
    dO = (O - T) * (1 - Zo ** 2) / X.shape[0]
    dW = A.T @ dO
    dwb = dO.sum(0)
    dA = (dO @ W.T) * (1 - A ** 2)
    dV = X.T @ dA
    dvb = dA.sum(0)
    return E, dV, dvb, dW, dwb
