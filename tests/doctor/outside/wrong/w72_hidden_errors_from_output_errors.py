import numpy as np

class neuralNetwork:
    def __init__(self, input_nodes, hidden_nodes, output_nodes, learning_rate):
        self.wih = np.random.rand(hidden_nodes, input_nodes) - 0.5
        self.who = np.random.rand(output_nodes, hidden_nodes) - 0.5
        self.lr = learning_rate

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def train(self, inputs_list, targets_list):
        inputs = np.array(inputs_list, ndmin=2).T
        targets = np.array(targets_list, ndmin=2).T
        hidden_outputs = self.sigmoid(self.wih @ inputs)
        final_outputs = self.sigmoid(self.who @ hidden_outputs)
        output_errors = targets - final_outputs
        hidden_errors = self.who.T @ output_errors
        self.who += self.lr * np.dot(output_errors * final_outputs * (1.0 - final_outputs), hidden_outputs.T)
        self.wih += self.lr * np.dot(hidden_errors * hidden_outputs * (1.0 - hidden_outputs), inputs.T)
