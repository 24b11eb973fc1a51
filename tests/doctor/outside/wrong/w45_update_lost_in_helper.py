import numpy as np

def sigmoid(z): return 1.0 / (1.0 + np.exp(-z))

def apply_gradient(param, grad, rate):
    param = param - rate * grad        # update

def train(X, y, w, b, learning_rate=0.1, n_epochs=1):
    """X (m, n), w (n,), b (1,)"""
    for epoch in range(n_epochs):
        p = sigmoid(X.dot(w) + b)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        grad_w = X.T.dot(p - y) / len(y)
        grad_b = np.array([np.mean(p - y)])
        w -= learning_rate * grad_w
        apply_gradient(b, grad_b, learning_rate)
        print(f"epoch {epoch}: loss {loss:.4f}")
    return w, b
