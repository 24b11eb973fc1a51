import math

# Two neurons in a row, no biases:  x --w1--> h --w2--> o
def activation(z):
    return 1 / (1 + math.exp(-z))

def gradient(x, y, w1, w2):
    h = activation(w1 * x)
    o = activation(w2 * h)
    loss = (o - y) ** 2 / 2
    do = (o - y) * o * (1 - o)
    grad_w2 = do * h
    grad_w1 = do * h * (1 - h) * x
    return loss, grad_w1, grad_w2
