import numpy as np
def logreg_objective(features, target):
    ones = np.ones((len(features), 1))
    A = np.hstack([ones, features])
    def fun(w):
        p = 1 / (1 + np.exp(-A @ w))
        J = -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))
        return J, A.T @ (p - target) / len(target)
    return fun
