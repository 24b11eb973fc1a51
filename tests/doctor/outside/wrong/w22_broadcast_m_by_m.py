import numpy as np
# regression on the bike data, 1 hidden layer. why is my loss stuck at the variance of y??

def forward(features, w1, b1, w2, b2):
    hidden = np.tanh(features @ w1 + b1)
    pred = hidden @ w2 + b2            # (batch, 1)
    return hidden, pred

def compute_loss(pred, targets):
    return np.mean((pred - targets) ** 2)

def get_grads(features, targets, w1, b1, w2, b2):
    """targets has shape (batch,)"""
    n = features.shape[0]
    hidden, pred = forward(features, w1, b1, w2, b2)
    loss = compute_loss(pred, targets)
    dpred = 2 * (pred - targets[:, None]) / n
    dw2 = hidden.T @ dpred
    db2 = dpred.sum(axis=0)
    dz = dpred @ w2.T * (1 - hidden ** 2)
    dw1 = features.T @ dz
    db1 = dz.sum(axis=0)
    return loss, dw1, db1, dw2, db2
