"""How each file of wrong/ is asked, and the cost that it should have."""

import numpy as np
from facts import (
    d,
    data,
    fact,
    join,
    net,
    octave,
    path_of,
    per_sample,
    read_off,
    split,
    stated,
    targets,
)


@fact("w01_logreg_sign_of_error")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1, io=True)
    g, J = m.propagate(P["W1"], float(P["b1"][0]), X.T, Y.T)
    return lambda p: stated(p, X, Y, io=True), P, d(g) | {"W1": g["dw"], "b1": g["db"]}


@fact("w02_dict_tanh_one_minus_a")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    _, cache = m.forward(X.T, P)
    return (
        lambda p: m.cost(m.forward(X.T, p)[0], Y.T),
        P,
        d(m.backward(P, cache, X.T, Y.T)),
    )


@fact("w03_thetas_penalty_skips_first_row")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    T = [np.c_[P["b1"], P["W1"]], np.c_[P["b2"], P["W2"]]]
    J, g = m.cost_and_grad(T, X, y, 2.0)
    G = {"W1": g[0][:, 1:], "b1": g[0][:, 0], "W2": g[1][:, 1:], "b2": g[1][:, 0]}
    return lambda p: stated(p, X, Y, lam=2.0), P, G


@fact("w04_nested_lists_swapped_index")
def _(m):
    X, Y = data(2, 2)[0], data(2, 2)[2]
    P = net(2, 2, 2)
    lists = [P[k].tolist() for k in ("W1", "b1", "W2", "b2")]
    G = per_sample(
        lambda x, t: dict(zip(("W1", "b1", "W2", "b2"), m.backprop(x, t, *lists)[1:])), X, Y
    )
    return lambda p: stated(p, X, Y, "quadratic"), P, G


@fact("w05_softmax_columns_db_not_averaged")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    dW1, db1, dW2, db2, J = m.forward_and_backward(X.T, Y.T, *P.values())
    G = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    return lambda p: m.forward_and_backward(X.T, Y.T, *p.values())[4], P, G


@fact("w06_three_layers_wrong_mask")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 5, 3, io=True)
    _, *g = m.net_grad(X, y, *P.values())
    return lambda p: m.net_grad(X, y, *p.values())[0], P, dict(zip(P, g))


@fact("w07_cs231n_reg_gradient_half")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    g = m.two_layer_loss(X, y, *P.values(), reg=0.5)[1]
    return lambda p: m.two_layer_loss(X, y, *p.values(), reg=0.5)[0], P, g


@fact("w08_minibatch_prime_of_a")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    call = lambda p: m.batch_gradient(X, Y, [p["W1"], p["W2"]], [p["b1"], p["b2"]])
    nb, nw, _ = call(P)
    return lambda p: call(p)[2], P, {"W1": nw[0], "b1": nb[0], "W2": nw[1], "b2": nb[1]}


@fact("w09_deep_dal_without_minus")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 3, 1, b="column")
    AL, caches = m.L_model_forward(X.T, P)
    g = m.L_model_backward(AL, Y.T, caches)
    return lambda p: m.compute_cost(m.L_model_forward(X.T, p)[0], Y.T), P, d(g)


@fact("w10_cost_sign_inside")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1)
    J, g1, g2 = m.nn(np.c_[P["b1"], P["W1"]], np.c_[P["b2"], P["W2"]], X, y)
    G = {"W1": g1[:, 1:], "b1": g1[:, 0], "W2": g2[:, 1:], "b2": g2[:, 0]}
    return lambda p: stated(p, X, Y), P, G, (J, stated(P, X, Y))


@fact("w11_nielsen_bias_before_slope")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    n = m.Network([4, 5, 3])
    n.weights, n.biases = [P["W1"], P["W2"]], [P["b1"], P["b2"]]

    def call(x, t):
        nb, nw = n.backprop(x[:, None], t[:, None])
        return {"W1": nw[0], "b1": nb[0], "W2": nw[1], "b2": nb[1]}

    return lambda p: stated(p, X, Y, "quadratic"), P, per_sample(call, X, Y)


