import numpy as np

def grads_fn(w1, w2, b1, b2, data, one_hot):
    # shapes: data (features, examples), one_hot (classes, examples)
    num = data.shape[1]
    layer1 = w1.dot(data) + b1
    act1 = np.where(layer1 > 0, layer1, 0.0)
    layer2 = w2.dot(act1) + b2
    layer2 = layer2 - layer2.max(axis=0)
    probs = np.exp(layer2) / np.exp(layer2).sum(axis=0)
    d2 = (probs - one_hot) / num
    dw2 = d2.dot(act1.T)
    db2 = np.mean(d2, axis=1, keepdims=True)
    d1 = w2.T.dot(d2) * (layer1 > 0)
    dw1 = d1.dot(data.T)
    db1 = np.mean(d1, axis=1, keepdims=True)
    loss = -(one_hot * np.log(probs)).sum() / num
    return dw1, dw2, db1, db2, loss
