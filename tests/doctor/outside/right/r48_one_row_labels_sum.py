import numpy as np

# labels Y of shape (1, m); J is the SUM over the training set here
def logistic_unit(w, b, X, Y):
    Z = np.dot(w.T, X) + b
    A = 1 / (1 + np.exp(-Z))
    J = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dZ = A - Y
    dw = np.dot(X, dZ.T)
    db = np.sum(dZ)
    return J, dw, db