@fact("w12_scratch_layers_no_batch_division")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    n = m.TwoLayerNet(4, 5, 3)
    for k, v in P.items():
        n.params[k][...] = v
    g = n.gradient(X, Y)
    return lambda p: stated(p, X, Y, "softmax", "relu", io=True), P, g


@fact("w13_class_wh_bh_slope_of_z")
def _(m):
    X, y, Y = data(2, 1)
    P = net(2, 3, 1, io=True, b="row")

    def step(p, rate):
        n = m.NeuralNetwork(2, 3, 1, rate)
        n.Wh, n.bh, n.Wo, n.bo = p.values()
        n.forward(X)
        n.backward(X, Y)
        return {"W1": n.Wh, "b1": n.bh, "W2": n.Wo, "b2": n.bo}

    cost = lambda p: stated(p, X, Y, "quadratic", io=True) * len(X)
    return cost, P, read_off(step, P, 0.1)


@fact("w14_dense_backward_updates_first")
def _(m):
    X, Y = data(2, 1)[0], targets(1)
    P = net(2, 3, 1, b="column")

    def step(p, rate):
        n = [m.Dense(2, 3), m.Tanh(), m.Dense(3, 1)]
        n[0].weights, n[0].bias, n[2].weights, n[2].bias = p.values()
        m.train(n, X[:1, :, None], Y[:1, :, None], 1, rate)
        return p

    cost = lambda p: 2 * stated(p, X[:1], Y[:1], "squared", "tanh")
    return cost, P, read_off(step, P, 0.1)


@fact("w15_linear_regression_not_simultaneous")
def _(m):
    X, Y = data(1, 1)[0], targets(1)
    P = net(1, 1)

    def step(p, rate):
        w, b = m.gradient_descent(X[:, 0], Y[:, 0], p["W1"].item(), p["b1"].item(), rate, 1)
        return {"W1": w, "b1": b}

    return lambda p: stated(p, X, Y, "squared"), P, read_off(step, P, 0.1)


@fact("w16_momentum_rate_twice")
def _(m):
    X, Y = data(4, 1)[0], targets(1)
    P = net(4, 5, 1, io=True)
    G = read_off(lambda p, rate: m.train(X, Y, p, rate), P, 0.1)
    return lambda p: stated(p, X, Y, "squared", "relu", io=True), P, G


def _torch_two_layers(P, layers):
    import torch  # an optional library

    torch.set_default_dtype(torch.float64)
    for l, layer in enumerate(layers, start=1):
        layer.to(torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(P[f"W{l}"]))
            layer.bias.copy_(torch.tensor(P[f"b{l}"]))


def _torch_gradients(layers):
    G = {}
    for l, layer in enumerate(layers, start=1):
        for kind, t in (("W", layer.weight.grad), ("b", layer.bias.grad)):
            G[f"{kind}{l}"] = None if t is None else t.numpy()
    return G


@fact("w17_torch_sigmoid_saves_input")
def _(m):
    import torch  # an optional library

    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    n = m.Net()
    _torch_two_layers(P, [n.fc1, n.fc2])
    m.loss_fn(n, torch.tensor(X), torch.tensor(y)).backward()
    return lambda p: stated(p, X, Y, "softmax"), P, _torch_gradients([n.fc1, n.fc2])


@fact("w18_jax_value_of_mean_grad_of_sum")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2, io=True)
    J, g = m.loss_and_grads([(P["W1"], P["b1"]), (P["W2"], P["b2"])], X, Y)
    G = {"W1": g[0][0], "b1": g[0][1], "W2": g[1][0], "b2": g[1][1]}
    return lambda p: stated(p, X, Y, "squared", "tanh", io=True), P, G


@fact("w19_ex4_theta2_not_divided")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    J, g = octave(path_of("w19_ex4_theta2_not_divided"), 2, join(P, "F"), 4, 5, 3, X, y + 1, 1.5)
    return lambda p: stated(p, X, Y, lam=1.5), P, split(g, 4, 5, 3, order="F")


@fact("w20_notebook_softmax_extra_slope")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True, b="row")
    g = m.loss_and_gradient(P, X, y)[1]
    return lambda p: m.loss_and_gradient(p, X, y)[0], P, d(g)
