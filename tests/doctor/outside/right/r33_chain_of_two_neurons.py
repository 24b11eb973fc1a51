from math import exp

# x -> h -> y, one neuron each, understanding backprop on paper
def sigma(s): return 1 / (1 + exp(-s))

def grads(x, t, w1, b1, w2, b2):
    h = sigma(w1 * x + b1)
    y = sigma(w2 * h + b2)
    dE_dy = 2 * (y - t)            # E = (y - t)^2
    dy_ds2 = y * (1 - y)
    dE_ds2 = dE_dy * dy_ds2
    dE_dw2 = dE_ds2 * h
    dE_db2 = dE_ds2
    dE_ds1 = dE_ds2 * w2 * h * (1 - h)
    dE_dw1 = dE_ds1 * x
    dE_db1 = dE_ds1
    return dE_dw1, dE_db1, dE_dw2, dE_db2
