import numpy as np

def loss_grad(A, B, a, b, X, Y):
    """ deep linear network  Y ~ (X A + a) B + b ; returns list of grads [A, a, B, b] last """
    H = X @ A + a
    R = H @ B + b - Y
    n = X.shape[0]
    loss = 0.5 * np.mean(np.sum(R ** 2, axis=1))
    gH = R @ B.T / n
    return loss, [X.T @ gH, gH.sum(0), H.T @ R / n, R.mean(0)]
