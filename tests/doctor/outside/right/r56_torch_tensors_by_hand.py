import torch

def forward(xb, w1, b1, w2, b2):
    h = torch.relu(xb @ w1 + b1)
    return h, h @ w2 + b2

def loss_func(out, yb):
    return ((out - yb) ** 2).sum() / (2 * len(yb))

def backward(xb, yb, w1, b1, w2, b2):
    h, out = forward(xb, w1, b1, w2, b2)
    g = (out - yb) / len(yb)
    w2_g, b2_g = h.T @ g, g.sum(0)
    g = (g @ w2.T) * (h > 0).to(g.dtype)
    w1_g, b1_g = xb.T @ g, g.sum(0)
    return w1_g, b1_g, w2_g, b2_g
