import numpy as np

def logistic(a):
    return 1.0 / (1.0 + np.exp(-a))

def derivs(w_ih, b_h, w_ho, b_o, inputs, targets):
    # inputs (n, 4) hidden 3 outputs 3 -- weight matrices are (to, from)
    n = len(inputs)
    x = inputs.T
    t = targets.T
    h = logistic(w_ih @ x + b_h[:, None])
    o = logistic(w_ho @ h + b_o[:, None])
    cost = -(t * np.log(o) + (1 - t) * np.log(1 - o)).sum() / n
    e_o = (o - t) / n
    e_h = (w_ho @ e_o) * h * (1 - h)
    return cost, e_h @ x.T, e_h.sum(1), e_o @ h.T, e_o.sum(1)
