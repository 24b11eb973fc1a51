from math import exp
from random import seed, random

# network = list of layers, layer = list of neurons, neuron = dict. bias is the last weight
def initialize_network(n_inputs, n_hidden, n_outputs):
    hidden = [{'weights': [random() for i in range(n_inputs + 1)]} for i in range(n_hidden)]
    output = [{'weights': [random() for i in range(n_hidden + 1)]} for i in range(n_outputs)]
    return [hidden, output]

def activate(weights, inputs):
    activation = weights[-1]
    for i in range(len(weights) - 1):
        activation += weights[i] * inputs[i]
    return 1.0 / (1.0 + exp(-activation))

def forward_propagate(network, row):
    inputs = row
    for layer in network:
        new_inputs = []
        for neuron in layer:
            neuron['output'] = activate(neuron['weights'], inputs)
            new_inputs.append(neuron['output'])
        inputs = new_inputs
    return inputs

def backward_propagate_error(network, expected):
    for i in reversed(range(len(network))):
        layer = network[i]
        for j, neuron in enumerate(layer):
            if i == len(network) - 1:
                error = neuron['output'] - expected[j]
            else:
                error = sum(n['weights'][j] * n['delta'] for n in network[i + 1])
            neuron['delta'] = error * neuron['output'] * (1.0 - neuron['output'])

def update_weights(network, row, l_rate):
    for layer in network:
        inputs = row
        for neuron in layer:
            for j in range(len(neuron['weights']) - 1):
                neuron['weights'][j] -= l_rate * neuron['delta'] * inputs[j]
            neuron['weights'][-1] -= l_rate * neuron['delta']

def train_network(network, train, expected, l_rate, n_epoch):
    for epoch in range(n_epoch):
        for row, exp_row in zip(train, expected):
            forward_propagate(network, row)
            backward_propagate_error(network, exp_row)
            update_weights(network, row, l_rate)
