import numpy as np


class NeuralNet:
    def __init__(self, layers=[4, 7, 1], learning_rate=0.001, iterations=100):
        self.params = {}
        self.learning_rate = learning_rate
        self.iterations = iterations
        self.loss = []
        self.layers = layers
        self.X = None
        self.y = None

    def init_weights(self):
        np.random.seed(1)
        self.params["W1"] = np.random.randn(self.layers[0], self.layers[1])
        self.params["b1"] = np.random.randn(self.layers[1])
        self.params["W2"] = np.random.randn(self.layers[1], self.layers[2])
        self.params["b2"] = np.random.randn(self.layers[2])

    def relu(self, Z):
        return np.maximum(0, Z)

    def sigmoid(self, Z):
        return 1 / (1 + np.exp(-Z))

    def entropy_loss(self, y, yhat):
        n = len(y)
        return -1 / n * np.sum(np.log(yhat) * y + np.log(1 - yhat) * (1 - y))

    def forward_propagation(self):
        Z1 = self.X.dot(self.params["W1"]) + self.params["b1"]
        A1 = self.relu(Z1)
        Z2 = A1.dot(self.params["W2"]) + self.params["b2"]
        yhat = self.sigmoid(Z2)
        loss = self.entropy_loss(self.y, yhat)
        self.params["Z1"], self.params["Z2"], self.params["A1"] = Z1, Z2, A1
        return yhat, loss

    def back_propagation(self, yhat):
        m = len(self.y)
        dl_wrt_z2 = (yhat - self.y) / m
        dl_wrt_A1 = dl_wrt_z2.dot(self.params["W2"].T)
        dl_wrt_w2 = self.params["A1"].T.dot(dl_wrt_z2)
        dl_wrt_b2 = np.sum(dl_wrt_z2, axis=0)
        dl_wrt_z1 = dl_wrt_A1 * np.where(self.params["Z1"] > 0, 1, 0)
        dl_wrt_w1 = self.X.T.dot(dl_wrt_z1)
        dl_wrt_b1 = np.sum(dl_wrt_z1, axis=0)
        self.params["W1"] = self.params["W1"] - self.learning_rate * dl_wrt_w1
        self.params["W2"] = self.params["W2"] - self.learning_rate * dl_wrt_w2
        self.params["b1"] = self.params["b1"] - self.learning_rate * dl_wrt_b1
        self.params["b2"] = self.params["b2"] - self.learning_rate * dl_wrt_b2

    def fit(self, X, y):
        self.X = X
        self.y = y
        self.init_weights()
        for i in range(self.iterations):
            yhat, loss = self.forward_propagation()
            self.back_propagation(yhat)
            self.loss.append(loss)
