import math

def sigmoid(x):
    return 1 / (1 + math.exp(-x))

# batch of rows, python lists everywhere. W1[i][j] from input i to hidden j
def cost_and_gradients(W1, b1, W2, b2, X, Y):
    m, n_h, n_o = len(X), len(b1), len(b2)
    J = 0.0
    gW1 = [[0.0] * n_h for _ in W1]
    gb1 = [0.0] * n_h
    gW2 = [[0.0] * n_o for _ in W2]
    gb2 = [0.0] * n_o
    for x, y in zip(X, Y):
        h = [sigmoid(b1[j] + sum(x[i] * W1[i][j] for i in range(len(x)))) for j in range(n_h)]
        o = [sigmoid(b2[k] + sum(h[j] * W2[j][k] for j in range(n_h))) for k in range(n_o)]
        J += -sum(t * math.log(v) + (1 - t) * math.log(1 - v) for t, v in zip(y, o)) / m
        for k in range(n_o):
            d = (o[k] - y[k]) / m
            gb2[k] += d
            for j in range(n_h):
                gW2[j][k] += d * h[j]
        for j in range(n_h):
            back = sum((o[k] - y[k]) * W2[j][k] for k in range(n_o)) / m
            d = back * h[0] * (1 - h[0])
            gb1[j] += d
            for i in range(len(x)):
                gW1[i][j] += d * x[i]
    return J, gW1, gb1, gW2, gb2
