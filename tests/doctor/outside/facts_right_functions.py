"""How the plain functions of right/ are asked, and the cost that the command states."""

import numpy as np
from facts import (
    d,
    data,
    fact,
    join,
    lists,
    net,
    of,
    pairs,
    per_sample,
    split,
    stated,
    targets,
    thetas,
)


@fact("r01_propagate_rows")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1)
    call = lambda p: m.compute_cost_logistic(X, y, p["W1"].ravel(), p["b1"].item())
    db, dw = m.compute_gradient_logistic(X, y, P["W1"].ravel(), P["b1"].item())
    return call, P, {"W1": dw, "b1": db}, (call(P), stated(P, X, Y))


@fact("r02_dict_cache_tanh")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    cost = lambda p: m.compute_cost(m.forward_pass(X.T, p)[0], Y.T)
    g = m.backward_pass(P, m.forward_pass(X.T, P)[1], X.T, Y.T)
    return cost, P, d(g), (cost(P), stated(P, X, Y, hidden="tanh"))


@fact("r03_sum_instead_of_mean")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    J, g = m.step_grads(X, Y, *P.values())
    cost = lambda p: m.step_grads(X, Y, *p.values())[0]
    return cost, P, dict(zip(P, g)), (J, stated(P, X, Y, "quadratic", io=True))


@fact("r04_course_labels_from_one")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    cost = lambda p: m.backprop(join(p), 4, 5, 3, X, y[:, None] + 1, 1.5)[0]
    J, g = m.backprop(join(P), 4, 5, 3, X, y[:, None] + 1, 1.5)
    return cost, P, split(g, 4, 5, 3), (J, stated(P, X, Y, lam=1.5))


@fact("r05_lists_no_numpy")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    lists = lambda p: [p[k].tolist() for k in ("W1", "b1", "W2", "b2")]
    G = per_sample(lambda x, t: dict(zip(P, m.backward(x, t, *lists(P))[1:])), X, Y)
    cost = lambda p: np.mean([m.backward(x, t, *lists(p))[0] for x, t in zip(X, Y)])
    return cost, P, G, (cost(P), stated(P, X, Y, "quadratic"))


@fact("r06_reg_times_sum_of_squares")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.svm_style_two_layer(p, X, y, 0.5)
    J, g = call(P)
    return lambda p: call(p)[0], P, g, (J, stated(P, X, Y, "softmax", "relu", 0.5, io=True))


@fact("r08_caches_deep_relu")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 3, 1, b="column")
    cost = lambda p: m.compute_cost(m.model_forward(X.T, p)[0], Y.T)
    g = m.model_backward(m.model_forward(X.T, P)[0], Y.T, m.model_forward(X.T, P)[1])
    return cost, P, d(g), (cost(P), stated(P, X, Y, hidden="relu"))


@fact("r09_mean_over_all_entries")
def _(m):
    X, Y = data(4, 3)[0], targets(3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.mse_loss_grad(X, Y, *p.values())
    g, J = call(P)
    own = (J, stated(P, X, Y, "squared", "tanh", io=True))
    return lambda p: call(p)[1], P, dict(zip(P, g)), own


@fact("r10_flat_theta_fortran")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    call = lambda p: m.costFunction(join(p, "F"), 4, 5, 3, X, y, 1.5)
    J, g = call(P)
    return lambda p: call(p)[0], P, split(g, 4, 5, 3, order="F"), (J, stated(P, X, Y, lam=1.5))


@fact("r21_leaky_relu_stated")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.run(X, y, *p.values())
    own = (call(P)[0], stated(P, X, Y, "softmax", "leaky_relu", io=True))
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:])), own


@fact("r22_tanh_output")
def _(m):
    X, Y = data(4, 3)[0], targets(3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.backprop(X, Y, *of(p))
    own = (call(P)[0], stated(P, X, Y, "squared", "tanh", io=True))
    return lambda p: call(p)[0], P, lists(*call(P)[1:]), own


@fact("r23_biases_penalised")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    call = lambda p: m.nn_cost(*thetas(p), X, Y, 1.5)
    return lambda p: call(p)[0], P, pairs(call(P)[1:]), (call(P)[0], stated(P, X, Y, lam=1.5))


@fact("r25_softmax_columns_one_hot_columns")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    Z1, A1, Z2, A2 = m.forward_prop(*P.values(), X.T)
    G = dict(zip(P, m.backward_prop(Z1, A1, Z2, A2, P["W1"], P["W2"], X.T, y)))
    return lambda p: stated(p, X, Y, "softmax", "relu"), P, G, (0.0, 0.0)


@fact("r33_chain_of_two_neurons")
def _(m):
    X, y, Y = data(1, 1)
    P = net(1, 1, 1)
    numbers = [v.item() for v in P.values()]
    G = per_sample(lambda x, t: dict(zip(P, m.grads(x.item(), t.item(), *numbers))), X, Y)
    return lambda p: 2 * stated(p, X, Y, "quadratic"), P, G, (0.0, 1.0)


@fact("r34_lists_batch_matrix_functions")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    call = lambda p: m.cost_and_gradient(*(v.tolist() for v in p.values()), X.tolist(), Y.tolist())
    own = (call(P)[0], stated(P, X, Y, io=True))
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:])), own


