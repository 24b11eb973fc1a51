"""How the training steps and loops of right/ and wrong/ are asked: (before - after) / rate."""

import numpy as np
from facts import data, fact, join, lists, net, of, read_off, split, stated, targets


@fact("r07_eleven_lines_no_bias")
def _(m):
    X, y, Y = data(3, 1)
    P = net(3, 4, 1, io=True, bias=False)

    def step(p, rate):
        a, b = m.train(X, Y, p["W1"], p["W2"], rate)
        return {"W1": a, "W2": b}

    cost = lambda p: stated(p, X, Y, "quadratic", io=True) * len(X)
    return cost, P, read_off(step, P, 0.1), (0.0, 1.0)


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
