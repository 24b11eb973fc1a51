import numpy as np

sigmoid = lambda z: 1 / (1 + np.exp(-z))

def nnCost(Theta1, Theta2, X, Y):
    m = X.shape[0]
    J = 0
    D1 = np.zeros(Theta1.shape)
    D2 = np.zeros(Theta2.shape)
    for t in range(m):
        a1 = np.append(1, X[t])
        z2 = Theta1 @ a1
        a2 = np.append(1, sigmoid(z2))
        a3 = sigmoid(Theta2 @ a2)
        J += -np.sum(Y[t] * np.log(a3) + (1 - Y[t]) * np.log(1 - a3))
        delta3 = a3 - Y[t]
        delta2 = (Theta2.T @ delta3)[1:] * sigmoid(z2) * (1 - sigmoid(z2))
        D1 = np.outer(delta2, a1)
        D2 = np.outer(delta3, a2)
    return J / m, D1 / m, D2 / m
