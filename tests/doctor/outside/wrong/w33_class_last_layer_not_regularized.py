import numpy as np

class DeepNet:
    def __init__(self, dims, reg=0.1):
        self.reg = reg
        self.W = [np.random.randn(i, o) * 0.1 for i, o in zip(dims, dims[1:])]
        self.b = [np.zeros(o) for o in dims[1:]]

    def _forward(self, X):
        acts = [X]
        for W, b in zip(self.W[:-1], self.b[:-1]):
            acts.append(np.tanh(acts[-1] @ W + b))
        s = acts[-1] @ self.W[-1] + self.b[-1]
        e = np.exp(s - s.max(1, keepdims=True))
        acts.append(e / e.sum(1, keepdims=True))
        return acts

    def cost(self, X, y):
        p = self._forward(X)[-1]
        data = -np.log(p[np.arange(len(y)), y]).mean()
        return data + 0.5 * self.reg * sum((W ** 2).sum() for W in self.W)

    def grad(self, X, y):
        acts = self._forward(X)
        d = acts[-1].copy()
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        dW, db = [], []
        for l in range(len(self.W) - 1, -1, -1):
            dW.append(acts[l].T @ d)
            db.append(d.sum(0))
            d = d @ self.W[l].T * (1 - acts[l] ** 2)
        dW.reverse()
        db.reverse()
        for l in range(len(self.W) - 1):
            dW[l] += self.reg * self.W[l]
        return dW, db
