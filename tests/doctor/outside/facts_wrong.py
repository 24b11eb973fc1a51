"""How each file of wrong/ is asked, and the cost that it should have."""

import numpy as np
from facts import (
    d,
    data,
    fact,
    join,
    lists,
    net,
    octave,
    of,
    pairs,
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


@fact("w21_lr_cost_lambda_not_over_m")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1)
    call = lambda p: m.lrCostFunction(join(p), X, y, 1.5)
    return lambda p: call(p)[0], P, split(call(P)[1], 4, 1)


@fact("w22_broadcast_m_by_m")
def _(m):
    X, Y = data(4, 1)[0], targets(1)
    P = net(4, 5, 1, io=True)
    J, *g = m.get_grads(X, Y[:, 0], *P.values())
    cost = lambda p: 2 * stated(p, X, Y, "squared", "tanh", io=True)
    return cost, P, dict(zip(P, g)), (J, cost(P))


@fact("w23_dropout_mask_forgotten")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    forward = lambda p: m.forward_propagation_with_dropout(X.T, p)
    cost = lambda p: m.compute_cost(forward(p)[0], Y.T)
    return cost, P, d(m.backward_propagation_with_dropout(X.T, Y.T, P, forward(P)[1]))


@fact("w24_leaky_forward_relu_backward")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.train_batch(X, Y, [p["W1"], p["W2"]], [p["b1"], p["b2"]])
    return lambda p: call(p)[0], P, lists(*call(P)[1:])


@fact("w25_tanh_output_slope_of_z")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2, io=True)
    call = lambda p: m.backprop(X, Y, *p.values())
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:]))


@fact("w26_l2_square_of_sum")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    J, g = m.model(X.T, Y.T, P, 1.5)
    cost = lambda p: stated(p, X, Y, hidden="tanh", lam=1.5)
    return cost, P, d(g), (J, cost(P))


@fact("w27_softmax_regression_label_minus_one")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 3, io=True)
    call = lambda p: m.softmax_loss_vectorized(p["W1"], p["b1"], X, y)
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:]))


@fact("w28_square_layers_weights_not_transposed")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 3, 3)
    call = lambda p: m.derivs(*p.values(), X, Y)
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:]))


@fact("w29_activation_instead_of_input")
def _(m):
    X, y, Y = data(4, 2)
    P = net(4, 4, 2, b="column")
    return lambda p: m.loss(p, X.T, Y.T), P, m.bwd(P, X.T, Y.T)


@fact("w30_loop_keeps_last_sample")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    T = [np.c_[P["b1"], P["W1"]], np.c_[P["b2"], P["W2"]]]
    return lambda p: stated(p, X, Y), P, pairs(m.nnCost(*T, X, Y)[1:])


@fact("w31_bias_mean_after_division")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    call = lambda p: m.grads_fn(p["W1"], p["W2"], p["b1"], p["b2"], X.T, Y.T)
    return lambda p: call(p)[4], P, dict(zip(("W1", "W2", "b1", "b2"), call(P)))


@fact("w32_unrolled_in_other_order")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    call = lambda p: m.cost_function(join(p), (4, 5, 3), X, y, 1.5)
    return lambda p: call(p)[0], P, split(call(P)[1], 4, 5, 3)


@fact("w33_class_last_layer_not_regularized")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 5, 3, io=True)
    n = m.DeepNet((4, 5, 5, 3))

    def cost(p):
        n.W, n.b = [p["W1"], p["W2"], p["W3"]], [p["b1"], p["b2"], p["b3"]]
        return n.cost(X, y)

    cost(P)
    return cost, P, lists(*n.grad(X, y))


@fact("w34_network_of_dicts_always_row")
def _(m):
    X, y, Y = data(3, 2)
    P = net(3, 3, 2)

    def step(p, rate):
        rows = [np.c_[p["W1"], p["b1"]].tolist(), np.c_[p["W2"], p["b2"]].tolist()]
        network = [[{"weights": r} for r in layer] for layer in rows]
        m.train_network(network, X[:1].tolist(), Y[:1].tolist(), rate, 1)
        T = [np.array([n["weights"] for n in layer]) for layer in network]
        return {"W1": T[0][:, :-1], "b1": T[0][:, -1], "W2": T[1][:, :-1], "b2": T[1][:, -1]}

    return lambda p: stated(p, X[:1], Y[:1], "quadratic"), P, read_off(step, P, 0.1)


