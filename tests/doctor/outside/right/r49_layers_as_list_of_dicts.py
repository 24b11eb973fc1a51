import numpy as np

def make_layers(sizes, seed=0):
    r = np.random.RandomState(seed)
    return [{'W': r.randn(a, b) * np.sqrt(2 / a), 'b': np.zeros(b)} for a, b in zip(sizes, sizes[1:])]

def loss_and_grads(layers, X, y):
    """layers: list of {'W', 'b'}; returns loss and a list of {'W', 'b'}"""
    hs = [X]
    for i, layer in enumerate(layers):
        z = hs[-1].dot(layer['W']) + layer['b']
        hs.append(np.maximum(z, 0) if i + 1 < len(layers) else z)
    logits = hs.pop()
    logits = logits - logits.max(1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    n = len(X)
    loss = -logp[np.arange(n), y].mean()
    d = np.exp(logp)
    d[np.arange(n), y] -= 1
    d /= n
    grads = []
    for h, layer in zip(hs[::-1], layers[::-1]):
        grads.append({'W': h.T.dot(d), 'b': d.sum(0)})
        d = d.dot(layer['W'].T) * (h > 0)
    return loss, grads[::-1]
