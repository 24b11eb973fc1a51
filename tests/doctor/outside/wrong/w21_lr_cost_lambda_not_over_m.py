import numpy as np
from scipy.optimize import minimize

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

# one-vs-all, ex3.  theta[0] is the bias
def lrCostFunction(theta, X, y, lambda_):
    m = len(y)
    X1 = np.hstack((np.ones((m, 1)), X))
    h = sigmoid(X1 @ theta)
    temp = theta.copy()
    temp[0] = 0
    J = -1 / m * (y @ np.log(h) + (1 - y) @ np.log(1 - h)) + lambda_ / (2 * m) * temp @ temp
    grad = X1.T @ (h - y) / m + lambda_ * temp
    return J, grad

def oneVsAll(X, y, num_labels, lambda_):
    all_theta = np.zeros((num_labels, X.shape[1] + 1))
    for c in range(num_labels):
        res = minimize(lrCostFunction, all_theta[c], (X, (y == c) * 1., lambda_), jac=True)
        all_theta[c] = res.x
    return all_theta
