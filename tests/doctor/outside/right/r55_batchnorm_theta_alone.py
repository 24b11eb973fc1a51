import numpy as np
rng = np.random.RandomState(7)
DATA = rng.randn(10, 3)
LABELS = rng.randint(0, 2, 10)

# W1 (3, 4), gamma (4,), beta (4,), W2 (4, 2) in one vector of 28 numbers
def bn_net(v):
    W1 = v[:12].reshape(3, 4)
    gamma = v[12:16]
    beta = v[16:20]
    W2 = v[20:28].reshape(4, 2)
    N = len(DATA)
    u = DATA.dot(W1)
    mu = u.mean(axis=0)
    var = u.var(axis=0)
    inv = 1.0 / np.sqrt(var + 1e-5)
    xh = (u - mu) * inv
    h = np.tanh(gamma * xh + beta)
    s = h.dot(W2)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(N), LABELS]).sum() / N
    ds = p.copy()
    ds[np.arange(N), LABELS] -= 1
    ds /= N
    dout = ds.dot(W2.T) * (1 - h ** 2)
    dgamma = (dout * xh).sum(axis=0)
    dbeta = dout.sum(axis=0)
    dxh = dout * gamma
    du = inv / N * (N * dxh - dxh.sum(axis=0) - xh * (dxh * xh).sum(axis=0))
    return loss, np.concatenate([DATA.T.dot(du).ravel(), dgamma, dbeta, h.T.dot(ds).ravel()])
