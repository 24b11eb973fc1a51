import numpy as np
np.random.seed(11)
x_data = np.random.randn(9, 3)
t_data = np.random.randn(9, 2)

def f(theta):
    # theta = W1 (3x4) | gamma (4) | beta (4) | W2 (4x2)
    W1, gamma, beta, W2 = theta[:12].reshape(3, 4), theta[12:16], theta[16:20], theta[20:].reshape(4, 2)
    n = len(x_data)
    a = x_data @ W1
    mean, var = a.mean(axis=0), a.var(axis=0)
    std = np.sqrt(var + 1e-5)
    ahat = (a - mean) / std
    h = np.tanh(gamma * ahat + beta)
    out = h @ W2
    loss = np.sum((out - t_data) ** 2) / (2 * n)
    dout = (out - t_data) / n
    dpre = dout @ W2.T * (1 - h ** 2)
    dahat = dpre * gamma
    da = (dahat - dahat.mean(axis=0)) / std        # through the mean, variance treated as constant
    return loss, np.r_[(x_data.T @ da).ravel(), (dpre * ahat).sum(0), dpre.sum(0), (h.T @ dout).ravel()]
