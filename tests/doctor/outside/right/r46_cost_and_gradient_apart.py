import numpy as np
from scipy.optimize import fmin_cg

def _layers(params, n_in, n_hid, n_out):
    cut = n_hid * (n_in + 1)
    return params[:cut].reshape(n_hid, n_in + 1), params[cut:].reshape(n_out, n_hid + 1)

def _forward(T1, T2, X):
    a1 = np.c_[np.ones(len(X)), X]
    a2 = np.c_[np.ones(len(X)), 1 / (1 + np.exp(-a1 @ T1.T))]
    return a1, a2, 1 / (1 + np.exp(-a2 @ T2.T))

def cost(params, n_in, n_hid, n_out, X, y, lmbda):
    T1, T2 = _layers(params, n_in, n_hid, n_out)
    Y = np.eye(n_out)[y]
    h = _forward(T1, T2, X)[2]
    J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / len(X)
    return J + lmbda / (2 * len(X)) * ((T1[:, 1:] ** 2).sum() + (T2[:, 1:] ** 2).sum())

def gradient(params, n_in, n_hid, n_out, X, y, lmbda):
    T1, T2 = _layers(params, n_in, n_hid, n_out)
    a1, a2, h = _forward(T1, T2, X)
    d3 = h - np.eye(n_out)[y]
    d2 = (d3 @ T2 * a2 * (1 - a2))[:, 1:]
    g1, g2 = d2.T @ a1 / len(X), d3.T @ a2 / len(X)
    g1[:, 1:] += lmbda * T1[:, 1:] / len(X)
    g2[:, 1:] += lmbda * T2[:, 1:] / len(X)
    return np.append(g1, g2)

# best = fmin_cg(cost, theta0, fprime=gradient, args=(400, 25, 10, X, y, 1), maxiter=50)
