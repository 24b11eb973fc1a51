"""One table of cases, every engine: cost, gradient, outputs, logits, parameters after 20 steps.

A witness computes the same once more, with SciPy's functions and the course's matrices, always in
float64. Every engine in ``clearprop.engines.choice.ENGINES`` is compared with it. An engine that
does not load here is skipped by name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import sparse, special

from clearprop import Network, cost_and_gradient, initial_theta, predict
from clearprop.engines.choice import ENGINES, available_engines, choose_engine
from clearprop.engines.protocol import Engine, Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.network.architecture import Array
from clearprop.network.dropout import Dropout
from clearprop.network.samples import as_inputs
from clearprop.network.updates import SGD, Adam, AdamW, Rule

STEPS, RATE, SEED = 20, 0.02, 4

# The reference engine stays within 1e-14 and 1e-12 in float64, 1e-6 and 1e-5 in float32. These
# tolerances leave room for sums in another order and for e^x from a polynomial, and no more.
TOLERANCES = {
    np.float64: {"value": 1e-12, "trained": 1e-10},
    np.float32: {"value": 1e-5, "trained": 3e-4},
}


# -- The table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    name: str
    network: Network
    rows: int = 19
    batch: int = 8
    rule: str = "adam"
    weights: str = "none"
    layout: str = "C"
    ink: float = 1.0  # the share of X that is not 0
    dropout: float = 0.0
    clip_norm: float | None = None


ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity", "leaky_relu", "silu")
COSTS = ("logistic", "softmax", "quadratic", "squared", "poisson", "huber", "quantile")
RULES: dict[str, Rule] = {
    "sgd": SGD(),
    "momentum": SGD(0.9),
    "nesterov": SGD(0.9, nesterov=True),
    "adam": Adam(),
    "adam, other betas": Adam(0.8, 0.95, 1e-4),
    "adamw": AdamW(weight_decay=0.5),
}
LAYOUTS: dict[str, Callable[[Array], Any]] = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "every second row": lambda X: np.repeat(X, 2, axis=0)[::2],
    "every second column": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "backwards": lambda X: np.ascontiguousarray(X[::-1, ::-1])[::-1, ::-1],
    "read-only": lambda X: np.frombuffer(X.tobytes(), X.dtype).reshape(X.shape),
    "CSR": sparse.csr_array,
}
WEIGHTS = ("none", "fractions", "zeros among them", "a minibatch of zeros")


def table() -> Iterator[Case]:
    """Every cost with every activation, then a usual case with one thing changed at a time."""
    for cost in COSTS:
        for activation in ACTIVATIONS:
            network = Network((4, 9, 6, 3), activation, cost, 0.3)
            yield Case(f"{cost}-{activation}", network)
    usual = Case("", Network((5, 8, 3), "relu", "softmax", 0.1))
    for rule in RULES:
        yield replace(usual, name=f"rule {rule}", rule=rule)
        narrow = Network((7, 16, 16, 10), "sigmoid", "quadratic")
        yield replace(usual, name=f"rule {rule}, narrow, batch 10", network=narrow, rule=rule)
    for weights in WEIGHTS[1:]:
        yield replace(usual, name=f"weights: {weights}", weights=weights)
        yield replace(usual, name=f"weights: {weights}, sgd", weights=weights, rule="sgd")
    for layout in LAYOUTS:
        ink = 0.4 if layout == "CSR" else 1.0
        yield replace(usual, name=f"layout {layout}", layout=layout, ink=ink)
    wide = Network((520, 66, 4), "tanh", "logistic", 0.3)
    for rule in RULES:
        for ink in (0.1, 1.0):
            name = f"rule {rule}, wide inputs, ink {ink}"
            yield replace(usual, name=name, network=wide, rule=rule, ink=ink)
    for width in (1, 2, 3, 17, 33, 65):
        for cost in ("logistic", "squared"):
            sizes = (width, width, 1) if cost == "logistic" else (3, width, width)
            network = Network(sizes, "tanh", cost, 0.5)
            yield replace(usual, name=f"width {width} {cost}", network=network, rows=21)
    for name, network in {
        "no hidden layer": Network((6, 3), "sigmoid", "softmax", 1.0),
        "one unit everywhere": Network((1, 1, 1), "sigmoid", "logistic", 1.0),
        "six hidden layers": Network((3, 4, 5, 6, 5, 4, 3, 2), "tanh", "logistic", 0.2),
        "no lambda": Network((5, 8, 3), "relu", "logistic"),
        "large lambda": Network((5, 8, 3), "relu", "logistic", 50.0),
        "two outputs": Network((5, 8, 2), "relu", "softmax"),
        "wide inputs": Network((301, 12, 4), "relu", "softmax"),
    }.items():
        yield replace(usual, name=name, network=network)
    for name, network in {
        "a threshold of its own": Network((4, 9, 3), "silu", "huber", 0.3, threshold=0.4),
        "levels of its own": Network((4, 9, 3), "tanh", "quantile", quantiles=(0.05, 0.5, 0.8)),
        "a level, one output": Network((4, 9, 1), "silu", "quantile", quantiles=(0.9,)),
    }.items():
        yield replace(usual, name=name, network=network)
    for activation in ACTIVATIONS:
        network = Network((4, 9, 17, 3), activation, "softmax", 0.3)
        yield replace(usual, name=f"dropout, {activation}", network=network, dropout=0.3)
        case = replace(usual, network=network, rule="sgd", dropout=0.5, clip_norm=0.2)
        case = replace(case, weights="zeros among them", rows=130, batch=64)
        yield replace(case, name=f"dropout, clipped, weights, {activation}")
    for rule in RULES:
        yield replace(usual, name=f"rule {rule}, clipped", rule=rule, clip_norm=0.05)
        both = {"dropout": 0.5, "clip_norm": 0.3, "weights": "a minibatch of zeros"}
        yield replace(usual, name=f"rule {rule}, dropout, clipped", rule=rule, **both)
        name = f"rule {rule}, wide inputs, dropout"
        yield replace(usual, name=name, network=wide, rule=rule, ink=0.1, dropout=0.5)
    yield replace(usual, name="clipped, a gradient that is short enough", clip_norm=1e3)
    yield replace(usual, name="dropout, CSR", layout="CSR", ink=0.4, dropout=0.4)
    yield replace(usual, name="dropout, rows of one unit", batch=130, rows=130, dropout=0.4)
    for rows, batch in ((1, 1), (1, 200), (2, 1), (19, 200), (19, 19), (19, 18), (130, 64)):
        yield replace(usual, name=f"{rows} rows in minibatches of {batch}", rows=rows, batch=batch)


CASES = list(table())


# -- What a case is made of -----------------------------------------------------------------------


def samples(case: Case) -> tuple[Array, Array, Array | None]:
    """X, Y and weights of a case, in float64, with values that float32 holds exactly."""
    generator = np.random.default_rng(17)
    m, K = case.rows, case.network.n_outputs
    X = generator.normal(size=(m, case.network.n_inputs)).round(3).astype(np.float32)
    if case.ink < 1:
        X[generator.random(X.shape) > case.ink] = 0
    if case.network.cost == "softmax":
        Y = np.eye(K)[generator.integers(0, K, m)]
    elif case.network.cost == "poisson":
        Y = generator.poisson(1.5, (m, K)).astype(float)
    elif case.network.cost in ("squared", "huber", "quantile"):
        Y = generator.normal(size=(m, K))
    else:
        Y = (generator.random((m, K)) < 0.5).astype(float)
    weight = None if case.weights == "none" else generator.uniform(0.1, 3, m)
    if weight is not None and case.weights == "zeros among them":
        weight[::3] = 0
    if weight is not None and case.weights == "a minibatch of zeros":
        weight[epoch_order(SEED, 0, m)[case.batch : 2 * case.batch]] = 0
    rounded = None if weight is None else weight.astype(np.float32).astype(float)
    return X.astype(float), Y.astype(np.float32).astype(float), rounded


def first_theta(case: Case) -> Array:
    """Initial parameters in float64 that float32 holds exactly."""
    return initial_theta(case.network, 11, "glorot", np.float32).astype(float)


# -- The witness ----------------------------------------------------------------------------------

G = {
    "sigmoid": (special.expit, lambda z: special.expit(z) * special.expit(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "identity": (lambda z: z, np.ones_like),
    "leaky_relu": (lambda z: np.maximum(z, z / 100), lambda z: np.where(z > 0, 1, 1 / 100)),
    "silu": (
        lambda z: z * special.expit(z),
        lambda z: special.expit(z) * (1 + z * special.expit(-z)),
    ),
}
# cost: h(z), J_i(z, y), delta^(L)(z, y)
OUTPUT = {
    "logistic": (
        special.expit,
        lambda z, y: -y * special.log_expit(z) - (1 - y) * special.log_expit(-z),
        lambda z, y: special.expit(z) - y,
    ),
    "softmax": (
        lambda z: special.softmax(z, axis=1),
        lambda z, y: -y * special.log_softmax(z, axis=1),
        lambda z, y: special.softmax(z, axis=1) - y,
    ),
    "quadratic": (
        special.expit,
        lambda z, y: (special.expit(z) - y) ** 2 / 2,
        lambda z, y: (special.expit(z) - y) * special.expit(z) * special.expit(-z),
    ),
    "squared": (lambda z: z, lambda z, y: (z - y) ** 2 / 2, lambda z, y: z - y),
    "poisson": (
        np.exp,
        lambda z, y: special.kl_div(y, np.exp(z)),
        lambda z, y: np.exp(z) - y,
    ),
}


def output(network: Network) -> Any:
    """The row of OUTPUT, with the numbers that a network may have of its own."""
    far, level = network.threshold, np.array(network.quantiles or 0.5)
    return {
        "huber": (
            lambda z: z,
            lambda z, y: special.huber(far, z - y),
            lambda z, y: np.clip(z - y, -far, far),
        ),
        "quantile": (
            lambda z: z,
            lambda z, y: np.maximum(level * (y - z), (level - 1) * (y - z)),
            lambda z, y: np.where(z > y, 1 - level, -level),
        ),
        **OUTPUT,
    }[network.cost]


@functools.cache
def stays(rate: float, seed: int, epoch: int, layer: int, place: int, unit: int) -> bool:
    """Whether dropout keeps a unit: the hash once more, in whole numbers of any length."""

    def mix(h: int) -> int:
        h = (h ^ h >> 16) * 0x85EBCA6B % 2**32
        h = (h ^ h >> 13) * 0xC2B2AE35 % 2**32
        return h ^ h >> 16

    step = 0x9E3779B9
    key = mix((seed + step) % 2**32)
    for word in (seed >> 32, epoch, layer):
        key = mix(key ^ word)
    row = mix((key + step * (place + 1)) % 2**32)
    return mix((row + step * (unit + 1)) % 2**32) >= round(rate * 2**32)


def masks_of(case: Case, epoch: int, places: range) -> list[Array]:
    """The masks of the hidden layers, ``(m, s_l)`` each."""
    return [
        np.array(
            [
                [stays(case.dropout, SEED, epoch, l, i, j) / (1 - case.dropout) for j in range(s)]
                for i in places
            ]
        )
        for l, s in enumerate(case.network.layer_sizes[1:-1], 1)
    ]


def course(network: Network, theta: Array) -> list[Array]:
    """The course's matrices, cut out of theta column by column."""
    matrices, start = [], 0
    for s, s_next in pairwise(network.layer_sizes):
        stop = start + (s + 1) * s_next
        matrices.append(theta[start:stop].reshape((s_next, s + 1), order="F"))
        start = stop
    return matrices