@fact("w35_fit_error_before_sigmoid")
def _(m):
    X, y, Y = data(4, 1)
    P = {"W1": np.zeros((1, 4)), "b1": np.zeros(1)}

    def step(p, rate):
        n = m.LogisticRegression(rate, 1)
        n.fit(X, y)
        return {"W1": n.weights, "b1": n.bias}

    return lambda p: stated(p, X, Y), P, read_off(step, P, 0.1)


@fact("w36_class_y_in_constructor_slope_missing")
def _(m):
    X, y, Y = data(3, 1)
    P = net(3, 4, 1, io=True, bias=False)

    def step(p, rate):
        n = m.NeuralNetwork(X, Y)
        n.weights1, n.weights2 = p["W1"], p["W2"]
        n.feedforward()
        n.backprop()
        return {"W1": n.weights1, "W2": n.weights2}

    cost = lambda p: 2 * len(X) * stated(p, X, Y, "quadratic", io=True)
    return cost, P, read_off(step, P, 1.0)


@fact("w37_two_layer_net_mask_never_true")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    n = m.TwoLayerNet(4, 5, 3)

    def call(p):
        n.params = p
        return n.loss(X, y, 0.3)

    return lambda p: call(p)[0], P, call(P)[1]


@fact("w38_layer_dense_bias_mean")
def _(m):
    X, y, Y = data(2, 3)
    P = net(2, 3, 3, io=True, b="row")
    n1, act, n2, loss = m.dense1, m.activation1, m.dense2, m.loss_activation

    def cost(p):
        n1.weights, n1.biases, n2.weights, n2.biases = p.values()
        n1.forward(X)
        act.forward(n1.output)
        n2.forward(act.output)
        return loss.forward(n2.output, y)

    cost(P)
    loss.backward(loss.output, y)
    n2.backward(loss.dinputs)
    act.backward(n2.dinputs)
    n1.backward(act.dinputs)
    return cost, P, lists([n1.dweights, n2.dweights], [n1.dbiases, n2.dbiases])


@fact("w39_cross_entropy_with_quadratic_delta")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    n = m.Network([4, 5, 3])
    n.weights, n.biases = [P["W1"], P["W2"]], [P["b1"], P["b2"]]
    call = lambda x, t: lists(*n.backprop(x[:, None], t[:, None])[::-1])
    return lambda p: stated(p, X, Y), P, per_sample(call, X, Y)


@fact("w40_params_dict_relu_sigmoid_grad")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    n = m.SimpleNet(4, 5, 3)

    def cost(p):
        n.params = p
        return n.loss(X, Y)

    cost(P)
    return cost, P, n.gradient(X, Y)


@fact("w41_relu_backward_of_gradient")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2)
    first, _, last = m.model.layers

    def cost(p):
        first.weight, first.bias, last.weight, last.bias = p.values()
        return m.criterion.forward(m.model.forward(X), Y)

    cost(P)
    m.model.backward(m.criterion.backward())
    G = lists([first.grad_weight, last.grad_weight], [first.grad_bias, last.grad_bias])
    return cost, P, G


@fact("w42_class_chinese_stale")
def _(m):
    X, y, Y = data(4, 2)
    P = net(4, 3, 2, io=True)

    def step(p, rate):
        n = m.BPNetwork(4, 3, 2, rate)
        n.v, n.gamma, n.w, n.theta = p["W1"], -p["b1"], p["W2"], -p["b2"]
        n.train_one(X[0], Y[0])
        return {"W1": n.v, "b1": -n.gamma, "W2": n.w, "b2": -n.theta}

    return lambda p: stated(p, X[:1], Y[:1], "quadratic", io=True), P, read_off(step, P, 0.1)


@fact("w43_update_first_weight_plus")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    G = read_off(lambda p, rate: m.model(X.T, Y.T, p, 1, rate), P, 0.1)
    return lambda p: m.forward_backward(X.T, Y.T, p)[0], P, G


@fact("w44_eleven_lines_stale")
def _(m):
    X, y, Y = data(3, 1)
    P = net(3, 4, 1, io=True, bias=False)
    step = lambda p, rate: dict(zip(P, m.train(X, Y, p["W1"], p["W2"], rate, 1)))
    cost = lambda p: len(X) * stated(p, X, Y, "quadratic", io=True)
    return cost, P, read_off(step, P, 0.1)


@fact("w45_update_lost_in_helper")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1)
    step = lambda p, rate: dict(zip(P, m.train(X, y, p["W1"].ravel(), p["b1"], rate, 1)))
    return lambda p: stated(p, X, Y), P, read_off(step, P, 0.1)


