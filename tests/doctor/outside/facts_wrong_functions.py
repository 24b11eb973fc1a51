"""How the plain functions of wrong/ are asked, and the cost that they should have."""

import numpy as np
from facts import d, data, fact, join, lists, net, of, pairs, per_sample, split, stated, targets


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
