import numpy as np

def sig(x): return 1/(1+np.exp(-x))

# XOR in a few lines, python 3
def train(X, y, syn0, syn1, lr, steps):
    for i in range(steps):
        l1 = sig(np.dot(X, syn0))
        l2 = sig(np.dot(l1, syn1))
        l2_delta = (y - l2) * (l2 * (1 - l2))
        syn1 += lr * l1.T.dot(l2_delta)
        l1_delta = l2_delta.dot(syn1.T) * (l1 * (1 - l1))
        syn0 += lr * X.T.dot(l1_delta)
    return syn0, syn1
