"""The reference engine's training beside a hand-written loop and beside scikit-learn's."""

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from clearprop import Network, initial_theta
from clearprop.engines.protocol import Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.network import equations
from clearprop.network.architecture import Array
from clearprop.network.equations import split
from clearprop.network.updates import SGD, Adam, Rule

NETWORK = Network((3, 6, 4), "tanh", "softmax", 0.2)
ROWS, SIZE, COUNT = 23, 5, 5  # the last minibatch holds 3 rows
RULES = {"sgd": SGD(), "nesterov": SGD(0.9, True), "adam": Adam()}
generator = np.random.default_rng(0)
X = generator.normal(size=(ROWS, 3))
Y = np.eye(4)[generator.integers(0, 4, ROWS)]
WEIGHT = generator.uniform(0.1, 3, ROWS)

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def start(rule: Rule, dtype: Any = np.float64) -> TrainingState:
    """A state before the first step."""
    theta = initial_theta(NETWORK, 1, dtype=dtype)
    return TrainingState(theta, rule.start(np, theta), seed=9)


def epoch(
    state: TrainingState,
    rule: Rule,
    rates: Array,
    first: int = 0,
    weight: Array | None = None,
    dtype: Any = np.float64,
) -> float:
    """Run the minibatches from `first` on, one for each rate."""
    order = epoch_order(state.seed, state.epoch, ROWS)
    weight = None if weight is None else weight.astype(dtype)
    rows = Rows(X.astype(dtype), Y.astype(dtype), weight)
    state.position = first
    with ReferenceEngine().open(NETWORK, state, rows, Update(rule, SIZE, ROWS)) as session:
        return session.advance(rates, order)


@every_rule
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_an_epoch_is_the_loop_that_anybody_would_write(rule: Rule, weighted: bool) -> None:
    rates = np.linspace(0.2, 0.1, COUNT)
    weight = WEIGHT if weighted else None
    state = start(rule)
    mean = epoch(state, rule, rates, weight=weight)

    theta, total = initial_theta(NETWORK, 1), 0.0
    moments, order = rule.start(np, theta), epoch_order(9, 0, ROWS)
    for step in range(COUNT):
        rows = order[step * SIZE : (step + 1) * SIZE]
        w = None if weight is None else weight[rows]
        J, D = equations.cost_and_gradient(np, NETWORK, theta, X[rows], Y[rows], w, ROWS)
        theta, moments = rule.step(np, theta, D, moments, rates[step], step + 1)
        total += J * len(rows)
    assert state.theta.tobytes() == theta.tobytes()
    for ours, theirs in zip(state.moments, moments, strict=True):
        assert ours.tobytes() == theirs.tobytes()
    assert mean == pytest.approx(total / ROWS, rel=1e-14)
    assert (state.step, state.position, state.epoch, state.seed) == (COUNT, COUNT, 0, 9)


@every_rule
@pytest.mark.parametrize("cut", range(COUNT + 1))
def test_slices_give_the_bits_of_the_whole_epoch(rule: Rule, cut: int) -> None:
    rates = np.linspace(0.2, 0.1, COUNT)
    whole, sliced = start(rule), start(rule)
    epoch(whole, rule, rates)
    epoch(sliced, rule, rates[:cut])
    assert (sliced.step, sliced.position) == (cut, cut)
    epoch(sliced, rule, rates[cut:], first=cut)
    assert sliced.theta.tobytes() == whole.theta.tobytes()
    for ours, theirs in zip(sliced.moments, whole.moments, strict=True):
        assert ours.tobytes() == theirs.tobytes()
    assert (sliced.step, sliced.position) == (COUNT, COUNT)


def test_a_slice_of_nothing_changes_nothing() -> None:
    state = start(SGD())
    before = state.theta.tobytes()
    assert epoch(state, SGD(), np.array([]), first=2) == 0.0
    assert (state.theta.tobytes(), state.step, state.position) == (before, 0, 2)


@every_rule
def test_float32_stays_float32(rule: Rule) -> None:
    state = start(rule, np.float32)
    mean = epoch(state, rule, np.full(COUNT, 0.1), weight=WEIGHT, dtype=np.float32)
    assert type(mean) is float
    assert {array.dtype for array in (state.theta, *state.moments)} == {np.dtype(np.float32)}
    wide = start(rule)
    epoch(wide, rule, np.full(COUNT, 0.1), weight=WEIGHT)
    np.testing.assert_allclose(state.theta, wide.theta, rtol=1e-3, atol=1e-4)


