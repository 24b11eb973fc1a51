"""How the files are asked whose style the issue does not name: globals, dataclasses, engines."""

import numpy as np
from facts import data, fact, net, octave, path_of, read_off, stated, targets


@fact("w73_script_weights_are_globals")
def _(m):
    X, y, Y = data(2, 1)
    P = net(2, 3, 1, io=True, b="row")
    space = m.forward.__globals__

    def cost(p):
        space.update(p)
        return m.loss(X, Y)

    cost(P)
    return cost, P, dict(zip(P, m.backward(X, Y)))


@fact("w74_octave_struct_of_parameters")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, b="column")
    J, g = octave(path_of("w74_octave_struct_of_parameters"), 2, P, X.T, Y.T)
    return lambda p: stated(p, X, Y), P, {k: g[f"d{k}"][0, 0] for k in P}


@fact("w75_dataclass_of_parameters")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2, io=True)
    call = lambda p: m.loss_and_grads(m.Params(**p), X, Y)
    return lambda p: call(p)[0], P, vars(call(P)[1])


def engine(m, loss, P, X, Y):
    """J and the gradient of lists of Values."""
    values = {}
    for k, v in P.items():
        values[k] = [[m.Value(x) for x in r] if np.ndim(r) else m.Value(r) for r in v.tolist()]
    J = loss(*values.values(), X.tolist(), Y.tolist())
    J.backward()
    slope = lambda v: [slope(x) for x in v] if isinstance(v, list) else v.grad
    return J.data, {k: slope(v) for k, v in values.items()}


@fact("w76_value_engine_tanh")
def _(m):
    X, Y = data(3, 2)[0], targets(2)
    P = net(3, 4, 2)
    cost = lambda p: stated(p, X, Y, "squared", "tanh")
    return cost, P, engine(m, m.loss, P, X, Y)[1]


def layered(fit, P, first, last):
    """Read the gradient of two layer objects off one step."""

    def step(p, rate):
        for layer, l in ((first, 1), (last, 2)):
            setattr(layer, "W" if hasattr(layer, "W") else "w", p[f"W{l}"])
            layer.b = p[f"b{l}"]
        fit(rate)
        return p

    return read_off(step, P, 0.1)


@fact("w77_model_add_dense")
def _(m):
    X, Y = data(4, 2)[0], targets(2)
    P = net(4, 5, 2, io=True)
    m.model.add(m.Dense(5, "sigmoid", 4))
    m.model.add(m.Dense(2))
    G = layered(lambda rate: m.model.fit(X, Y, 1, rate), P, *m.model.layers)
    return lambda p: stated(p, X, Y, "squared", io=True), P, G


@fact("r61_script_weights_are_globals")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    space = m.forward.__globals__

    def cost(p):
        space.update(p)
        return m.cost(X, Y)

    def step(p, rate):
        space.update(p, lr=rate)
        m.train_step(X, Y)
        return {k: space[k] for k in P}

    own = (cost(P), stated(P, X, Y, "softmax", "relu", io=True))
    return cost, P, read_off(step, P, 0.1), own


@fact("r62_dataclass_of_parameters")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3)
    cost = lambda p: m.loss(m.Params(**p), X, Y)
    G = m.grad(m.Params(**P), X, Y)._asdict()
    return cost, P, G, (cost(P), stated(P, X, Y, hidden="tanh"))


@fact("r63_value_engine")
def _(m):
    X, Y = data(3, 2)[0], targets(2)
    P = net(3, 4, 2)
    cost = lambda p: stated(p, X, Y, "squared", "relu") * 2 * len(X)
    J, G = engine(m, m.net_loss, P, X, Y)
    assert abs(J - cost(P)) < 1e-9
    return cost, P, G, (J, stated(P, X, Y, "squared", "relu"))


@fact("r64_model_add_dense")
def _(m):
    X, Y = data(4, 3)[0], targets(3)
    P = net(4, 6, 3, io=True, b="row")
    G = layered(lambda rate: m.model.fit(X, Y, 1, rate), P, *m.model.layers)
    cost = lambda p: 2 / 3 * stated(p, X, Y, "squared", "relu", io=True)
    return cost, P, G, (0.0, 1.0)


@fact("r65_closure_objective")
def _(m):
    X, y, Y = data(4, 3)
    P = net(4, 5, 3, io=True)
    f = m.make_objective(X, y, 5, 3, 1.5)
    call = lambda p: f(np.concatenate([v.ravel() for v in p.values()]))
    parts = np.split(call(P)[1], np.cumsum([v.size for v in P.values()])[:-1])
    own = (call(P)[0], stated(P, X, Y, "softmax", "tanh", 1.5, io=True))
    return lambda p: call(p)[0], P, dict(zip(P, parts)), own