def witness(
    network: Network,
    theta: Array,
    X: Array,
    Y: Array,
    weight: Array | None,
    m: float | None = None,
    masks: list[Array] | None = None,
) -> tuple[float, Array, Array]:
    """J, the gradient and h; `m` is the m of lambda/(2m)."""
    g, g_prime = G[network.activation]
    h, J_i, last_delta = output(network)
    M = masks or [np.ones((1, s)) for s in network.layer_sizes[1:-1]]
    Theta = course(network, theta)
    w = np.ones(len(X)) if weight is None else weight
    m = w.sum() if m is None else m
    with_bias, zs = [], []
    a = X
    for l, T in enumerate(Theta):
        with_bias.append(np.hstack([np.ones((len(X), 1)), a]))
        zs.append(with_bias[-1] @ T.T)
        a = M[l] * g(zs[-1]) if l < len(Theta) - 1 else h(zs[-1])
    J = (w @ J_i(zs[-1], Y).sum(axis=1)) / w.sum()
    delta = w[:, None] * last_delta(zs[-1], Y)
    gradients = []
    for l in range(len(Theta) - 1, -1, -1):
        penalized = Theta[l].copy()
        penalized[:, 0] = 0
        J += network.regularization / (2 * m) * (penalized**2).sum()
        D = delta.T @ with_bias[l] / w.sum() + network.regularization / m * penalized
        gradients.insert(0, D.ravel(order="F"))
        if l:
            delta = (delta @ Theta[l])[:, 1:] * g_prime(zs[l - 1]) * M[l - 1]
    return float(J), np.concatenate(gradients), a


