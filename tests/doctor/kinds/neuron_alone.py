import random


class AdalineNeuron:
    """one linear unit, delta rule, after every sample"""

    def __init__(self, size, learning_rate=0.02):
        self.w = [random.uniform(-0.5, 0.5) for _ in range(size)]
        self.bias = 0.0
        self.learning_rate = learning_rate

    def compute(self, x):
        return sum(wi * xi for wi, xi in zip(self.w, x)) + self.bias

    def learn(self, x, target):
        error = target - self.compute(x)
        for i, xi in enumerate(x):
            self.w[i] += self.learning_rate * error * xi
        self.bias += self.learning_rate * error
