import numpy as np

class MLPClassifierScratch:
    """like sklearn.neural_network.MLPClassifier(activation='tanh', solver='sgd', momentum=0)"""
    def __init__(self, hidden_layer_sizes=(5,), learning_rate_init=0.1, max_iter=1, random_state=0):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.random_state = random_state

    def _init(self, n_in, n_out):
        rng = np.random.default_rng(self.random_state)
        sizes = [n_in, *self.hidden_layer_sizes, n_out]
        self.coefs_ = [rng.normal(0, 1 / np.sqrt(a), (a, b)) for a, b in zip(sizes, sizes[1:])]
        self.intercepts_ = [np.zeros(b) for b in sizes[1:]]

    def _loss_grad(self, X, Y):
        acts = [X]
        for i, (W, b) in enumerate(zip(self.coefs_, self.intercepts_)):
            z = acts[-1] @ W + b
            acts.append(np.tanh(z) if i < len(self.coefs_) - 1 else z)
        z = acts[-1] - acts[-1].max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        loss = -(Y * np.log(p)).sum() / len(X)
        delta = (p - Y) / len(X)
        coef_grads, intercept_grads = [], []
        for i in range(len(self.coefs_) - 1, -1, -1):
            coef_grads.insert(0, acts[i].T @ delta)
            intercept_grads.insert(0, delta.sum(axis=0))
            delta = delta @ self.coefs_[i].T * (1 - acts[i] ** 2)
        return loss, coef_grads, intercept_grads

    def fit(self, X, y):
        Y = np.eye(int(np.max(y)) + 1)[np.asarray(y, dtype=int)]
        self._init(X.shape[1], Y.shape[1])
        self.loss_curve_ = []
        for _ in range(self.max_iter):
            loss, gW, gb = self._loss_grad(X, Y)
            self.loss_curve_.append(loss)
            for W, g in zip(self.coefs_, gW):
                W -= self.learning_rate_init * g
            for b, g in zip(self.intercepts_, gb):
                b -= self.learning_rate_init * g
        return self
