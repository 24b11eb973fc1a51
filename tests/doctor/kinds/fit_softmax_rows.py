import numpy as np


class SoftmaxReg(object):
    """multinomial logistic regression, batch gradient descent"""

    def __init__(self, eta=0.05, epochs=50, l2=0.0, minibatches=1, random_seed=None):
        self.eta = eta
        self.epochs = epochs
        self.l2 = l2
        self.minibatches = minibatches
        self.random_seed = random_seed

    def fit(self, X, y):
        self.n_classes = np.max(y) + 1
        rgen = np.random.RandomState(self.random_seed)
        self.w_ = rgen.normal(loc=0.0, scale=0.01, size=(X.shape[1], self.n_classes))
        self.b_ = np.zeros(self.n_classes)
        self.cost_ = []
        y_enc = np.zeros((len(y), self.n_classes))
        y_enc[np.arange(len(y)), y] = 1.0
        for i in range(self.epochs):
            softm = self._softmax(X.dot(self.w_) + self.b_)
            diff = softm - y_enc
            self.w_ -= self.eta * (X.T.dot(diff) / len(X) + self.l2 / len(X) * self.w_)
            self.b_ -= self.eta * np.sum(diff, axis=0) / len(X)
            self.cost_.append(-np.mean(np.sum(y_enc * np.log(softm), axis=1)))
        return self

    def _softmax(self, z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self._softmax(X.dot(self.w_) + self.b_).argmax(axis=1)
