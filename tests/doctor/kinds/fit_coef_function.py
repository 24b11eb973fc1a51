import random, math
class NeuronLayer:
    def __init__(self, num_neurons, bias):
        self.bias = bias if bias else random.random()
        self.neurons = []
        for i in range(num_neurons):
            self.neurons.append(Neuron(self.bias))
class Neuron:
    def __init__(self, bias):
        self.bias = bias
        self.weights = []
def logistic_regression(rows, labels, l_rate, n_epoch):
    coef = [0.0 for i in range(len(rows[0]) + 1)]
    for epoch in range(n_epoch):
        for row, label in zip(rows, labels):
            yhat = coef[0]
            for i in range(len(row)):
                yhat += coef[i + 1] * row[i]
            yhat = 1.0 / (1.0 + math.exp(-yhat))
            error = label - yhat
            coef[0] = coef[0] + l_rate * error
            for i in range(len(row)):
                coef[i + 1] = coef[i + 1] + l_rate * error * row[i]
    return coef
