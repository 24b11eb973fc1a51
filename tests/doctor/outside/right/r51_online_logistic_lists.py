import math

class OnlineLogistic:
    def __init__(self, n_features, rate=0.1):
        self.w = [0.0] * n_features
        self.b = 0.0
        self.rate = rate

    def predict(self, x):
        z = self.b + sum(w * v for w, v in zip(self.w, x))
        return 1.0 / (1.0 + math.exp(-z))

    def update(self, x, label):
        err = self.predict(x) - label
        self.w = [w - self.rate * err * v for w, v in zip(self.w, x)]
        self.b -= self.rate * err
