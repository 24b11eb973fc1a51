import numpy as np
from scipy.optimize import fmin_l_bfgs_b

def make_objective(X, y, n_hidden, n_classes, alpha=0.0):
    """returns f(theta) -> (loss, gradient) for L-BFGS"""
    n, d = X.shape
    T = np.eye(n_classes)[y]

    def unpack(theta):
        i = d * n_hidden
        j = i + n_hidden
        k = j + n_hidden * n_classes
        return theta[:i].reshape(d, n_hidden), theta[i:j], theta[j:k].reshape(n_hidden, n_classes), theta[k:]

    def objective(theta):
        W1, b1, W2, b2 = unpack(theta)
        H = np.tanh(X @ W1 + b1)
        S = H @ W2 + b2
        S = S - S.max(axis=1, keepdims=True)
        P = np.exp(S)
        P /= P.sum(axis=1, keepdims=True)
        loss = -np.sum(T * np.log(P)) / n + alpha / (2 * n) * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
        dS = (P - T) / n
        dH = dS @ W2.T * (1 - H ** 2)
        g = [X.T @ dH + alpha / n * W1, dH.sum(0), H.T @ dS + alpha / n * W2, dS.sum(0)]
        return loss, np.concatenate([v.ravel() for v in g])

    return objective

if __name__ == "__main__":
    Xtr, ytr = np.random.randn(50, 4), np.random.randint(0, 3, 50)
    f = make_objective(Xtr, ytr, 5, 3, 1e-3)
    print(fmin_l_bfgs_b(f, 0.1 * np.random.randn(4 * 5 + 5 + 5 * 3 + 3))[1])
