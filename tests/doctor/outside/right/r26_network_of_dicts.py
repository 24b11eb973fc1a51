import math
import random

random.seed(1)

def initialize_network(n_inputs, n_hidden, n_outputs):
    network = []
    network.append([{'weights': [random.random() for _ in range(n_inputs + 1)]} for _ in range(n_hidden)])
    network.append([{'weights': [random.random() for _ in range(n_hidden + 1)]} for _ in range(n_outputs)])
    return network

def sigmoid(a): return 1 / (1 + math.exp(-a))

def forward_propagate(network, row):
    inputs = row
    for layer in network:
        outs = []
        for neuron in layer:
            w = neuron['weights']
            neuron['output'] = sigmoid(sum(wi * xi for wi, xi in zip(w, inputs)) + w[-1])
            outs.append(neuron['output'])
        inputs = outs
    return inputs

def backward_propagate_error(network, expected):
    for i in reversed(range(len(network))):
        for j, neuron in enumerate(network[i]):
            o = neuron['output']
            if i == len(network) - 1:
                e = o - expected[j]
            else:
                e = sum(n['weights'][j] * n['delta'] for n in network[i + 1])
            neuron['delta'] = e * o * (1 - o)

def update_weights(network, row, l_rate):
    for i, layer in enumerate(network):
        inputs = row if i == 0 else [n['output'] for n in network[i - 1]]
        for neuron in layer:
            for j, x in enumerate(inputs):
                neuron['weights'][j] -= l_rate * neuron['delta'] * x
            neuron['weights'][-1] -= l_rate * neuron['delta']

def train_network(network, train, targets, l_rate=0.5, n_epoch=20):
    for epoch in range(n_epoch):
        sum_error = 0
        for row, expected in zip(train, targets):
            outputs = forward_propagate(network, row)
            sum_error += sum((e - o) ** 2 for e, o in zip(expected, outputs))
            backward_propagate_error(network, expected)
            update_weights(network, row, l_rate)
        print('>epoch=%d, lrate=%.3f, error=%.3f' % (epoch, l_rate, sum_error))
