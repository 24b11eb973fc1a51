import math
import random

def sig(x):
    return 1.0 / (1.0 + math.exp(-x))

# one training case, plain python lists, no numpy
# w_h[i][j]: from input j to hidden i ; w_o[k][i]: from hidden i to output k
def backprop(x, t, w_h, b_h, w_o, b_o):
    hid = []
    for i in range(len(w_h)):
        s = b_h[i]
        for j in range(len(x)):
            s += w_h[i][j] * x[j]
        hid.append(sig(s))
    out = []
    for k in range(len(w_o)):
        s = b_o[k]
        for i in range(len(hid)):
            s += w_o[k][i] * hid[i]
        out.append(sig(s))
    err = 0.0
    for k in range(len(out)):
        err += 0.5 * (t[k] - out[k]) ** 2
    d_o = [(out[k] - t[k]) * out[k] * (1 - out[k]) for k in range(len(out))]
    d_h = []
    for i in range(len(hid)):
        s = 0.0
        for k in range(len(out)):
            s += d_o[k] * w_o[i][k]
        d_h.append(s * hid[i] * (1 - hid[i]))
    g_o = [[d * h for h in hid] for d in d_o]
    g_h = [[d * v for v in x] for d in d_h]
    return err, g_h, d_h, g_o, d_o
