"""How each file of right/ is asked, and the cost that the command states for it."""

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


@fact("r07_eleven_lines_no_bias")
def _(m):
    X, y, Y = data(3, 1)
    P = net(3, 4, 1, io=True, bias=False)

    def step(p, rate):
        a, b = m.train(X, Y, p["W1"], p["W2"], rate)
        return {"W1": a, "W2": b}

    cost = lambda p: stated(p, X, Y, "quadratic", io=True) * len(X)
    return cost, P, read_off(step, P, 0.1), (0.0, 1.0)


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


@fact("r11_nielsen_style")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")

    def step(p, rate):
        n = m.Network([4, 5, 3])
        n.weights, n.biases = [p["W1"], p["W2"]], [p["b1"], p["b2"]]
        n.update_mini_batch([(x[:, None], t[:, None]) for x, t in zip(X, Y)], rate)
        return dict(zip(("W1", "W2", "b1", "b2"), n.weights + n.biases))

    cost = lambda p: stated(p, X, Y, "quadratic")
    return cost, P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r12_layer_objects_pytorch_like")
def _(m):
    X, Y = data(4, 1)[0], targets(1)
    P = net(4, 5, 1, io=True)
    n = m.Model(4, 5, 1)
    first, last = n.layers[0], n.layers[2]

    def cost(p):
        first.w, first.b, last.w, last.b = p.values()
        return n(X, Y)

    J = cost(P)
    n.backward()
    G = {"W1": first.w_g, "b1": first.b_g, "W2": last.w_g, "b2": last.b_g}
    return cost, P, G, (J, stated(P, X, Y, "squared", "relu", io=True))


@fact("r13_class_hidden_output_attributes")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    n = m.MLP(4, 5, 3)

    def cost(p):
        n.W_hidden, n.b_hidden, n.W_output, n.b_output = p.values()
        return n.loss(X, y)

    J, g = cost(P), n.backward(X, y)
    G = {"W1": g["W_hidden"], "b1": g["b_hidden"], "W2": g["W_output"], "b2": g["b_output"]}
    return cost, P, G, (J, stated(P, X, Y, "softmax", "tanh", io=True))


@fact("r14_dense_learning_rate")
def _(m):
    X, y, Y = data(2, 1)
    P = net(2, 3, 1, b="column")

    def step(p, rate):
        n = [m.Dense(2, 3), m.Sigmoid(), m.Dense(3, 1), m.Sigmoid()]
        n[0].weights, n[0].bias, n[2].weights, n[2].bias = p.values()
        m.train(n, X[:1, :, None], Y[:1, :, None], 1, rate)
        return p

    return lambda p: stated(p, X[:1], Y[:1]), P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r15_update_parameters")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    cost = lambda p: m.cost_and_grads(X.T, Y.T, p)[0]
    G = read_off(lambda p, rate: m.nn_model(X.T, Y.T, p, 1, rate), P, 0.1)
    return cost, P, G, (cost(P), stated(P, X, Y))


@fact("r16_linear_regression_step")
def _(m):
    X, Y = data(4, 1)[0], targets(1)
    P = net(4, 1)
    step = lambda p, rate: split(m.gradient_step(X, Y[:, 0], join(p), rate), 4, 1)
    cost = lambda p: m.cost(X, Y[:, 0], join(p))
    return cost, P, read_off(step, P, 0.1), (cost(P), stated(P, X, Y, "squared"))


@fact("r17_torch_module")
def _(m):
    import torch  # an optional library
    from facts_wrong import _torch_gradients, _torch_two_layers

    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    n = m.Classifier()
    _torch_two_layers(P, [n.net[0], n.net[2]])
    J = m.training_step(n, torch.tensor(X), torch.tensor(y)).item()
    cost = lambda p: stated(p, X, Y, "softmax", "relu")
    return cost, P, _torch_gradients([n.net[0], n.net[2]]), (J, cost(P))


@fact("r18_jax_value_and_grad")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    J, g = m.loss_and_grad(P, X, Y)
    cost = lambda p: stated(p, X, Y, "softmax", "relu", io=True)
    return cost, P, g, (float(J), cost(P))