@fact("r40_leaky_relu_not_stated")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    cost = lambda p: m.cost_function(m.forward_prop(X.T, p)[0], Y.T)
    g = m.back_prop(X.T, Y.T, P, *m.forward_prop(X.T, P))
    return cost, P, g, (cost(P), stated(P, X, Y, hidden="relu"))


@fact("r44_deep_with_l2_functions")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 3, 1, b="column")
    forward = lambda p: m.forward_propagation(X.T, p)
    cost = lambda p: m.compute_cost_with_regularization(forward(p)[0], Y.T, p, 1.5)
    g = m.backward_propagation_with_regularization(X.T, Y.T, forward(P)[1], P, 1.5)
    return cost, P, d(g), (cost(P), stated(P, X, Y, hidden="relu", lam=1.5))


@fact("r45_gradient_without_cost")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1)
    G = split(m.gradient(join(P), X, y, 1.5), 4, 1)
    return lambda p: stated(p, X, Y, lam=1.5), P, G, (0.0, 0.0)


@fact("r46_cost_and_gradient_apart")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    cost = lambda p: m.cost(join(p), 4, 5, 3, X, y, 1.5)
    G = split(m.gradient(join(P), 4, 5, 3, X, y, 1.5), 4, 5, 3)
    return cost, P, G, (cost(P), stated(P, X, Y, lam=1.5))


@fact("r47_softmax_mean_over_everything")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    cost = lambda p: m.xent(X, Y, *p.values())
    G = dict(zip(P, m.backprop(X, Y, *P.values()).values()))
    return cost, P, G, (cost(P), stated(P, X, Y, "softmax", "tanh", io=True))


@fact("r48_one_row_labels_sum")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1, io=True)
    call = lambda p: m.logistic_unit(p["W1"], p["b1"].item(), X.T, Y.T)
    own = (call(P)[0], stated(P, X, Y, io=True))
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1:])), own


@fact("r49_layers_as_list_of_dicts")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 6, 5, 3, io=True)
    layers = lambda p: [{"W": p[f"W{l}"], "b": p[f"b{l}"]} for l in (1, 2, 3)]
    J, g = m.loss_and_grads(layers(P), X, y)
    G = lists([v["W"] for v in g], [v["b"] for v in g])
    own = (J, stated(P, X, Y, "softmax", "relu", io=True))
    return lambda p: m.loss_and_grads(layers(p), X, y)[0], P, G, own


@fact("r52_linear_layers")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 3, 2, io=True)
    call = lambda p: m.loss_grad(p["W1"], p["W2"], p["b1"], p["b2"], X, Y)
    own = (call(P)[0], stated(P, X, Y, "squared", "identity", io=True))
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1])), own


@fact("r54_dropout_switched_off")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    cost = lambda p: float(m.cost(m.forward(X.T, p)[0], Y.T))
    g = m.backward(X.T, Y.T, P, m.forward(X.T, P)[1])
    return cost, P, d(g), (cost(P), stated(P, X, Y, hidden="relu"))


@fact("r55_batchnorm_theta_alone")
def _(m):
    P = {"theta": np.random.default_rng(0).normal(size=28)}
    return lambda p: m.bn_net(p["theta"])[0], P, {"theta": m.bn_net(P["theta"])[1]}, (0.0, 0.0)


@fact("r60_bias_in_last_column")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    call = lambda p: m.error_and_gradient([np.c_[p[f"W{l}"], p[f"b{l}"]] for l in (1, 2)], X, Y)
    J, g = call(P)
    G = lists([T[:, :-1] for T in g], [T[:, -1] for T in g])
    return lambda p: call(p)[0], P, G, (J, stated(P, X, Y, "quadratic"))
