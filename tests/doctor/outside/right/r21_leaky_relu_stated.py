import numpy as np

ALPHA = 0.01

def leaky(z):
    return np.maximum(z, ALPHA * z)

def dleaky(z):
    d = np.ones_like(z)
    d[z < 0] = ALPHA
    return d

def run(Xtr, ytr, Wa, ba, Wb, bb):
    # ytr: ints
    n = Xtr.shape[0]
    za = Xtr @ Wa + ba
    aa = leaky(za)
    zb = aa @ Wb + bb
    zb -= np.amax(zb, axis=1, keepdims=True)
    logp = zb - np.log(np.exp(zb).sum(axis=1, keepdims=True))
    nll = -logp[np.arange(n), ytr].mean()
    g = np.exp(logp)
    g[np.arange(n), ytr] -= 1
    g /= n
    gWb, gbb = aa.T @ g, g.sum(axis=0)
    g = (g @ Wb.T) * dleaky(za)
    gWa, gba = Xtr.T @ g, g.sum(axis=0)
    return nll, gWa, gba, gWb, gbb