@fact("r19_costFunctionReg")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1)
    J, g = octave(path_of("r19_costFunctionReg"), 2, join(P), X, y, 1.5)
    cost = lambda p: stated(p, X, Y, lam=1.5)
    return cost, P, split(g, 4, 1), (J.item(), cost(P))


@fact("r20_script_top_level")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    cost = lambda p: m.loss_function(X, Y, *p.values())
    G = dict(zip(P, m.gradients(X, Y, *P.values())))
    return cost, P, G, (cost(P), stated(P, X, Y, "softmax", io=True))


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


@fact("r24_wih_who_no_bias")
def _(m):
    X, y, Y = data(3, 2)
    P = net(3, 4, 2, bias=False)

    def step(p, rate):
        n = m.neuralNetwork(3, 4, 2, rate)
        n.w_i_h, n.w_h_o = p["W1"], p["W2"]
        n.train(X[0], Y[0])
        return {"W1": n.w_i_h, "W2": n.w_h_o}

    cost = lambda p: stated(p, X[:1], Y[:1], "quadratic")
    return cost, P, read_off(step, P, 0.1), (0.0, 1.0)


@fact("r25_softmax_columns_one_hot_columns")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    Z1, A1, Z2, A2 = m.forward_prop(*P.values(), X.T)
    G = dict(zip(P, m.backward_prop(Z1, A1, Z2, A2, P["W1"], P["W2"], X.T, y)))
    return lambda p: stated(p, X, Y, "softmax", "relu"), P, G, (0.0, 0.0)


@fact("r26_network_of_dicts")
def _(m):
    X, y, Y = data(3, 2)
    P = net(3, 3, 2)

    def step(p, rate):
        rows = [np.c_[p["W1"], p["b1"]].tolist(), np.c_[p["W2"], p["b2"]].tolist()]
        network = [[{"weights": r} for r in layer] for layer in rows]
        m.train_network(network, X[:1].tolist(), Y[:1].tolist(), rate, 1)
        T = [np.array([n["weights"] for n in layer]) for layer in network]
        return {"W1": T[0][:, :-1], "b1": T[0][:, -1], "W2": T[1][:, :-1], "b2": T[1][:, -1]}

    cost = lambda p: stated(p, X[:1], Y[:1], "quadratic")
    return cost, P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r27_fit_from_zeros")
def _(m):
    X, y, Y = data(4, 1)
    P = {"W1": np.zeros((1, 4)), "b1": np.zeros(1)}

    def step(p, rate):
        n = m.LogisticRegressionScratch(rate, 1).fit(X, y)
        return {"W1": n.w_, "b1": n.b_}

    return lambda p: stated(p, X, Y), P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r28_class_y_in_constructor")
def _(m):
    X, y, Y = data(3, 2)
    P = net(3, 4, 2, io=True, bias=False)

    def step(p, rate):
        n = m.NeuralNetwork(X, Y)
        n.weights1, n.weights2 = p["W1"], p["W2"]
        n.feedforward()
        n.backprop()
        return {"W1": n.weights1, "W2": n.weights2}

    cost = lambda p: 2 * len(X) * stated(p, X, Y, "quadratic", io=True)
    return cost, P, read_off(step, P, 1.0), (0.0, 1.0)


@fact("r29_two_layer_net_half_reg")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    n = m.TwoLayerNet(4, 5, 3, reg=0.3)

    def call(p):
        n.params = p
        return n.loss(X, y)

    own = (call(P)[0], stated(P, X, Y, "softmax", "relu", lam=0.3, io=True))
    return lambda p: call(p)[0], P, call(P)[1], own


@fact("r30_layer_dense_dvalues")
def _(m):
    X, y, Y = data(2, 1)
    P = net(2, 4, 1, io=True, b="row")
    first, last, loss = m.dense1, m.dense2, m.loss_function

    def cost(p):
        first.weights, first.biases, last.weights, last.biases = p.values()
        x = X
        for layer in (first, m.activation1, last, m.activation2):
            layer.forward(x)
            x = layer.output
        return loss.forward(x, Y)

    J = cost(P)
    loss.backward(m.activation2.output, Y)
    g = loss.dinputs
    for layer in (m.activation2, last, m.activation1, first):
        layer.backward(g)
        g = layer.dinputs
    G = lists([first.dweights, last.dweights], [first.dbiases, last.dbiases])
    return cost, P, G, (J, stated(P, X, Y, io=True))


