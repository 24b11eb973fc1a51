import numpy as np, csv
def sig(x): return 1/(1+np.exp(-x))
inputs = np.loadtxt("in.txt"); targets = np.loadtxt("out.txt")
weights1 = np.random.rand(3,5); weights2 = np.random.rand(5,2)
if __name__ == '__main__':
    lr = 0.1
    while True:
        for x, t in zip(inputs, targets):
            x = x.reshape(1,-1)
            h = sig(x @ weights1)
            o = sig(h @ weights2)
            e = t - o
            d2 = e * o * (1-o)
            d1 = d2 @ weights2.T * h * (1-h)
            weights2 += lr * h.T @ d2
            weights1 += lr * x.T @ d1
