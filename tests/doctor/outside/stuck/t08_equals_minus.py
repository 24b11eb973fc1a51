import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def train_logreg(X, y, w, b, lr=0.1, epochs=500):
    for epoch in range(epochs):
        a = sigmoid(X @ w + b)
        loss = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
        dw = X.T @ (a - y) / len(y)
        db = np.mean(a - y)
        w =- lr * dw
        b =- lr * db
        if epoch % 100 == 0:
            print(f"{epoch}: {loss}")
    return w, b
