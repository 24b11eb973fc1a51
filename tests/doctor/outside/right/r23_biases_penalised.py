import numpy as np

def sigmoid(z):
    return 1/(1+np.exp(-z))

# theta1: 5 x 5, theta2: 3 x 6. I regularize everything, bias too (my teacher does)
def nn_cost(theta1, theta2, X, Y, lambda_):
    m = len(X)
    A1 = np.hstack((np.ones((m, 1)), X))
    A2 = np.hstack((np.ones((m, 1)), sigmoid(A1.dot(theta1.T))))
    A3 = sigmoid(A2.dot(theta2.T))
    J = np.sum(-Y * np.log(A3) - (1 - Y) * np.log(1 - A3)) / m
    J += lambda_ * (np.sum(theta1 ** 2) + np.sum(theta2 ** 2)) / (2 * m)
    d3 = A3 - Y
    d2 = d3.dot(theta2[:, 1:]) * A2[:, 1:] * (1 - A2[:, 1:])
    grad1 = (d2.T.dot(A1) + lambda_ * theta1) / m
    grad2 = (d3.T.dot(A2) + lambda_ * theta2) / m
    return J, grad1, grad2
