import numpy as np

def softmax(s):
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)

def fit(X, y, params, lr=0.1, lam=0.01, iters=1):
    # loss = CE + lam/2m * ||W||^2
    W1, b1, W2, b2 = params
    m = X.shape[0]
    T = np.eye(W2.shape[1])[y]
    for it in range(iters):
        H = np.tanh(X @ W1 + b1)
        P = softmax(H @ W2 + b2)
        loss = -np.sum(T * np.log(P)) / m + lam / (2 * m) * (np.sum(W1**2) + np.sum(W2**2))
        G2 = (P - T) / m
        G1 = (G2 @ W2.T) * (1 - H**2)
        gW2 = H.T @ G2 + lam / m * W2
        gW1 = X.T @ G1 + lam / m * W1
        # weight decay
        W1 = (1 - lr * lam / m) * W1 - lr * gW1
        W2 = (1 - lr * lam / m) * W2 - lr * gW2
        b1 = b1 - lr * G1.sum(0)
        b2 = b2 - lr * G2.sum(0)
        if it % 50 == 0: print(it, loss)
    return W1, b1, W2, b2