@fact("r31_network2_weight_decay")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")

    def step(p, rate):
        n = m.Network([4, 5, 3])
        n.weights, n.biases = of(p)
        n.update_mini_batch([(x[:, None], t[:, None]) for x, t in zip(X, Y)], rate, 1.5, len(X))
        return lists(n.weights, n.biases)

    return lambda p: stated(p, X, Y, lam=1.5), P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r32_params_class_with_numerical_gradient")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 4, 3, io=True)
    n = m.ThreeLayerNet(4, 5, 4, 3)

    def cost(p):
        n.params = p
        return n.loss(X, Y)

    own = (cost(P), stated(P, X, Y, "softmax", "relu", io=True))
    return cost, P, n.gradient(X, Y), own


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


@fact("r35_nnCostFunctionLoop")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    J, g = octave(path_of("r35_nnCostFunctionLoop"), 2, join(P, "F"), 4, 5, 3, X, y + 1, 1.5)
    cost = lambda p: stated(p, X, Y, lam=1.5)
    return cost, P, split(g, 4, 5, 3, order="F"), (J.item(), cost(P))


@fact("r36_matrices_apart")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    J, *g = octave(path_of("r36_matrices_apart"), 5, *P.values(), X.T, Y.T)
    cost = lambda p: stated(p, X, Y, "softmax", "tanh")
    return cost, P, dict(zip(P, g)), (J.item(), cost(P))


@fact("r37_notebook_planar")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    call = lambda p: m.propagate(p, X.T, Y.T)
    return lambda p: call(p)[1], P, d(call(P)[0]), (call(P)[1], stated(P, X, Y, hidden="tanh"))


@fact("r38_torch_custom_function")
def _(m):
    import torch  # an optional library

    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    tensors = [torch.tensor(v, requires_grad=True) for v in P.values()]
    J = m.loss(*tensors, torch.tensor(X), torch.tensor(y))
    J.backward()
    cost = lambda p: stated(p, X, Y, "softmax", "tanh")
    return cost, P, dict(zip(P, (t.grad.numpy() for t in tensors))), (J.item(), cost(P))


@fact("r39_jax_custom_vjp_relu")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2, io=True)
    grouped = lambda p: [(p["W1"], p["b1"]), (p["W2"], p["b2"])]

    def step(p, rate):
        (W1, b1), (W2, b2) = m.update(grouped(p), X, Y, rate)
        return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

    cost = lambda p: stated(p, X, Y, "squared", "relu", io=True)
    return cost, P, read_off(step, P, 0.1), (float(m.loss_fn(grouped(P), X, Y)), cost(P))


@fact("r40_leaky_relu_not_stated")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 5, 1, b="column")
    cost = lambda p: m.cost_function(m.forward_prop(X.T, p)[0], Y.T)
    g = m.back_prop(X.T, Y.T, P, *m.forward_prop(X.T, P))
    return cost, P, g, (cost(P), stated(P, X, Y, hidden="relu"))


@fact("r41_bp_chinese_class")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    n = m.BP(4, 5, 3)

    def cost(p):
        n.w1, n.b1, n.w2, n.b2 = p.values()
        return n.loss(X.T, Y.T)

    own = (cost(P), stated(P, X, Y, "quadratic"))
    n.backward(X.T, Y.T)
    return cost, P, lists([n.dw1, n.dw2], [n.db1, n.db2]), own


@fact("r42_momentum_step")
def _(m):
    X, Y = data(4, 1)[0], targets(1)
    P = net(4, 5, 1, io=True)
    step = lambda p, rate: dict(zip(P, m.train(X, Y, *p.values(), rate)))
    cost = lambda p: stated(p, X, Y, "squared", "relu", io=True)
    return cost, P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r43_weight_decay_step")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    step = lambda p, rate: lists(*m.sgd_epoch(X, Y, *of(p), rate, 1.5))
    return lambda p: stated(p, X, Y, lam=1.5), P, read_off(step, P, 0.1), (0.0, 0.0)


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


