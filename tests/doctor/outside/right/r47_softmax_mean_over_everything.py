import numpy as np

def forward(inputs, W, b, V, c):
    hid = np.tanh(inputs @ W + b)
    s = hid @ V + c
    s = np.exp(s - s.max(axis=1, keepdims=True))
    return hid, s / s.sum(axis=1, keepdims=True)

def xent(inputs, onehot, W, b, V, c):
    # np.mean over the whole (batch, classes) array
    return np.mean(-onehot * np.log(forward(inputs, W, b, V, c)[1]))

def backprop(inputs, onehot, W, b, V, c):
    hid, p = forward(inputs, W, b, V, c)
    ds = (p - onehot) / onehot.size
    dh = ds @ V.T * (1 - hid * hid)
    return {'W': inputs.T @ dh, 'b': dh.sum(0), 'V': hid.T @ ds, 'c': ds.sum(0)}
