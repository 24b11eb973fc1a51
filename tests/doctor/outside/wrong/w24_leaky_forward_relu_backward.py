import numpy as np

def lrelu(x, alpha=0.01):
    return np.where(x > 0, x, alpha * x)

def lrelu_grad(x):
    return (x > 0).astype(float)

def softmax(x):
    x = x - x.max(axis=-1, keepdims=True)
    ex = np.exp(x)
    return ex / ex.sum(axis=-1, keepdims=True)

def train_batch(xb, yb, Ws, bs):
    # Ws[i]: (fan_in, fan_out); yb one-hot
    hs, zs = [xb], []
    for i, (W, b) in enumerate(zip(Ws, bs)):
        z = hs[-1] @ W + b
        zs.append(z)
        hs.append(lrelu(z) if i < len(Ws) - 1 else softmax(z))
    loss = -np.mean(np.sum(yb * np.log(hs[-1]), axis=1))
    g = (hs[-1] - yb) / len(xb)
    dWs, dbs = [None] * len(Ws), [None] * len(bs)
    for i in range(len(Ws) - 1, -1, -1):
        dWs[i], dbs[i] = hs[i].T @ g, g.sum(axis=0)
        if i:
            g = (g @ Ws[i].T) * lrelu_grad(zs[i - 1])
    return loss, dWs, dbs
