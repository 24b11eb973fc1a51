import sys
import numpy as np
import pandas as pd

df = pd.read_csv("titanic_train.csv")
df["Age"] = df["Age"].fillna(df["Age"].mean())
print(df.describe())

np.random.seed(0)
W1 = np.random.randn(6, 7); b1 = np.zeros((1, 7))
W2 = np.random.randn(7, 1); b2 = np.zeros((1, 1))

def relu(x):
    return x * (x > 0)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def compute(X, y, W1, b1, W2, b2):
    """returns loss, (dW1, db1, dW2, db2)"""
    N = X.shape[0]
    h = relu(X.dot(W1) + b1)
    p = sigmoid(h.dot(W2) + b2)
    loss = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / N
    dout = p - y
    dW2 = h.T.dot(dout)
    db2 = dout.sum(axis=0, keepdims=True) / N
    dh = dout.dot(W2.T)
    dW1 = X.T.dot(dh) / N
    db1 = dh.sum(axis=0, keepdims=True) / N
    return loss, (dW1, db1, dW2, db2)

X = df[["Pclass", "Age", "SibSp", "Parch", "Fare", "Male"]].values
y = df[["Survived"]].values
for i in range(1000):
    loss, grads = compute(X, y, W1, b1, W2, b2)
    print(i, loss)
sys.exit(0)
