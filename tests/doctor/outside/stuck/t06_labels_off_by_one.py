import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

# y: class numbers 0, 1, 2.  octave had labels 1..K so I subtract 1
def fit(X, y, W, b, lr=0.5, epochs=300):
    Y = np.zeros((len(y), W.shape[1]))
    Y[np.arange(len(y)), y - 1] = 1
    for i in range(epochs):
        P = softmax(X @ W + b)
        J = -np.sum(Y * np.log(P)) / len(X)
        W = W - lr * X.T @ (P - Y) / len(X)
        b = b - lr * np.mean(P - Y, axis=0)
        if i % 100 == 0:
            acc = np.mean(np.argmax(P, axis=1) == y)
            print(i, J, "accuracy", acc)
    return W, b
