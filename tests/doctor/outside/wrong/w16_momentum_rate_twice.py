import numpy as np

def relu(z): return np.where(z > 0, z, 0)

def train(X, Y, params, lr=0.1, momentum=0.9, epochs=1):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    v = {k: np.zeros_like(p) for k, p in params.items()}
    m = len(X)
    for epoch in range(epochs):
        Z1 = X @ W1 + b1
        H = relu(Z1)
        out = H @ W2 + b2
        loss = ((out - Y) ** 2).sum() / (2 * m)
        if epoch % 100 == 0:
            print("epoch", epoch, "loss", loss)
        dout = (out - Y) / m
        dZ1 = (dout @ W2.T) * (Z1 > 0)
        grads = {"W1": X.T @ dZ1, "b1": dZ1.sum(0), "W2": H.T @ dout, "b2": dout.sum(0)}
        for k in v:
            v[k] = momentum * v[k] + lr * grads[k]
        W1 -= lr * v["W1"]
        b1 -= lr * v["b1"]
        W2 -= lr * v["W2"]
        b2 -= lr * v["b2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
