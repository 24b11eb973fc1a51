import numpy as np

def svm_style_two_layer(params, X, y, reg):
    """softmax head, relu, reg * sum(W*W) like in the lecture notes (so 2*reg in the gradient)"""
    N = X.shape[0]
    a = np.maximum(0, X.dot(params['W1']) + params['b1'])
    s = a.dot(params['W2']) + params['b2']
    s -= s.max(axis=1)[:, None]
    P = np.exp(s)
    P /= P.sum(axis=1)[:, None]
    loss = -np.log(P[np.arange(N), y]).mean()
    loss += reg * (np.sum(params['W1'] ** 2) + np.sum(params['W2'] ** 2))
    P[np.arange(N), y] -= 1
    P /= N
    grads = {}
    grads['W2'] = a.T.dot(P) + 2 * reg * params['W2']
    grads['b2'] = P.sum(axis=0)
    da = P.dot(params['W2'].T)
    da[a == 0] = 0
    grads['W1'] = X.T.dot(da) + 2 * reg * params['W1']
    grads['b1'] = da.sum(axis=0)
    return loss, grads
