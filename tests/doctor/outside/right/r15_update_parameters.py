import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))

def cost_and_grads(X, Y, parameters):
    # X (n_x, m), Y (1, m)
    m = X.shape[1]
    A1 = sigmoid(parameters['W1'] @ X + parameters['b1'])
    A2 = sigmoid(parameters['W2'] @ A1 + parameters['b2'])
    cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    dZ2 = (A2 - Y) / m
    dZ1 = parameters['W2'].T @ dZ2 * A1 * (1 - A1)
    return cost, {'dW1': dZ1 @ X.T, 'db1': dZ1.sum(1, keepdims=True),
                  'dW2': dZ2 @ A1.T, 'db2': dZ2.sum(1, keepdims=True)}

def update_parameters(parameters, grads, learning_rate=1.2):
    for k in list(parameters):
        parameters[k] = parameters[k] - learning_rate * grads['d' + k]
    return parameters

def nn_model(X, Y, parameters, num_iterations=100, learning_rate=1.2):
    for i in range(num_iterations):
        cost, grads = cost_and_grads(X, Y, parameters)
        parameters = update_parameters(parameters, grads, learning_rate)
        if i % 10 == 0:
            print("Cost after iteration %i: %f" % (i, cost))
    return parameters
