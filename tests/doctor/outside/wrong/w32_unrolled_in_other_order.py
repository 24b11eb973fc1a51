import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))

def cost_function(theta, layer_sizes, X, y, lam=0.0):
    s1, s2, s3 = layer_sizes
    n = s2 * (s1 + 1)
    T1 = theta[:n].reshape(s2, s1 + 1)
    T2 = theta[n:].reshape(s3, s2 + 1)
    m = X.shape[0]
    Y = (np.arange(s3)[None, :] == y.reshape(-1, 1)).astype(float)
    A1 = np.column_stack([np.ones(m), X])
    A2 = np.column_stack([np.ones(m), sigmoid(A1 @ T1.T)])
    H = sigmoid(A2 @ T2.T)
    J = -np.sum(Y * np.log(H) + (1 - Y) * np.log(1 - H)) / m
    J += lam / (2 * m) * (np.sum(T1[:, 1:] ** 2) + np.sum(T2[:, 1:] ** 2))
    D3 = H - Y
    D2 = (D3 @ T2 * A2 * (1 - A2))[:, 1:]
    G1 = D2.T @ A1 / m
    G2 = D3.T @ A2 / m
    G1[:, 1:] += lam / m * T1[:, 1:]
    G2[:, 1:] += lam / m * T2[:, 1:]
    # unroll, as in the octave code (:)
    return J, np.hstack([G1.ravel(order='F'), G2.ravel(order='F')])