def stepped(
    network: Network, rule: Rule, theta: Array, D: Array, moments: list[Array], t: int
) -> Array:
    """One step, written out again; changes `moments`."""
    if isinstance(rule, SGD):
        moments[0] = rule.momentum * moments[0] - RATE * D
        return theta + (rule.momentum * moments[0] - RATE * D if rule.nesterov else moments[0])
    assert isinstance(rule, Adam)
    moments[0] = rule.beta_1 * moments[0] + (1 - rule.beta_1) * D
    moments[1] = rule.beta_2 * moments[1] + (1 - rule.beta_2) * D**2
    correction = np.sqrt(1 - rule.beta_2**t) / (1 - rule.beta_1**t)
    if isinstance(rule, AdamW):
        weights = [np.hstack([np.zeros((len(T), 1)), T[:, 1:]]) for T in course(network, theta)]
        decay = np.concatenate([W.ravel(order="F") for W in weights])
        theta = theta - RATE * rule.weight_decay * decay
    return theta - RATE * correction * moments[0] / (np.sqrt(moments[1]) + rule.epsilon)


def witness_training(case: Case) -> tuple[Array, list[float], Array]:
    """Theta after at least 20 steps in whole epochs, each epoch's mean cost, and theta's play.

    The play is how far theta moves if gradients are off by their largest component. Adam divides a
    gradient by its own size. If a gradient is only rounding, the step has its full length in a
    direction that depends on the order of the BLAS's sums. A few parameters of a large network are
    such cases.
    """
    X, Y, weight = samples(case)
    theta, rule = first_theta(case), RULES[case.rule]
    moments = [np.zeros_like(theta), np.zeros_like(theta)]
    play = np.zeros_like(theta)
    epoch, t, means = 0, 0, []
    while t < STEPS:
        order = epoch_order(SEED, epoch, case.rows)
        costs, seen = 0.0, 0
        for start in range(0, case.rows, case.batch):
            rows = order[start : start + case.batch]
            w = None if weight is None else weight[rows]
            if w is not None and not w.any():
                continue  # no sample counts: no step
            t += 1
            masks = masks_of(case, epoch, range(start, start + len(rows))) if case.dropout else None
            J, D, _ = witness(case.network, theta, X[rows], Y[rows], w, case.rows, masks)
            if case.clip_norm:
                D = D * min(1, case.clip_norm / (np.linalg.norm(D) + 1e-6))
            theta = stepped(case.network, rule, theta, D, moments, t)
            if isinstance(rule, Adam):
                size = np.sqrt(moments[1] / (1 - rule.beta_2**t))
                play += RATE * np.abs(D).max() / (size + rule.epsilon)
            costs, seen = costs + J * len(rows), seen + len(rows)
        means.append(costs / seen)
        epoch += 1
    return theta, means, play


