import numpy
import scipy.special

class neuralNetwork:

    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.inodes = inputnodes
        self.hnodes = hiddennodes
        self.onodes = outputnodes
        self.w_i_h = numpy.random.normal(0.0, pow(self.inodes, -0.5), (self.hnodes, self.inodes))
        self.w_h_o = numpy.random.normal(0.0, pow(self.hnodes, -0.5), (self.onodes, self.hnodes))
        self.lr = learningrate
        self.activation_function = lambda x: scipy.special.expit(x)

    def train(self, inputs_list, targets_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        targets = numpy.array(targets_list, ndmin=2).T
        hidden_outputs = self.activation_function(numpy.dot(self.w_i_h, inputs))
        final_outputs = self.activation_function(numpy.dot(self.w_h_o, hidden_outputs))
        output_errors = targets - final_outputs
        output_delta = output_errors * final_outputs * (1.0 - final_outputs)
        hidden_errors = numpy.dot(self.w_h_o.T, output_delta)
        self.w_h_o += self.lr * numpy.dot(output_delta, hidden_outputs.T)
        self.w_i_h += self.lr * numpy.dot(hidden_errors * hidden_outputs * (1.0 - hidden_outputs), inputs.T)

    def query(self, inputs_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        hidden_outputs = self.activation_function(numpy.dot(self.w_i_h, inputs))
        return self.activation_function(numpy.dot(self.w_h_o, hidden_outputs))
