"""How PyTorch, JAX, Octave, notebooks and scripts of right/ and wrong/ are asked."""

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
    path_of,
    read_off,
    split,
    stated,
    targets,
)


def torch_two_layers(P, layers):
    import torch  # an optional library

    torch.set_default_dtype(torch.float64)
    for l, layer in enumerate(layers, start=1):
        layer.to(torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(P[f"W{l}"]))
            layer.bias.copy_(torch.tensor(P[f"b{l}"]))


def torch_gradients(layers):
    G = {}
    for l, layer in enumerate(layers, start=1):
        for kind, t in (("W", layer.weight.grad), ("b", layer.bias.grad)):
            G[f"{kind}{l}"] = None if t is None else t.numpy()
    return G


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


@fact("r17_torch_module")
def _(m):
    import torch  # an optional library

    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    n = m.Classifier()
    torch_two_layers(P, [n.net[0], n.net[2]])
    J = m.training_step(n, torch.tensor(X), torch.tensor(y)).item()
    cost = lambda p: stated(p, X, Y, "softmax", "relu")
    return cost, P, torch_gradients([n.net[0], n.net[2]]), (J, cost(P))


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

    X, Y = data(4, 3)[0], targets(3)
    P = net(4, 6, 3)
    torch_two_layers(P, [m.net.fc1, m.net.fc2])
    J = m.step(m.net, torch.tensor(X), torch.tensor(Y)).item()
    cost = lambda p: 2 / 3 * stated(p, X, Y, "squared", "tanh")
    assert abs(J - cost(P)) < 1e-9
    return cost, P, torch_gradients([m.net.fc1, m.net.fc2]), (J, 1.5 * J)


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


@fact("w17_torch_sigmoid_saves_input")
def _(m):
    import torch  # an optional library

    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    n = m.Net()
    torch_two_layers(P, [n.fc1, n.fc2])
    m.loss_fn(n, torch.tensor(X), torch.tensor(y)).backward()
    return lambda p: stated(p, X, Y, "softmax"), P, torch_gradients([n.fc1, n.fc2])


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


@fact("w51_torch_softmax_twice")
def _(m):
    import torch  # an optional library

    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    n = m.MnistNet()
    torch_two_layers(P, [n.hidden, n.output])
    J = m.train_step(n, torch.tensor(X), torch.tensor(y)).item()
    cost = lambda p: stated(p, X, Y, "softmax", "relu")
    return cost, P, torch_gradients([n.hidden, n.output]), (J, cost(P))


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
    torch_two_layers(P, [n.l1, n.l2])
    m.compute_loss(n, torch.tensor(X), torch.tensor(Y[:, 0])).backward()
    cost = lambda p: 2 * stated(p, X, Y, "squared", "tanh")
    return cost, P, torch_gradients([n.l1, n.l2])


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
