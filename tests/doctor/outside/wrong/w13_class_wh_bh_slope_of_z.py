import numpy as np

class NeuralNetwork:
    """Simple net for XOR, sigmoid everywhere"""
    def __init__(self, n_inputs, n_hidden, n_outputs, lr=0.1):
        self.Wh = np.random.uniform(size=(n_inputs, n_hidden))
        self.bh = np.random.uniform(size=(1, n_hidden))
        self.Wo = np.random.uniform(size=(n_hidden, n_outputs))
        self.bo = np.random.uniform(size=(1, n_outputs))
        self.lr = lr

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_derivative(self, x):
        return x * (1 - x)

    def forward(self, X):
        self.hidden_in = np.dot(X, self.Wh) + self.bh
        self.hidden_out = self.sigmoid(self.hidden_in)
        self.final_in = np.dot(self.hidden_out, self.Wo) + self.bo
        self.output = self.sigmoid(self.final_in)
        return self.output

    def backward(self, X, y):
        error = y - self.output
        d_output = error * self.sigmoid_derivative(self.output)
        error_hidden = d_output.dot(self.Wo.T)
        d_hidden = error_hidden * self.sigmoid_derivative(self.hidden_in)
        self.Wo += self.hidden_out.T.dot(d_output) * self.lr
        self.bo += np.sum(d_output, axis=0, keepdims=True) * self.lr
        self.Wh += X.T.dot(d_hidden) * self.lr
        self.bh += np.sum(d_hidden, axis=0, keepdims=True) * self.lr

    def train(self, X, y, epochs):
        for i in range(epochs):
            self.forward(X)
            self.backward(X, y)
            if i % 1000 == 0:
                print("error:", np.mean(np.abs(y - self.output)))
