from math import exp

def sigmoid(v):
    return 1 / (1 + exp(-v))

def forward(x, w1, b1, w2, b2):
    h = [sigmoid(sum(wi * xi for wi, xi in zip(row, x)) + b) for row, b in zip(w1, b1)]
    y = [sigmoid(sum(wi * hi for wi, hi in zip(row, h)) + b) for row, b in zip(w2, b2)]
    return h, y

# returns E and the derivatives, everything as python lists
def backward(x, target, w1, b1, w2, b2):
    h, y = forward(x, w1, b1, w2, b2)
    E = sum((yi - ti) ** 2 for yi, ti in zip(y, target)) / 2
    d2 = [(yi - ti) * yi * (1 - yi) for yi, ti in zip(y, target)]
    d1 = []
    for j in range(len(h)):
        back = sum(d2[k] * w2[k][j] for k in range(len(d2)))
        d1.append(back * h[j] * (1 - h[j]))
    dw1 = [[d * xi for xi in x] for d in d1]
    dw2 = [[d * hi for hi in h] for d in d2]
    return E, dw1, d1, dw2, d2
