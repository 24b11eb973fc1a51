import numpy as np

rng = np.random.RandomState(1)
# 8 x 8 images, grey values 0..255
labels = rng.randint(0, 3, 60)
images = rng.randint(0, 80, (60, 64)) + 150 * (np.arange(64) % 3 == labels[:, None])

def sigmoid(x): return 1 / (1 + np.exp(-x))

def train(images, labels, hidden=16, lr=0.1, epochs=100):
    np.random.seed(0)
    w1, b1 = np.random.randn(images.shape[1], hidden), np.zeros(hidden)
    w2, b2 = np.random.randn(hidden, 3), np.zeros(3)
    onehot = np.eye(3)[labels]
    for e in range(epochs):
        h = sigmoid(images @ w1 + b1)
        s = h @ w2 + b2
        p = np.exp(s - s.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.mean(np.sum(onehot * np.log(p), axis=1))
        d2 = (p - onehot) / len(images)
        d1 = d2 @ w2.T * h * (1 - h)
        w2 -= lr * h.T @ d2
        b2 -= lr * d2.sum(0)
        w1 -= lr * images.T @ d1
        b1 -= lr * d1.sum(0)
        print(e, loss)
    return w1, b1, w2, b2
