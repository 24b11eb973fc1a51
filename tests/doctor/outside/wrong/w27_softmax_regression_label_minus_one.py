import numpy as np

def softmax_loss_vectorized(W, b, X, labels):
    """softmax regression, W (D, C), labels are 0 .. C-1"""
    num = X.shape[0]
    scores = X.dot(W) + b
    scores -= np.max(scores, axis=1).reshape(-1, 1)
    exps = np.exp(scores)
    probs = exps / exps.sum(axis=1).reshape(-1, 1)
    loss = -np.sum(np.log(probs[np.arange(num), labels])) / num
    dscores = probs.copy()
    dscores[np.arange(num), labels - 1] -= 1     # python counts from 0
    dscores /= num
    dW = X.T.dot(dscores)
    db = dscores.sum(axis=0)
    return loss, dW, db
