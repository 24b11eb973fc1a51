import numpy as np
import scipy.optimize as opt
from scipy.special import expit

# Theta unrolled column by column like in Octave
def costFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lmbda):
    n1 = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:n1].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[n1:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = len(y)
    Y = np.zeros((m, num_labels)); Y[np.arange(m), y.flatten()] = 1
    A1 = np.hstack([np.ones((m, 1)), X])
    A2 = np.hstack([np.ones((m, 1)), expit(A1.dot(Theta1.T))])
    H = expit(A2.dot(Theta2.T))
    J = np.sum(np.multiply(-Y, np.log(H)) - np.multiply(1 - Y, np.log(1 - H))) / m
    J = J + lmbda / (2 * m) * (np.sum(Theta1[:, 1:]**2) + np.sum(Theta2[:, 1:]**2))
    d3 = H - Y
    d2 = d3.dot(Theta2[:, 1:]) * A2[:, 1:] * (1 - A2[:, 1:])
    T1, T2 = Theta1.copy(), Theta2.copy()
    T1[:, 0] = 0; T2[:, 0] = 0
    D1 = d2.T.dot(A1) / m + lmbda / m * T1
    D2 = d3.T.dot(A2) / m + lmbda / m * T2
    grad = np.r_[D1.flatten(order='F'), D2.flatten(order='F')]
    return J, grad
