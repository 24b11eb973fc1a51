import numpy as np

def sigmoid(Z):
    return 1/(1+np.exp(-Z)), Z

def relu(Z):
    return np.maximum(0, Z), Z

def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        Z = parameters['W' + str(l)] @ A_prev + parameters['b' + str(l)]
        A, act = relu(Z)
        caches.append(((A_prev, parameters['W' + str(l)], parameters['b' + str(l)]), act))
    Z = parameters['W' + str(L)] @ A + parameters['b' + str(L)]
    AL, act = sigmoid(Z)
    caches.append(((A, parameters['W' + str(L)], parameters['b' + str(L)]), act))
    return AL, caches

def compute_cost(AL, Y):
    m = Y.shape[1]
    return np.squeeze(-1/m * np.sum(Y*np.log(AL) + (1-Y)*np.log(1-AL)))

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m

def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = np.divide(Y, AL) - np.divide(1 - Y, 1 - AL)
    linear, Z = caches[L-1]
    s = 1/(1+np.exp(-Z))
    dA, grads["dW" + str(L)], grads["db" + str(L)] = linear_backward(dAL * s * (1-s), linear)
    for l in reversed(range(L-1)):
        linear, Z = caches[l]
        dZ = np.array(dA, copy=True)
        dZ[Z <= 0] = 0
        dA, grads["dW" + str(l+1)], grads["db" + str(l+1)] = linear_backward(dZ, linear)
    return grads
