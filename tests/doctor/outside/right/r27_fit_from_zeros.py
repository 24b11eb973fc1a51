import numpy as np

class LogisticRegressionScratch:
    """sklearn-like: fit / predict_proba / predict"""
    def __init__(self, learning_rate=0.1, n_iter=100, fit_intercept=True, verbose=False):
        self.learning_rate, self.n_iter = learning_rate, n_iter
        self.verbose = verbose

    def fit(self, X, y):
        self.w_ = np.zeros(X.shape[1])
        self.b_ = 0.0
        for i in range(self.n_iter):
            p = self.predict_proba(X)
            grad_w = X.T @ (p - y) / len(y)
            grad_b = (p - y).mean()
            self.w_ = self.w_ - self.learning_rate * grad_w
            self.b_ = self.b_ - self.learning_rate * grad_b
            if self.verbose and i % 10 == 0:
                print(i, -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())
        return self

    def predict_proba(self, X):
        return 1.0 / (1.0 + np.exp(-(X @ self.w_ + self.b_)))

    def predict(self, X):
        return self.predict_proba(X) >= 0.5
