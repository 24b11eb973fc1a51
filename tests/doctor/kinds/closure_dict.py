import numpy as np


def build_loss(images, labels, reg):
    """labels one-hot, (m, K)"""
    m = images.shape[0]

    def loss_and_grads(params):
        W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
        hidden = np.maximum(images @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        scores = scores - scores.max(axis=1, keepdims=True)
        logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        loss = -(labels * logp).sum() / m + reg / (2 * m) * ((W1**2).sum() + (W2**2).sum())
        dscores = (np.exp(logp) - labels) / m
        dhidden = dscores @ W2.T
        dhidden[hidden <= 0] = 0
        return loss, {
            "W1": images.T @ dhidden + reg / m * W1,
            "b1": dhidden.sum(axis=0),
            "W2": hidden.T @ dscores + reg / m * W2,
            "b2": dscores.sum(axis=0),
        }

    return loss_and_grads
