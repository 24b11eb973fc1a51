import numpy as np

# sum over the batch, the 1/m goes into the learning rate
def step_grads(images, labels, W0, b0, W1, b1):
    z = images @ W0 + b0
    a = 1 / (1 + np.exp(-z))
    o = 1 / (1 + np.exp(-(a @ W1 + b1)))
    loss = 0.5 * ((o - labels) ** 2).sum()
    do = (o - labels) * o * (1 - o)
    da = do @ W1.T * a * (1 - a)
    return loss, [images.T @ da, da.sum(axis=0), a.T @ do, do.sum(axis=0)]
