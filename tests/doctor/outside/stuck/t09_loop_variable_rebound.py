import numpy as np

def forward(X, params):
    W1, b1, W2, b2 = params
    H = np.tanh(X @ W1 + b1)
    return H, H @ W2 + b2

def gradients(X, T, params):
    W1, b1, W2, b2 = params
    H, O = forward(X, params)
    G = (O - T) / len(X)
    GH = G @ W2.T * (1 - H ** 2)
    return [X.T @ GH, GH.sum(0), H.T @ G, G.sum(0)]

def train(X, T, params, lr=0.1, steps=100):
    for s in range(steps):
        grads = gradients(X, T, params)
        for p, g in zip(params, grads):
            p = p - lr * g
        print(s, ((forward(X, params)[1] - T) ** 2).sum() / (2 * len(X)))
    return params
