import numpy as np
class dotdict(dict): __getattr__ = dict.get

def fwd(p, X):
    c = dotdict()
    c.A0 = X
    c.Z1 = p['W1'].dot(c.A0) + p['b1']
    c.A1 = np.maximum(c.Z1, 0)
    c.Z2 = p['W2'].dot(c.A1) + p['b2']
    t = np.exp(c.Z2 - c.Z2.max(0))
    c.A2 = t / t.sum(0)
    return c

def loss(p, X, Y):
    return -np.mean(np.sum(Y * np.log(fwd(p, X).A2), axis=0))

def bwd(p, X, Y):
    c = fwd(p, X)
    m = X.shape[1]
    g = {}
    d2 = (c.A2 - Y) / m
    g['W2'] = d2.dot(c.A1.T)
    g['b2'] = d2.sum(1, keepdims=True)
    d1 = p['W2'].T.dot(d2)
    d1[c.Z1 < 0] = 0
    g['W1'] = d1.dot(c.A1.T)
    g['b1'] = d1.sum(1, keepdims=True)
    return g
