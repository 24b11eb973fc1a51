import math

def matmul(A, B):
    return [[sum(a * b for a, b in zip(row, col)) for col in zip(*B)] for row in A]

def T(A):
    return [list(r) for r in zip(*A)]

def sigmoid(v):
    return 1 / (1 + math.exp(-v))

# X: list of rows, W1[i][j] from input i to hidden j, b1: list
def cost_and_gradient(W1, b1, W2, b2, X, Y):
    n = len(X)
    H = [[sigmoid(z + b) for z, b in zip(row, b1)] for row in matmul(X, W1)]
    O = [[sigmoid(z + b) for z, b in zip(row, b2)] for row in matmul(H, W2)]
    J = 0.0
    for o, y in zip(O, Y):
        for oi, yi in zip(o, y):
            J -= (yi * math.log(oi) + (1 - yi) * math.log(1 - oi)) / n
    D2 = [[(oi - yi) / n for oi, yi in zip(o, y)] for o, y in zip(O, Y)]
    back = matmul(D2, T(W2))
    D1 = [[bi * hi * (1 - hi) for bi, hi in zip(b, h)] for b, h in zip(back, H)]
    dW1, dW2 = matmul(T(X), D1), matmul(T(H), D2)
    db1, db2 = [sum(c) for c in zip(*D1)], [sum(c) for c in zip(*D2)]
    return J, dW1, db1, dW2, db2