@fact("w46_rate_twice_in_deltas")
def _(m):
    X, y, Y = data(4, 2)
    P = net(4, 5, 2, io=True)

    def step(p, rate):
        n = m.Net(4, 5, 2, rate)
        n.W1, n.b1, n.W2, n.b2 = p.values()
        n.fit_epoch(X, Y)
        return p

    return lambda p: stated(p, X, Y, io=True), P, read_off(step, P, 0.1)


@fact("w47_neuron_bias_without_slope")
def _(m):
    X, y, Y = data(3, 1)
    P = net(3, 1)

    def step(p, rate):
        n = m.Neuron(3)
        n.weights, n.bias = p["W1"].ravel().tolist(), p["b1"].item()
        n.train(X[0].tolist(), y[0], rate)
        return {"W1": n.weights, "b1": n.bias}

    return lambda p: stated(p, X[:1], Y[:1], "quadratic"), P, read_off(step, P, 0.1)


@fact("w48_mini_batch_biases_not_averaged")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")

    def step(p, rate):
        n = m.Network([4, 5, 3])
        n.weights, n.biases = of(p)
        n.update_mini_batch([(x[:, None], t[:, None]) for x, t in zip(X, Y)], rate)
        return lists(n.weights, n.biases)

    return lambda p: stated(p, X, Y, "quadratic"), P, read_off(step, P, 0.1)


@fact("w49_update_loop_skips_last_layer")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 3, 1, b="column")
    G = read_off(lambda p, rate: m.L_layer_step(X.T, Y.T, p, rate), P, 0.1)
    return lambda p: stated(p, X, Y, hidden="relu"), P, G


@fact("w50_weight_decay_in_the_gradient_twice")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    step = lambda p, rate: dict(zip(P, m.fit(X, y, list(p.values()), rate, 1.5)))
    cost = lambda p: stated(p, X, Y, "softmax", "tanh", 1.5, io=True)
    return cost, P, read_off(step, P, 0.1)


@fact("w51_torch_softmax_twice")
def _(m):
    import torch  # an optional library

    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    n = m.MnistNet()
    _torch_two_layers(P, [n.hidden, n.output])
    J = m.train_step(n, torch.tensor(X), torch.tensor(y)).item()
    cost = lambda p: stated(p, X, Y, "softmax", "relu")
    return cost, P, _torch_gradients([n.hidden, n.output]), (J, cost(P))


@fact("w52_torch_manual_bias_one_number")
def _(m):
    import torch  # an optional library

    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    tensors = [torch.tensor(v) for v in P.values()]
    _, *g = m.grads(torch.tensor(X), torch.tensor(y), *tensors)
    return lambda p: stated(p, X, Y, "softmax", io=True), P, dict(zip(P, g))


@fact("w53_torch_detached_hidden")
def _(m):
    import torch  # an optional library

    X, Y = data(4, 1)[0], targets(1)
    P = net(4, 5, 1)
    n = m.Regressor()
    _torch_two_layers(P, [n.l1, n.l2])
    m.compute_loss(n, torch.tensor(X), torch.tensor(Y[:, 0])).backward()
    cost = lambda p: 2 * stated(p, X, Y, "squared", "tanh")
    return cost, P, _torch_gradients([n.l1, n.l2])


@fact("w54_jax_custom_vjp_sigmoid_of_x")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    _, g = m.value_and_grad({k.lower(): v for k, v in P.items()}, X, Y)
    G = {k.replace("w", "W"): v for k, v in g.items()}
    return lambda p: stated(p, X, Y, "softmax", io=True), P, G


@fact("w55_ex4_bias_in_cost_only")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    J, g = octave(path_of("w55_ex4_bias_in_cost_only"), 2, join(P, "F"), 4, 5, 3, X, y + 1, 1.5)
    own = lambda p: (
        stated(p, X, Y, lam=1.5) + 1.5 / (2 * len(X)) * sum(np.sum(p[b] ** 2) for b in ("b1", "b2"))
    )
    assert abs(own(P) - J.item()) < 1e-12
    return own, P, split(g, 4, 5, 3, order="F")


@fact("w56_ex4_slope_of_activation")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    J, g = octave(path_of("w56_ex4_slope_of_activation"), 2, join(P, "F"), 4, 5, 3, X, y + 1, 1.5)
    return lambda p: stated(p, X, Y, lam=1.5), P, split(g, 4, 5, 3, order="F")


