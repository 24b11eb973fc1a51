import numpy as np, csv
data = list(csv.reader(open("scores.csv")))
X = np.array([[float(v) for v in r[:-1]] for r in data]); t = np.array([float(r[-1]) for r in data])
n = X.shape[1]
w = np.zeros(n)
b = 0.0
alpha = 0.01
for it in range(2000):
    z = X @ w + b
    h = 1 / (1 + np.exp(-z))
    cost = -np.mean(t*np.log(h) + (1-t)*np.log(1-h))
    w = w - alpha * X.T @ (h - t) / len(t)
    b = b - alpha * np.sum(h - t) / len(t)
    print(it, cost)
