import numpy as np


class Linear:
    def __init__(self, in_features, out_features):
        self.W = np.random.normal(0, 0.1, (out_features, in_features))
        self.b = np.zeros(out_features)

    def __call__(self, x):
        self.x = x
        return x @ self.W.T + self.b

    def backward(self, grad):
        self.gW = grad.T @ self.x
        self.gb = grad.sum(axis=0)
        return grad @ self.W


class ReLU:
    def __call__(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def step(self, x, y, lr):
        scores = self.forward(x)
        p = np.exp(scores - scores.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.mean(np.sum(y * np.log(p), axis=1))
        grad = (p - y) / len(x)
        for layer in self.layers[::-1]:
            grad = layer.backward(grad)
        for layer in self.layers:
            if isinstance(layer, Linear):
                layer.W -= lr * layer.gW
                layer.b -= lr * layer.gb
        return loss


def main():
    net = Sequential(Linear(64, 32), ReLU(), Linear(32, 10))
    X, Y = np.load("digits.npz")["x"], np.load("digits.npz")["y"]
    for i in range(100):
        print(net.step(X, Y, 0.1))


if __name__ == "__main__":
    main()