@fact("r50_train_makes_own_weights")
def _(m):
    X, y, Y = data(4, 1)
    P = dict(zip(("W1", "b1", "W2", "b2"), m.train(X, Y, epochs=0)))
    step = lambda p, rate: dict(zip(P, m.train(X, Y, lr=rate, epochs=1)))
    return lambda p: stated(p, X, Y, io=True), P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r51_online_logistic_lists")
def _(m):
    X, y, Y = data(4, 1)
    P = net(4, 1)

    def step(p, rate):
        n = m.OnlineLogistic(4, rate)
        n.w, n.b = p["W1"].ravel().tolist(), p["b1"].item()
        n.update(X[0].tolist(), y[0])
        return {"W1": n.w, "b1": n.b}

    return lambda p: stated(p, X[:1], Y[:1]), P, read_off(step, P, 0.1), (0.0, 0.0)


@fact("r52_linear_layers")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 3, 2, io=True)
    call = lambda p: m.loss_grad(p["W1"], p["W2"], p["b1"], p["b2"], X, Y)
    own = (call(P)[0], stated(P, X, Y, "squared", "identity", io=True))
    return lambda p: call(p)[0], P, dict(zip(P, call(P)[1])), own


@fact("r53_estimator_coefs_intercepts")
def _(m):
    X, y, Y = data(4, 3)
    n = m.MLPClassifierScratch()
    n._init(4, 3)
    P = lists(n.coefs_, n.intercepts_)

    def step(p, rate):
        n = m.MLPClassifierScratch(learning_rate_init=rate).fit(X, y)
        return lists(n.coefs_, n.intercepts_)

    cost = lambda p: stated(p, X, Y, "softmax", "tanh", io=True)
    return cost, P, read_off(step, P, 0.1), (n._loss_grad(X, Y)[0], cost(P))


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


@fact("r56_torch_tensors_by_hand")
def _(m):
    import torch  # an optional library

    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2, io=True)
    t = lambda p: [torch.tensor(v) for v in p.values()]
    cost = lambda p: m.loss_func(m.forward(torch.tensor(X), *t(p))[1], torch.tensor(Y)).item()
    G = dict(zip(P, m.backward(torch.tensor(X), torch.tensor(Y), *t(P))))
    return cost, P, G, (cost(P), stated(P, X, Y, "squared", "relu", io=True))


@fact("r57_torch_sequential_mse")
def _(m):
    import torch  # an optional library
    from facts_wrong import _torch_gradients, _torch_two_layers

    X, Y = data(4, 3)[0], targets(3)
    P = net(4, 6, 3)
    _torch_two_layers(P, [m.net.fc1, m.net.fc2])
    J = m.step(m.net, torch.tensor(X), torch.tensor(Y)).item()
    cost = lambda p: 2 / 3 * stated(p, X, Y, "squared", "tanh")
    assert abs(J - cost(P)) < 1e-9
    return cost, P, _torch_gradients([m.net.fc1, m.net.fc2]), (J, 1.5 * J)


@fact("r58_linear_regression_octave")
def _(m):
    X, Y = data(4, 1)[0], targets(1)
    P = net(4, 1)
    J, g = octave(path_of("r58_linear_regression_octave"), 2, X, Y[:, 0], join(P), 1.5)
    cost = lambda p: stated(p, X, Y, "squared", lam=1.5)
    return cost, P, split(g, 4, 1), (J.item(), cost(P))


@fact("r59_notebook_class_layers")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True, b="row")
    n = m.全连接网络([4, 5, 3])

    def cost(p):
        n.weights, n.biases = of(p)
        return n.loss(X, Y)

    own = (cost(P), stated(P, X, Y, "softmax", "tanh", io=True))
    return cost, P, lists(*n.backward(X, Y)), own


@fact("r60_bias_in_last_column")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    call = lambda p: m.error_and_gradient([np.c_[p[f"W{l}"], p[f"b{l}"]] for l in (1, 2)], X, Y)
    J, g = call(P)
    G = lists([T[:, :-1] for T in g], [T[:, -1] for T in g])
    return lambda p: call(p)[0], P, G, (J, stated(P, X, Y, "quadratic"))
