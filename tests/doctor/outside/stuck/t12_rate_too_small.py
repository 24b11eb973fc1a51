import numpy as np

def train(X, y, theta, alpha=1e-6, iters=300):
    """logistic regression, theta[0] bias; cost goes 0.6931, 0.6931, 0.6931 ..."""
    Xb = np.c_[np.ones(len(X)), X]
    for i in range(iters):
        h = 1 / (1 + np.exp(-Xb @ theta))
        J = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
        theta = theta - alpha * Xb.T @ (h - y) / len(y)
        if i % 50 == 0:
            print("%.4f" % J)
    return theta