# -- The engines ----------------------------------------------------------------------------------


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every engine that there is."""
    if request.param not in available_engines():
        pytest.skip(f"the engine {request.param} does not load here")
    return choose_engine(request.param)


every_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
every_dtype = pytest.mark.parametrize("dtype", list(TOLERANCES), ids=["float64", "float32"])


def close(actual: Any, expected: Any, tolerance: float) -> None:
    """Within `tolerance` of the largest value: small entries are differences of large ones."""
    scale = max(float(np.abs(expected).max()), 1e-3)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def trained(
    engine: Engine, case: Case, dtype: Any, slices: int = 1
) -> tuple[TrainingState, list[float]]:
    """Train as `witness_training` does, with each epoch cut into `slices` slices.

    Returns the state, and the mean cost of each epoch as its last slice reports it.
    """
    network, rule = case.network, RULES[case.rule]
    X, Y, weight = samples(case)
    inputs = as_inputs(network, LAYOUTS[case.layout](X.astype(dtype)), dtype)
    Y = Y.astype(dtype)
    weight = None if weight is None else weight.astype(dtype)
    theta = first_theta(case).astype(dtype)
    state = TrainingState(theta, rule.start(np, theta), SEED)
    count, means = -(-case.rows // case.batch), []
    cuts = np.linspace(0, count, slices + 1).astype(int).tolist()
    update = Update(rule, case.batch, case.rows, case.dropout, case.clip_norm)
    with engine.open(network, state, Rows(inputs, Y, weight), update) as session:
        while state.step < STEPS:
            order = epoch_order(SEED, state.epoch, case.rows)
            for first, last in pairwise(cuts):
                mean = session.advance(np.full(last - first, RATE), order)
            assert state.position == count
            means.append(mean)
            state.end_epoch()
        return session.state(), means


def test_the_witness_is_right_by_hand() -> None:
    # One weight w = 3 and bias -6 over x = 2, 4 with y = 1, 0: z = 0, 6.
    network, theta = Network((1, 1), regularization=2.0), np.array([-6.0, 3.0])
    J, D, h = witness(network, theta, np.array([[2.0], [4.0]]), np.array([[1.0], [0.0]]), None)
    one = 1 / (1 + np.exp(-6.0))
    np.testing.assert_allclose(h, [[0.5], [one]])
    np.testing.assert_allclose(J, (np.log(2) - np.log(1 - one)) / 2 + 4.5)
    np.testing.assert_allclose(D, [(one - 0.5) / 2, (4 * one - 1) / 2 + 3])


@every_dtype
@every_case
def test_cost_and_gradient(engine: Engine, case: Case, dtype: Any) -> None:
    X, Y, weight = samples(case)
    theta = first_theta(case)
    expected_J, expected_D, _ = witness(case.network, theta, X, Y, weight)
    inputs = LAYOUTS[case.layout](X.astype(dtype))
    J, D = cost_and_gradient(case.network, theta.astype(dtype), inputs, Y, weight, engine=engine)
    assert type(J) is float
    assert D.dtype == dtype
    assert D.shape == theta.shape
    close(J, expected_J, TOLERANCES[dtype]["value"])
    close(D, expected_D, TOLERANCES[dtype]["value"])


@every_dtype
@pytest.mark.parametrize("case", [case for case in CASES if case.dropout], ids=lambda c: c.name)
def test_cost_and_gradient_under_dropout(engine: Engine, case: Case, dtype: Any) -> None:
    X, Y, weight = samples(case)
    theta, epoch = first_theta(case), 7
    masks = masks_of(case, epoch, range(len(X)))
    expected_J, expected_D, _ = witness(case.network, theta, X, Y, weight, None, masks)
    inputs = as_inputs(case.network, LAYOUTS[case.layout](X.astype(dtype)), dtype)
    w = None if weight is None else weight.astype(dtype)
    dropout = Dropout(case.dropout, SEED, epoch)
    arguments = case.network, theta.astype(dtype), inputs, Y.astype(dtype), w, dropout
    J, D = engine.cost_and_gradient(*arguments)
    assert D.dtype == dtype
    close(J, expected_J, TOLERANCES[dtype]["value"])
    close(D, expected_D, TOLERANCES[dtype]["value"])


@every_dtype
@every_case
def test_predict(engine: Engine, case: Case, dtype: Any) -> None:
    X, Y, _ = samples(case)
    theta = first_theta(case)
    h = predict(case.network, theta.astype(dtype), LAYOUTS[case.layout](X.astype(dtype)), engine)
    assert h.dtype == dtype
    assert h.shape == Y.shape
    close(h, witness(case.network, theta, X, Y, None)[2], TOLERANCES[dtype]["value"])


@every_dtype
@every_case
def test_logits(engine: Engine, case: Case, dtype: Any) -> None:
    X, Y, _ = samples(case)
    theta = first_theta(case)
    inputs = as_inputs(case.network, LAYOUTS[case.layout](X.astype(dtype)), dtype)
    z = engine.logits(case.network, theta.astype(dtype), inputs)
    assert z.dtype == dtype
    assert z.shape == Y.shape
    # With this cost the witness returns h = z.
    linear = replace(case.network, cost="squared", quantiles=(), threshold=1.0)
    close(z, witness(linear, theta, X, Y, None)[2], TOLERANCES[dtype]["value"])


@every_dtype
@every_case
def test_parameters_after_twenty_steps(engine: Engine, case: Case, dtype: Any) -> None:
    expected, expected_means, play = witness_training(case)
    assert abs(expected - first_theta(case)).max() > 1e-3  # something was learned
    state, means = trained(engine, case, dtype)
    assert {array.dtype for array in (state.theta, *state.moments)} == {np.dtype(dtype)}
    rounding = 32 * np.finfo(dtype).eps  # of a gradient that sums 520 terms, in any order
    allowed = TOLERANCES[dtype]["trained"] * np.abs(expected).max() + rounding * play
    np.testing.assert_array_less(np.abs(state.theta - expected), allowed)
    close(means, expected_means, TOLERANCES[dtype]["trained"])


@every_dtype
@pytest.mark.parametrize("options", [{}, {"dropout": 0.5, "clip_norm": 0.1}], ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_the_same_bits_again_and_in_slices(
    engine: Engine, rule: str, options: dict[str, Any], dtype: Any
) -> None:
    network = Network((5, 33, 17, 3), "relu", "softmax", 0.1)
    case = Case("bits", network, 130, batch=16, rule=rule, weights="fractions", **options)
    whole, _ = trained(engine, case, dtype)
    for slices in (1, 2, 9):
        again, _ = trained(engine, case, dtype, slices)
        assert again.theta.tobytes() == whole.theta.tobytes()
        assert [m.tobytes() for m in again.moments] == [m.tobytes() for m in whole.moments]
        assert (again.step, again.epoch) == (whole.step, whole.epoch)


@every_dtype
@pytest.mark.parametrize("cost", [cost for cost in COSTS if cost != "poisson"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_logits_of_1000_stay_finite(engine: Engine, activation: str, cost: str, dtype: Any) -> None:
    network = Network((1, 2, 2), activation, cost)
    # The hidden units are at 1 (sigmoid, tanh) or 1000; either way the logits are +-1000 or more.
    theta = np.array([0, 0, 1000, 1000, 0, 0, 1, -1, 1, -1], dtype)
    if activation in ("sigmoid", "tanh"):
        theta[6:] *= 500
    X, Y = np.array([[1.0], [1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    J, D = cost_and_gradient(network, theta, X, Y, engine=engine)
    h = predict(network, theta, X, engine=engine)
    expected_J, expected_D, expected_h = witness(network, theta.astype(float), X, Y, None)
    close(J, expected_J, TOLERANCES[dtype]["value"])
    close(D, expected_D, TOLERANCES[dtype]["value"])
    close(h, expected_h, TOLERANCES[dtype]["value"])


@every_dtype
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_is_lost_shows_in_the_cost(
    engine: Engine, activation: str, cost: str, dtype: Any
) -> None:
    network = Network((2, 3, 2), activation, cost)
    X, Y = np.ones((4, 2), dtype), np.tile(np.array([[1, 0]], dtype), (4, 1))
    for place in (1, 4, network.n_parameters - 1):  # a bias, a hidden weight, the last weight
        theta = np.ones(network.n_parameters, dtype)
        theta[place] = np.nan
        J, _ = engine.cost_and_gradient(network, theta, X, Y)
        assert np.isnan(J)


@every_dtype
def test_a_gradient_of_1e24_is_clipped_to_its_length(engine: Engine, dtype: Any) -> None:
    """In float32 the squares of such a gradient are infinite."""
    network = Network((2, 1), cost="squared")
    X, Y = np.array([[3e12, -4e12]], dtype), np.zeros((1, 1), dtype)
    state = TrainingState(np.array([0, 1, 0], dtype), SGD().start(np, np.zeros(3)), SEED)
    update = Update(SGD(), size=1, penalty_rows=1.0, clip_norm=2.0)
    with engine.open(network, state, Rows(X, Y), update) as session:
        session.advance(np.array([0.5]))
    # D is (z, z x_1, z x_2) with z = 3e12, so its direction is (0, 3, -4)/5 up to 1e-13.
    np.testing.assert_allclose(state.theta, [0, 1 - 0.6, 0.8], rtol=1e-6, atol=1e-12)


@every_dtype
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_same_parts_of_a_gradient_are_lost(engine: Engine, activation: str, dtype: Any) -> None:
    network = Network((2, 3, 2, 2), activation, "squared")
    X, Y = np.ones((4, 2), dtype), np.zeros((4, 2), dtype)
    theta = np.ones(network.n_parameters, dtype)
    theta[1] = np.nan  # the bias of hidden unit 2
    with np.errstate(invalid="ignore"):
        _, expected = ReferenceEngine().cost_and_gradient(network, theta, X, Y)
    _, D = engine.cost_and_gradient(network, theta, X, Y)
    np.testing.assert_array_equal(np.isnan(D), np.isnan(expected))
    assert np.isnan(D).any()
