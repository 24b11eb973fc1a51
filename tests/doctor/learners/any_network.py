# ruff: noqa
"""Right implementations of any network: loop or vectorised, any order, float32 or float64."""

import numpy as np


def activation_of(name):
    if name == "sigmoid":
        return lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2
    if name == "tanh":
        return np.tanh, lambda z: 1 / np.cosh(z) ** 2
    if name == "relu":
        return lambda z: z * (z > 0), lambda z: (z > 0).astype(z.dtype)
    if name == "leaky_relu":
        return lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)
    if name == "silu":

        def slope(z):
            s = 1 / (1 + np.exp(-z))
            return s * (1 + z * (1 - s))

        return lambda z: z / (1 + np.exp(-z)), slope
    return lambda z: z, lambda z: np.ones_like(z)


def output_of(cost, z):
    if cost in ("logistic", "quadratic"):
        return 1 / (1 + np.exp(-z))
    if cost == "softmax":
        e = np.exp(z)
        return e / e.sum(-1, keepdims=True)
    return np.exp(z) if cost == "poisson" else z


def loss_of(cost, h, y):
    if cost == "logistic":
        return -(y * np.log(h) + (1 - y) * np.log(1 - h)).sum()
    if cost == "softmax":
        return -np.log(h[y == 1]).sum()
    if cost == "poisson":
        some = y > 0
        return (h - y).sum() + (y[some] * np.log(y[some] / h[some])).sum()
    if cost == "huber":
        e = abs(h - y)
        return np.where(e <= 1, e * e / 2, e - 0.5).sum()
    if cost == "quantile":
        return np.maximum((y - h) / 2, (h - y) / 2).sum()
    return ((h - y) ** 2).sum() / 2


def make(sizes, activation, cost, order, loop, dtype, labels):
    """A function of (theta, X, y, lambda_) for one architecture."""
    g, g_prime = activation_of(activation)

    def matrices(theta):
        found, at = [], 0
        for s_in, s_out in zip(sizes[:-1], sizes[1:]):
            n = s_out * (s_in + 1)
            found.append(theta[at : at + n].reshape((s_out, s_in + 1), order=order))
            at += n
        return found

    def one_pass(Ts, X, Y):
        """Summed cost and gradients of some rows."""
        a, zs = [X], []
        for i, T in enumerate(Ts):
            zs.append(a[-1] @ T[:, 1:].T + T[:, 0])
            a.append(g(zs[-1]) if i < len(Ts) - 1 else output_of(cost, zs[-1]))
        h = a[-1]
        d = h - Y
        if cost == "quadratic":
            d = d * h * (1 - h)
        if cost == "huber":
            d = np.minimum(np.maximum(d, -1), 1)
        if cost == "quantile":
            d = np.sign(d) / 2
        grads = []
        for i in range(len(Ts) - 1, -1, -1):
            ones = np.ones((len(X), 1), X.dtype)
            grads.append(d.T @ np.concatenate([ones, a[i]], axis=1))
            if i:
                d = (d @ Ts[i])[:, 1:] * g_prime(zs[i - 1])
        return loss_of(cost, h, Y), grads[::-1]

    def f(theta, X, y, lambda_):
        theta, X = theta.astype(dtype), X.astype(dtype)
        Ts = matrices(theta)
        m, K = len(X), sizes[-1]
        if labels == "matrix":
            Y = y.reshape(m, K).astype(dtype)
        else:
            Y = np.zeros((m, K), dtype)
            for i in range(m):
                Y[i, int(y[i]) - labels] = 1
        if loop:
            J, total = 0, [0 for _ in Ts]
            for i in range(m):
                more, grads = one_pass(Ts, X[i : i + 1], Y[i : i + 1])
                J = J + more
                total = [t + more for t, more in zip(total, grads)]
        else:
            J, total = one_pass(Ts, X, Y)
        J = J / m
        out = []
        for T, D in zip(Ts, total):
            J = J + lambda_ / (2 * m) * (T[:, 1:] ** 2).sum()
            keep = np.ones_like(T)
            keep[:, 0] = 0
            out.append((D / m + lambda_ / m * keep * T).astype(dtype))
        return J, np.concatenate([D.ravel(order=order) for D in out])

    return f
