import numpy as np

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

def train(X, y, syn0, syn1, alpha=1.0, iters=1):
    for j in range(iters):
        l0 = X
        l1 = nonlin(l0 @ syn0)
        l2 = nonlin(l1 @ syn1)
        l2_error = y - l2
        if (j % 10000) == 0:
            print("Error:" + str(np.mean(np.abs(l2_error))))
        l2_delta = l2_error * nonlin(l2, deriv=True)
        l1_error = l2_delta.dot(syn1.T)
        l1_delta = l1_error * nonlin(l1, deriv=True)
        syn1 += alpha * l1.T.dot(l2_delta)
        syn0 += alpha * l0.T.dot(l1_delta)
    return syn0, syn1
