"""How the classes and layer objects of right/ and wrong/ are asked."""

from facts import data, fact, lists, net, of, per_sample, stated, targets


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
