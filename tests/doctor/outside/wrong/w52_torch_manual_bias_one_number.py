import torch

# manual backprop with tensors only, checking against autograd later
def grads(x, y, w1, b1, w2, b2):
    n = x.shape[0]
    h_pre = x.mm(w1) + b1
    h = torch.sigmoid(h_pre)
    logits = h.mm(w2) + b2
    log_p = torch.log_softmax(logits, dim=1)
    loss = -log_p[torch.arange(n), y].mean()

    dlogits = torch.exp(log_p)
    dlogits[torch.arange(n), y] -= 1
    dlogits /= n
    dw2 = h.t().mm(dlogits)
    db2 = dlogits.sum(0)
    dh = dlogits.mm(w2.t()) * h * (1 - h)
    dw1 = x.t().mm(dh)
    db1 = dh.sum()
    return loss, dw1, db1, dw2, db2
