import numpy as np

class Layer:
    def forward(self, input): pass
    def backward(self, output_gradient, learning_rate): pass

class Dense(Layer):
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient
        return np.dot(self.weights.T, output_gradient)

class Tanh(Layer):
    def forward(self, input):
        self.input = input
        return np.tanh(input)
    def backward(self, output_gradient, learning_rate):
        return output_gradient * (1 - np.tanh(self.input) ** 2)

def mse(y_true, y_pred):
    return np.mean(np.power(y_true - y_pred, 2))

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / np.size(y_true)

def train(network, x_train, y_train, epochs=1000, learning_rate=0.01):
    for e in range(epochs):
        error = 0
        for x, y in zip(x_train, y_train):
            output = x
            for layer in network:
                output = layer.forward(output)
            error += mse(y, output)
            grad = mse_prime(y, output)
            for layer in reversed(network):
                grad = layer.backward(grad, learning_rate)
        print(f"{e + 1}/{epochs}, error={error / len(x_train)}")

network = [Dense(2, 3), Tanh(), Dense(3, 1)]
