import numpy as np

def two_layer_loss(X, y, W1, b1, W2, b2, reg=1e-3):
  num_train = X.shape[0]
  # forward
  hidden = np.maximum(0, np.dot(X, W1) + b1)
  f = np.dot(hidden, W2) + b2
  f -= np.max(f, axis=1, keepdims=True)
  p = np.exp(f) / np.sum(np.exp(f), axis=1, keepdims=True)
  data_loss = np.sum(-np.log(p[range(num_train), y])) / num_train
  loss = data_loss + reg * np.sum(W1 * W1) + reg * np.sum(W2 * W2)
  # backward
  df = p.copy()
  df[range(num_train), y] -= 1
  df /= num_train
  grads = {}
  grads['W2'] = hidden.T.dot(df) + reg * W2
  grads['b2'] = np.sum(df, axis=0)
  dhid = df.dot(W2.T)
  dhid[hidden <= 0] = 0
  grads['W1'] = X.T.dot(dhid) + reg * W1
  grads['b1'] = np.sum(dhid, axis=0)
  return loss, grads
