import numpy as np

class Dense:
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)
    def forward(self, input):
        self.input = input
        return self.weights @ input + self.bias
    def backward(self, output_gradient, learning_rate):
        input_gradient = self.weights.T @ output_gradient      # before the update!
        self.weights -= learning_rate * output_gradient @ self.input.T
        self.bias -= learning_rate * output_gradient
        return input_gradient

class Sigmoid:
    def forward(self, input):
        self.output = 1 / (1 + np.exp(-input))
        return self.output
    def backward(self, output_gradient, learning_rate):
        return output_gradient * self.output * (1 - self.output)

def bce(y_true, y_pred):
    return np.mean(-y_true * np.log(y_pred) - (1 - y_true) * np.log(1 - y_pred))

def bce_prime(y_true, y_pred):
    return ((1 - y_true) / (1 - y_pred) - y_true / y_pred) / np.size(y_true)

network = [Dense(2, 3), Sigmoid(), Dense(3, 1), Sigmoid()]

def train(network, x_train, y_train, epochs=1000, learning_rate=0.1):
    for e in range(epochs):
        error = 0
        for x, y in zip(x_train, y_train):
            out = x
            for layer in network:
                out = layer.forward(out)
            error += bce(y, out)
            grad = bce_prime(y, out)
            for layer in reversed(network):
                grad = layer.backward(grad, learning_rate)
        if e % 100 == 0:
            print(e, error / len(x_train))
