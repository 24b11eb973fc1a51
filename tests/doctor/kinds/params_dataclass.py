from dataclasses import dataclass
import numpy as np

@dataclass
class Model:
    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray

    def __iter__(self):
        return iter((self.W1, self.b1, self.W2, self.b2))

def relu(x): return np.maximum(x, 0)

def forward(model, X):
    Z1 = model.W1 @ X + model.b1
    A1 = relu(Z1)
    return Z1, A1, 1/(1+np.exp(-(model.W2 @ A1 + model.b2)))

def cost_fn(model, X, Y):
    *_, A2 = forward(model, X)
    return -np.sum(Y*np.log(A2) + (1-Y)*np.log(1-A2))/X.shape[1]

def backprop(model, X, Y):
    Z1, A1, A2 = forward(model, X)
    m = X.shape[1]
    d2 = (A2 - Y)/m
    d1 = model.W2.T @ d2 * (Z1 > 0)
    return Model(W1=d1 @ X.T, b1=d1.sum(1, keepdims=True), W2=d2 @ A1.T, b2=d2.sum(1, keepdims=True))

def sgd(model, X, Y, lr):
    g = backprop(model, X, Y)
    return Model(*(p - lr*q for p, q in zip(model, g)))
