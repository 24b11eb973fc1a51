import random, math

class Neuron:
    """one sigmoid unit, online training, plain lists"""
    def __init__(self, n):
        self.weights = [random.uniform(-1, 1) for _ in range(n)]
        self.bias = random.uniform(-1, 1)

    def output(self, x):
        s = self.bias
        for w, xi in zip(self.weights, x):
            s += w * xi
        return 1 / (1 + math.exp(-s))

    def train(self, x, target, rate=0.5):
        out = self.output(x)
        error = target - out
        for i in range(len(self.weights)):
            self.weights[i] += rate * error * out * (1 - out) * x[i]
        self.bias += rate * error
        return error ** 2 / 2
