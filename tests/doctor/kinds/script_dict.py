import numpy as np
import matplotlib.pyplot as plt
X = np.array([[0,0],[0,1],[1,0],[1,1]], dtype=float)
Y = np.array([[0],[1],[1],[0]], dtype=float)
params = {
  'W1': np.random.randn(2, 4), 'b1': np.zeros((1, 4)),
  'W2': np.random.randn(4, 1), 'b2': np.zeros((1, 1)),
}
lr = 0.5
def sigmoid(z): return 1/(1+np.exp(-z))
for epoch in range(500):
    Z1 = X @ params['W1'] + params['b1']
    A1 = np.tanh(Z1)
    A2 = sigmoid(A1 @ params['W2'] + params['b2'])
    loss = -np.mean(Y*np.log(A2) + (1-Y)*np.log(1-A2))
    dZ2 = (A2 - Y)/len(X)
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0, keepdims=True)
    dZ1 = dZ2 @ params['W2'].T * (1 - A1**2)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0, keepdims=True)
    params['W1'] -= lr*dW1
    params['b1'] -= lr*db1
    params['W2'] -= lr*dW2
    params['b2'] -= lr*db2