def test_the_data_and_the_theta_that_was_handed_in_are_not_changed() -> None:
    state = start(Adam())
    before = (X.tobytes(), Y.tobytes(), state.theta.tobytes())
    handed_in = state.theta
    epoch(state, Adam(), np.full(COUNT, 0.1))
    assert (X.tobytes(), Y.tobytes(), handed_in.tobytes()) == before


def test_a_minibatch_without_weight_is_passed_over() -> None:
    state, order = start(Adam()), epoch_order(9, 0, ROWS)
    weight = np.ones(ROWS)
    weight[order[SIZE : 2 * SIZE]] = 0  # the second minibatch
    epoch(state, Adam(), np.full(COUNT, 0.1), weight=weight)
    assert (state.step, state.position) == (COUNT - 1, COUNT)
    other = start(Adam())
    epoch(other, Adam(), np.full(1, 0.1), weight=np.ones(ROWS))
    epoch(other, Adam(), np.full(3, 0.1), first=2, weight=np.ones(ROWS))
    assert state.theta.tobytes() == other.theta.tobytes()


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_what_overflows_ends_as_a_cost_that_is_not_finite(weighted: bool) -> None:
    network = Network((3, 4), cost="poisson")
    theta = np.full(network.n_parameters, 300.0)
    weight = np.ones(ROWS) if weighted else None
    J, _ = ReferenceEngine().cost_and_gradient(network, theta, abs(X) + 2, Y, weight)
    assert not np.isfinite(J)  # and no warning: here they are errors


# -- scikit-learn's training, from the same theta -------------------------------------------------


def unrolled(peer: MLPClassifier | MLPRegressor) -> Array:
    """scikit-learn's parameters as theta."""
    pairs = zip(peer.coefs_, peer.intercepts_, strict=True)
    return np.concatenate([np.vstack([b, W]).ravel() for W, b in pairs])


PEERS = {
    "logistic, one unit": ("logistic", 1, lambda y: y[:, 0] > 0.5, MLPClassifier, {}),
    "logistic, many labels": ("logistic", 3, lambda y: (y > 0.5).astype(int), MLPClassifier, {}),
    "softmax": ("softmax", 3, lambda y: y.argmax(axis=1), MLPClassifier, {}),
    "squared": ("squared", 3, lambda y: 4 * y - 2, MLPRegressor, {}),
    "poisson": ("poisson", 3, lambda y: np.floor(4 * y), MLPRegressor, {"loss": "poisson"}),
}


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu", "identity"])
@pytest.mark.parametrize("case", PEERS)
def test_an_epoch_of_plain_sgd_agrees_with_scikit_learn(
    case: str, activation: str, weighted: bool
) -> None:
    cost, K, make_targets, peer_class, options = PEERS[case]
    y = make_targets(np.random.default_rng(5).random((ROWS, K)))
    peer = peer_class(
        hidden_layer_sizes=(6, 5),
        activation=activation,
        solver="sgd",
        momentum=0.0,
        nesterovs_momentum=False,
        learning_rate_init=0.05,
        alpha=0.3,
        batch_size=SIZE,
        shuffle=False,
        random_state=3,
        **options,
    )
    classes = {}
    if peer_class is MLPClassifier:
        classes = {"classes": range(K) if y.ndim == 2 else np.unique(y)}
    weight = WEIGHT if weighted else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        peer.partial_fit(X, y, **classes, sample_weight=weight)
        theta = unrolled(peer)
        peer.partial_fit(X, y, sample_weight=weight)

    network = Network((3, 6, 5, K), activation, cost, regularization=0.3)
    Y = np.eye(K)[y] if cost == "softmax" else np.asarray(y, float).reshape(ROWS, K)
    state = TrainingState(theta, (), seed=0)
    for i in range(COUNT):
        # scikit-learn divides lambda by the rows (or the weights) of the minibatch.
        m = len(X[i * SIZE : (i + 1) * SIZE])
        m_or_sum = m if weight is None else weight[i * SIZE : (i + 1) * SIZE].sum()
        update = Update(SGD(), SIZE, m_or_sum)
        with ReferenceEngine().open(network, state, Rows(X, Y, weight), update) as session:
            J = session.advance(np.array([0.05]))
    np.testing.assert_allclose(state.theta, unrolled(peer), rtol=1e-9, atol=1e-12)
    if cost != "squared":  # scikit-learn's squared loss averages over the outputs; ours sums
        np.testing.assert_allclose(J, peer.loss_, rtol=1e-9)
    for B, W in zip(split(network, state.theta), peer.coefs_, strict=True):
        assert B[1:].shape == W.shape
