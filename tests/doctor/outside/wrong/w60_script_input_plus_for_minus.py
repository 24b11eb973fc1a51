# breast cancer classifier -- homework 3
import numpy as np
import matplotlib.pyplot as plt

epochs = int(input("epochs: "))
rate = float(input("learning rate: "))

def sigmoid(x): return 1 / (1 + np.exp(-x))

def forward(x, w1, b1, w2, b2):
    a1 = sigmoid(x @ w1 + b1)
    return a1, sigmoid(a1 @ w2 + b2)

def cost(x, y, w1, b1, w2, b2):
    a1, a2 = forward(x, w1, b1, w2, b2)
    return -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))

def backward(x, y, w1, b1, w2, b2):
    a1, a2 = forward(x, w1, b1, w2, b2)
    d2 = (a2 - y) / len(x)
    d1 = d2 @ w2.T * a1 * (1 + a1)
    return x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)

rows = np.loadtxt("wdbc.data", delimiter=",", usecols=range(2, 32))
x = (rows - rows.mean(0)) / rows.std(0)
labels = open("labels.txt").read().split()
y = np.array([[l == "M"] for l in labels], dtype=float)
w1, b1 = np.random.randn(30, 8), np.zeros(8)
w2, b2 = np.random.randn(8, 1), np.zeros(1)
J = []
for e in range(epochs):
    gw1, gb1, gw2, gb2 = backward(x, y, w1, b1, w2, b2)
    w1 -= rate * gw1; b1 -= rate * gb1
    w2 -= rate * gw2; b2 -= rate * gb2
    J.append(cost(x, y, w1, b1, w2, b2))
plt.plot(J)
plt.xlabel("epoch")
plt.show()
