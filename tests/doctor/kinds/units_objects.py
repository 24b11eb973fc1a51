import math
import random


class Neuron:
    def __init__(self, n_inputs):
        self.weights = [random.gauss(0, 1) for _ in range(n_inputs)]
        self.bias = random.gauss(0, 1)

    def activate(self, inputs):
        self.inputs = inputs
        total = self.bias
        for w, x in zip(self.weights, inputs):
            total += w * x
        self.output = 1 / (1 + math.exp(-total))
        return self.output


class Layer:
    def __init__(self, n_neurons, n_inputs):
        self.neurons = [Neuron(n_inputs) for _ in range(n_neurons)]

    def feed(self, inputs):
        return [n.activate(inputs) for n in self.neurons]


class Network:
    LEARNING_RATE = 0.5

    def __init__(self, num_inputs, num_hidden, num_outputs):
        self.learning_rate = 0.5
        self.hidden_layer = Layer(num_hidden, num_inputs)
        self.output_layer = Layer(num_outputs, num_hidden)

    def feed_forward(self, inputs):
        return self.output_layer.feed(self.hidden_layer.feed(inputs))

    def train(self, inputs, targets):
        self.feed_forward(inputs)
        for n, t in zip(self.output_layer.neurons, targets):
            n.delta = (n.output - t) * n.output * (1 - n.output)
        for j, h in enumerate(self.hidden_layer.neurons):
            back = 0
            for n in self.output_layer.neurons:
                back += n.weights[j] * n.delta
            h.delta = back * h.output * (1 - h.output)
        for layer in (self.output_layer, self.hidden_layer):
            for n in layer.neurons:
                for i in range(len(n.weights)):
                    n.weights[i] -= self.learning_rate * n.delta * n.inputs[i]
                n.bias -= self.learning_rate * n.delta
