import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def backprop(params, input_size, hidden_size, num_labels, X, y, learning_rate):
    """the famous notebook; learning_rate is really lambda, y runs from 1 to num_labels"""
    m = X.shape[0]
    theta1 = np.reshape(params[:hidden_size * (input_size + 1)], (hidden_size, input_size + 1))
    theta2 = np.reshape(params[hidden_size * (input_size + 1):], (num_labels, hidden_size + 1))
    y_onehot = np.zeros((m, num_labels))
    for i in range(m):
        y_onehot[i, int(np.ravel(y)[i]) - 1] = 1
    a1 = np.insert(X, 0, values=np.ones(m), axis=1)
    z2 = a1 @ theta1.T
    a2 = np.insert(sigmoid(z2), 0, values=np.ones(m), axis=1)
    h = sigmoid(a2 @ theta2.T)
    J = np.sum(-y_onehot * np.log(h) - (1 - y_onehot) * np.log(1 - h)) / m
    J += float(learning_rate) / (2 * m) * (np.sum(theta1[:, 1:] ** 2) + np.sum(theta2[:, 1:] ** 2))
    delta1, delta2 = np.zeros(theta1.shape), np.zeros(theta2.shape)
    for t in range(m):
        d3t = h[t] - y_onehot[t]
        s = sigmoid(z2[t])
        d2t = theta2[:, 1:].T @ d3t * s * (1 - s)
        delta1 += np.outer(d2t, a1[t])
        delta2 += np.outer(d3t, a2[t])
    delta1 /= m
    delta2 /= m
    delta1[:, 1:] += theta1[:, 1:] * learning_rate / m
    delta2[:, 1:] += theta2[:, 1:] * learning_rate / m
    return J, np.concatenate((np.ravel(delta1), np.ravel(delta2)))
