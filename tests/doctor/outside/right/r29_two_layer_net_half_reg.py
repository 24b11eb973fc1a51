import numpy as np

class TwoLayerNet(object):
    def __init__(self, input_dim=3*32*32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.params = {}
        self.reg = reg
        self.params['W1'] = np.random.normal(0, weight_scale, (input_dim, hidden_dim))
        self.params['b1'] = np.zeros(hidden_dim)
        self.params['W2'] = np.random.normal(0, weight_scale, (hidden_dim, num_classes))
        self.params['b2'] = np.zeros(num_classes)

    def loss(self, X, y=None):
        p = self.params
        out = X.reshape(X.shape[0], -1).dot(p['W1']) + p['b1']
        h = np.maximum(0, out)
        scores = h.dot(p['W2']) + p['b2']
        if y is None:
            return scores
        N = X.shape[0]
        shifted = scores - scores.max(axis=1, keepdims=True)
        Z = np.exp(shifted).sum(axis=1, keepdims=True)
        log_probs = shifted - np.log(Z)
        probs = np.exp(log_probs)
        loss = -log_probs[np.arange(N), y].sum() / N
        loss += 0.5 * self.reg * (np.sum(p['W1'] ** 2) + np.sum(p['W2'] ** 2))
        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads = {'W2': h.T.dot(dscores) + self.reg * p['W2'], 'b2': dscores.sum(axis=0)}
        dout = dscores.dot(p['W2'].T) * (out > 0)
        grads['W1'] = X.reshape(N, -1).T.dot(dout) + self.reg * p['W1']
        grads['b1'] = dout.sum(axis=0)
        return loss, grads
