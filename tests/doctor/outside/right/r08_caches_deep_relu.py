import numpy as np

def linear_forward(A, W, b):
    return W.dot(A) + b, (A, W, b)

def model_forward(X, parameters):
    caches, A, L = [], X, len(parameters) // 2
    for l in range(1, L + 1):
        Z, lin = linear_forward(A, parameters["W%d" % l], parameters["b%d" % l])
        A = np.maximum(0, Z) if l < L else 1 / (1 + np.exp(-Z))
        caches.append((lin, Z))
    return A, caches

def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = (1. / m) * (-np.dot(Y, np.log(AL).T) - np.dot(1 - Y, np.log(1 - AL).T))
    return np.squeeze(cost)

def model_backward(AL, Y, caches):
    grads, m, L = {}, AL.shape[1], len(caches)
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in range(L, 0, -1):
        (A_prev, W, b), Z = caches[l - 1]
        if l == L:
            s = 1 / (1 + np.exp(-Z))
            dZ = dA * s * (1 - s)
        else:
            dZ = np.array(dA, copy=True)
            dZ[Z <= 0] = 0
        grads["dW%d" % l] = dZ @ A_prev.T / m
        grads["db%d" % l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = W.T @ dZ
        grads["dA%d" % (l - 1)] = dA
    return grads
