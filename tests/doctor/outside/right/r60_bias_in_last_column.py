import numpy as np

def act(z):
    return 1 / (1 + np.exp(-z))

# every W is (out, in + 1), the LAST column multiplies the constant 1
def error_and_gradient(Ws, X, D):
    ys = [X]
    for W in Ws:
        ys.append(act(np.hstack([ys[-1], np.ones((len(X), 1))]) @ W.T))
    E = np.sum((ys[-1] - D) ** 2) / 2 / len(X)
    delta = (ys[-1] - D) * ys[-1] * (1 - ys[-1])
    grads = []
    for W, y in zip(Ws[::-1], ys[-2::-1]):
        grads.append(delta.T @ np.hstack([y, np.ones((len(X), 1))]) / len(X))
        delta = delta @ W[:, :-1] * y * (1 - y)
    return E, grads[::-1]
