from numpy import *

def g(z): return 1.0 / (1.0 + exp(-z))

# exercise 4, python version. thetas is a list [Theta1, Theta2], y is 0..K-1
def cost_and_grad(thetas, X, y, lam):
    m = X.shape[0]
    K = thetas[-1].shape[0]
    Y = eye(K)[y]
    acts = [hstack([ones((m, 1)), X])]
    for i, T in enumerate(thetas):
        a = g(acts[-1].dot(T.T))
        if i < len(thetas) - 1:
            a = hstack([ones((m, 1)), a])
        acts.append(a)
    h = acts[-1]
    J = -(Y * log(h) + (1 - Y) * log(1 - h)).sum() / m
    J += lam / (2.0 * m) * sum([(T[:, 1:] ** 2).sum() for T in thetas])
    grads = [None] * len(thetas)
    d = h - Y
    for i in reversed(range(len(thetas))):
        grads[i] = d.T.dot(acts[i]) / m
        grads[i][1:, :] += lam / m * thetas[i][1:, :]     # don't regularize the bias
        if i > 0:
            d = (d.dot(thetas[i]) * acts[i] * (1 - acts[i]))[:, 1:]
    return J, grads