@fact("w57_octave_tanh_slope_of_z")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    J, *g = octave(path_of("w57_octave_tanh_slope_of_z"), 5, *P.values(), X.T, Y.T)
    return lambda p: stated(p, X, Y, hidden="tanh"), P, dict(zip(P, g))


@fact("w58_notebook_class_bias_of_first_sample")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True, b="row")
    n = m.NN(4, 5, 3)

    def cost(p):
        n.W1, n.b1, n.W2, n.b2 = p.values()
        return n.loss(X, Y)

    cost(P)
    n.backward(X, Y)
    return cost, P, {"W1": n.dW1, "b1": n.db1, "W2": n.dW2, "b2": n.db2}


@fact("w59_notebook_reg_forgotten_in_gradient")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    call = lambda p: m.cost_grad(join(p), [4, 5, 3], X, y + 1, 1.5)
    return lambda p: call(p)[0], P, split(call(P)[1], 4, 5, 3)


@fact("w60_script_input_plus_for_minus")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, io=True)
    return lambda p: m.cost(X, Y, *p.values()), P, dict(zip(P, m.backward(X, Y, *P.values())))


@fact("w61_script_csv_two_mistakes")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, io=True, b="row")
    call = lambda p: m.compute(X, Y, *p.values())
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1]))


@fact("w62_chain_of_numbers_weight_missing")
def _(m):
    X, y, Y = data(1, 1)
    P = net(1, 1, 1, bias=False)
    numbers = [v.item() for v in P.values()]
    G = per_sample(lambda x, t: dict(zip(P, m.gradient(x.item(), t.item(), *numbers)[1:])), X, Y)
    return lambda p: stated(p, X, Y, "quadratic"), P, G


@fact("w63_bias_gradient_never_filled")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    return lambda p: m.backprop(p, X, Y)[0], P, m.backprop(P, X, Y)[1]


@fact("w64_softmax_columns_wrong_axis")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    J, *g = m.loss_and_grad(*P.values(), X.T, Y.T)
    cost = lambda p: stated(p, X, Y, "softmax", "tanh")
    return cost, P, dict(zip(P, g)), (J, cost(P))


@fact("w65_dropout_keep_prob_forgotten")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.forward_backward(X, y, *p.values())
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:]))


@fact("w66_batchnorm_variance_term")
def _(m):
    v = np.random.default_rng(0).normal(size=28)
    P = {"W1": v[:12], "gamma": v[12:16], "beta": v[16:20], "W2": v[20:]}
    call = lambda p: m.f(np.concatenate(list(p.values())))
    G = dict(zip(P, np.split(call(P)[1], [12, 16, 20])))
    return lambda p: call(p)[0], P, G


@fact("w67_tanh_derivative_of_activation")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2, io=True)
    n = m.Net(4, 5, 2)

    def cost(p):
        for layer, W, b in zip(n.layers, *of(p)):
            layer.W, layer.b = W, b
        return n.cost(X, Y)

    cost(P)
    return cost, P, lists(*zip(*n.gradients(X, Y)))


@fact("w68_quadratic_without_output_slope")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    call = lambda x, t: lists(*m.backprop(x[:, None], t[:, None], *of(P))[::-1])
    cost = lambda p: np.mean([m.cost(x[:, None], t[:, None], *of(p)) for x, t in zip(X, Y)])
    return cost, P, per_sample(call, X, Y)


@fact("w69_log10_in_the_cost")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1)
    J, g = m.costFunction(join(P), X, y)
    return lambda p: stated(p, X, Y), P, split(g, 4, 1), (J, stated(P, X, Y))


@fact("w70_gradient_penalises_biases")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.nn_cost(*of(p), X, Y, 1.5)
    return lambda p: call(p)[0], P, lists(*call(P)[1:])


@fact("w71_lists_first_units_slope")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.cost_and_gradients(*(v.tolist() for v in p.values()), X.tolist(), Y.tolist())
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:]))


@fact("w72_hidden_errors_from_output_errors")
def _(m):
    X, y, Y = data(3, 2)
    P = net(3, 4, 2, bias=False)

    def step(p, rate):
        n = m.neuralNetwork(3, 4, 2, rate)
        n.wih, n.who = p["W1"], p["W2"]
        n.train(X[0], Y[0])
        return {"W1": n.wih, "W2": n.who}

    return lambda p: stated(p, X[:1], Y[:1], "quadratic"), P, read_off(step, P, 0.1)
