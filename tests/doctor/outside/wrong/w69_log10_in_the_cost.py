from numpy import exp, log10, ones, hstack, zeros

def sigmoid(z):
    return 1 / (1 + exp(-z))

def costFunction(theta, X, y):
    m, n = X.shape
    X = hstack([ones((m, 1)), X])
    h = sigmoid(X.dot(theta))
    J = (-1.0 / m) * sum(y * log10(h) + (1 - y) * log10(1 - h))
    grad = zeros(theta.shape)
    for j in range(n + 1):
        grad[j] = (1.0 / m) * sum((h - y) * X[:, j])
    return J, grad
