"""Dropout, clipping, AdamW and more, in every kind of job: against the reference engine; bits."""

from __future__ import annotations

import os
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse

from clearprop.engines.protocol import Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.network.architecture import Network
from clearprop.network.dropout import Dropout
from clearprop.network.parameters import initial_theta
from clearprop.network.updates import SGD, Adam, AdamW

native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
REFERENCE = ReferenceEngine()
EPOCH, SEED = 2, 2**41 + 5  # the seed has more than 32 bits

# A network, rows, and rows of a minibatch for each kind of job (native/choice.cpp). Every last
# minibatch is shorter, and layers and minibatches fill no whole vectors.
KINDS = {
    "train": ((7, 17, 33, 10), 95, 20),
    "train, several units of rows": ((12, 65, 3), 700, 300),
    "few": ((600, 66, 4), 40, 7),
    "grouped": ((6, 70, 5), 2500, 1100),
    "narrow": ((6, 19, 11, 5), 2500, 1100),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
every_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])
every_activation = pytest.mark.parametrize(
    "activation", ["sigmoid", "tanh", "relu", "identity", "leaky_relu", "silu"]
)


def task(kind, activation="silu", cost="softmax", regularization=0.4, **numbers):
    """A network of this kind, theta, X, Y and weights; a whole minibatch of weights is 0."""
    sizes, rows, size = KINDS[kind]
    network = Network(sizes, activation, cost, regularization, **numbers)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, sizes[0])) * (rng.random((rows, sizes[0])) < 0.6)
    if cost in ("huber", "quantile"):
        Y = rng.normal(size=(rows, sizes[-1]))
    else:
        Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], rows)]
    theta = initial_theta(network, 1) + rng.normal(scale=0.05, size=network.n_parameters)
    weight = rng.uniform(0.1, 2, rows)
    weight[epoch_order(SEED, EPOCH, rows)[size : 2 * size]] = 0
    return network, theta, X, Y, weight


def train(engine, kind, network, theta, X, Y, weight, rule, cuts=1, epochs=2, **options):
    """Some epochs, each in slices of `cuts` minibatches; 0: in one slice."""
    size = KINDS[kind][2]
    state = TrainingState(theta.copy(), rule.start(np, theta), SEED, epoch=EPOCH)
    rows = X.shape[0]
    count = -(-rows // size)
    rates = np.linspace(0.01, 0.02, count)
    update = Update(rule, size, rows, **options)
    with engine.open(network, state, Rows(X, Y, weight), update) as session:
        for _ in range(epochs):
            order = epoch_order(SEED, state.epoch, rows)
            for first, last in pairwise([*range(0, count, cuts or count), count]):
                mean = session.advance(rates[first:last], order)
            state.end_epoch()
    return state, mean


def assert_close(actual, expected, tolerance):
    scale = np.abs(expected).max()
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def assert_as_the_reference_engine(kind, dtype, rule, made, **options):
    network, *arrays = made
    rounded = [a.astype(dtype) for a in arrays]
    wide = [a.astype(np.float64) for a in rounded]
    expected, mean = train(REFERENCE, kind, network, *wide, rule, **options)
    state, mean_native = train(native.NativeEngine(2), kind, network, *rounded, rule, **options)
    tolerance = 1e-9 if dtype == np.float64 else 1e-4
    assert state.step == expected.step
    assert mean_native == pytest.approx(mean, rel=tolerance)
    assert_close(state.theta, expected.theta, tolerance)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.93])
@every_dtype
def test_the_masks_are_those_of_numpy_bit_for_bit(rate, dtype):
    """Without weights but in two biases, D of the last layers shows the masks themselves.

    Theta is 0 but for the biases of both hidden layers. Then a = M, all outputs are 0, and their
    deltas are 1 for the sample's own output. So D of the last weights is M^(2)' / m.
    """
    for m, units in ((64, 37), (16, 1), (128, 130)):
        network = Network((1, units, units + 3, m), "identity", "squared")
        theta = np.zeros(network.n_parameters, dtype)
        first, second, last = np.cumsum([0, 2 * units, (units + 1) * (units + 3)])
        theta[first : first + units] = 1
        theta[second : second + units + 3] = 1
        X, Y = np.ones((m, 1), dtype), -np.eye(m, dtype=dtype)
        dropout = Dropout(rate, SEED, EPOCH)
        masks = dropout.masks(network, 0, m, dtype)
        _, D = native.NativeEngine(1).cost_and_gradient(network, theta, X, Y, None, dropout)
        shown = D[last:].reshape(-1, m)[1:] * m  # (units + 3, m)
        assert shown.T.tobytes() == masks[1].tobytes()
        # With ones on the diagonal of the next block, the first layer's masks come through.
        block = theta[second:last].reshape(units + 1, units + 3)
        block[0, :units] = 0
        np.fill_diagonal(block[1:], 1)
        _, D = native.NativeEngine(1).cost_and_gradient(network, theta, X, Y, None, dropout)
        shown = D[last:].reshape(-1, m)[1 : units + 1] * m  # (units, m)
        assert shown.T.tobytes() == (masks[0] * masks[1][:, :units]).tobytes()


@every_dtype
@every_activation
@every_kind
def test_dropout_is_the_reference_engines(kind, activation, dtype):
    made = task(kind, activation)
    assert_as_the_reference_engine(kind, dtype, SGD(0.9), made, dropout=0.4)
    network, *arrays = made
    theta, X, Y, weight = (a.astype(dtype) for a in arrays)
    dropout = Dropout(0.2, SEED, EPOCH)
    wide = [a.astype(np.float64) for a in (theta, X, Y, weight)]
    J, D = REFERENCE.cost_and_gradient(network, *wide, dropout)
    J_native, D_native = native.NativeEngine(2).cost_and_gradient(
        network, theta, X, Y, weight, dropout
    )
    tolerance = 1e-11 if dtype == np.float64 else 1e-5
    assert J_native == pytest.approx(J, rel=tolerance)
    assert_close(D_native, D, tolerance)


@every_dtype
@pytest.mark.parametrize("rule", [SGD(), SGD(0.9, nesterov=True), Adam(epsilon=1e-3)], ids=str)
@pytest.mark.parametrize("clip_norm", [1e-3, 0.3, 1e9])
@every_kind
def test_clipping_is_the_reference_engines(kind, clip_norm, rule, dtype):
    assert_as_the_reference_engine(kind, dtype, rule, task(kind, "tanh"), clip_norm=clip_norm)


@every_dtype
@pytest.mark.parametrize("options", [{}, {"dropout": 0.3, "clip_norm": 0.2}], ids=str)
@every_kind
def test_adamw_is_the_reference_engines(kind, options, dtype):
    rule = AdamW(epsilon=1e-3, weight_decay=3.0)
    assert_as_the_reference_engine(kind, dtype, rule, task(kind), **options)


@every_dtype
@pytest.mark.parametrize("levels", [(), "own"], ids=["median", "levels"])
@every_kind
def test_huber_and_quantiles_are_the_reference_engines(kind, levels, dtype):
    K = KINDS[kind][0][-1]
    quantiles = tuple(np.linspace(0.05, 0.9, K)) if levels else ()
    for made in (
        task(kind, "leaky_relu", "quantile", quantiles=quantiles),
        task(kind, "silu", "huber", threshold=0.7 if levels else 1.0),
    ):
        assert_as_the_reference_engine(kind, dtype, SGD(), made)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_output_that_meets_its_target_has_no_quantile_slope(dtype):
    network = Network((2, 3), cost="quantile", quantiles=(0.1, 0.5, 0.8))
    X = np.array([[1.0, 0.0], [2.0, -1.0], [0.5, 0.5]], dtype)
    theta = np.zeros(9, dtype)
    Y = np.array([[0, 1, -1], [0, 0, 0], [1, -1, 0]], dtype)
    J, D = native.NativeEngine(1).cost_and_gradient(network, theta, X, Y)
    # The first output is too low once, by 1; the second one too low and too high; and so on.
    expected_J = (0.1 + 0.5 + 0.5 + 0.2) / 3
    np.testing.assert_allclose(J, expected_J, rtol=1e-6)
    np.testing.assert_allclose(D[:3], np.array([-0.1, 0.0, 0.2]) / 3, rtol=1e-6, atol=1e-8)


# -- Bits -----------------------------------------------------------------------------------------

HOW = {
    "silu": (SGD(), {}),
    "dropout": (SGD(), {"dropout": 0.3}),
    "clipping": (Adam(), {"clip_norm": 0.1}),
    "adamw": (AdamW(), {}),
    "all": (AdamW(), {"dropout": 0.5, "clip_norm": 0.1}),
}


@every_dtype
@pytest.mark.parametrize("how", HOW)
@every_kind
def test_the_bits_do_not_depend_on_threads_or_slices(kind, how, dtype):
    rule, options = HOW[how]
    # Plain descent with a penalty computes 32 minibatches as one: see the next test.
    network, *arrays = task(kind, regularization=0.0 if rule == SGD() else 0.4)
    arrays = [a.astype(dtype) for a in arrays]
    results = [
        train(native.NativeEngine(n), kind, network, *arrays, rule, cuts, **options)
        for n, cuts in ((1, 0), (2, 0), (3, 2), (2, 1))
    ]
    for state, mean in results[1:]:
        assert state.theta.tobytes() == results[0][0].theta.tobytes()
        assert [m.tobytes() for m in state.moments] == [m.tobytes() for m in results[0][0].moments]
        assert mean == results[0][1]


@pytest.mark.parametrize("options", [{"dropout": 0.3}, {"clip_norm": 0.2}], ids=str)
def test_with_decay_the_bits_do_not_depend_on_slices_of_whole_units(options):
    network, theta, X, Y, _ = task("few", regularization=0.5)
    X, Y = np.tile(X, (15, 1)), np.tile(Y, (15, 1))  # 86 minibatches
    with native.NativeEngine().open(
        network, TrainingState(theta), None, Update(SGD(), 7)
    ) as session:
        unit = session.slice_unit
    assert unit == 32
    results = [
        train(native.NativeEngine(n), "few", network, theta, X, Y, None, SGD(), cuts, **options)[0]
        for n, cuts in ((1, 0), (2, unit), (1, 2 * unit))
    ]
    for state in results[1:]:
        assert state.theta.tobytes() == results[0].theta.tobytes()
        assert state.cost_sum == results[0].cost_sum


def test_large_layers_have_the_same_bits_on_any_number_of_threads():
    # Large enough for several workers, whose stretches are shorter.
    sizes, rows, size = (300, 260, 10), 512, 256
    network = Network(sizes, "silu", "softmax", 1.0)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 300)).astype(np.float32)
    Y = np.eye(10, dtype=np.float32)[rng.integers(0, 10, rows)]
    theta = initial_theta(network, 0).astype(np.float32)
    results = set()
    for n in (1, 2, 3, 4):
        rule = AdamW()
        state = TrainingState(theta.copy(), rule.start(np, theta), SEED)
        update = Update(rule, size, rows, dropout=0.5, clip_norm=0.01)
        with native.NativeEngine(n).open(network, state, Rows(X, Y), update) as session:
            session.advance(np.full(2, 0.01))
        results.add((state.theta.tobytes(), state.cost_sum))
    assert len(results) == 1


@every_dtype
def test_rows_of_a_sparse_matrix_have_their_places(dtype):
    network, *arrays = task("train", "tanh")
    theta, X, Y, weight = (a.astype(dtype) for a in arrays)
    options = {"dropout": 0.5, "clip_norm": 0.2}
    dense, costs = train(
        native.NativeEngine(), "train", network, theta, X, Y, weight, AdamW(), 0, **options
    )
    state, costs_sparse = train(
        native.NativeEngine(), "train", network, theta, sparse.csr_array(X), Y, weight, AdamW(),
        2, **options,
    )  # fmt: skip
    assert costs_sparse == costs
    assert state.theta.tobytes() == dense.theta.tobytes()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@every_kind
def test_what_is_lost_shows_in_the_cost(kind, dtype):
    network, *arrays = task(kind, "relu")
    theta, X, Y, weight = (a.astype(dtype) for a in arrays)
    X[epoch_order(SEED, EPOCH, len(X))[3], 2] = np.nan
    options = {"dropout": 0.5, "clip_norm": 0.2}
    state, mean = train(
        native.NativeEngine(1), kind, network, theta, X, Y, weight, AdamW(), **options
    )
    assert np.isnan(mean)
    assert np.isnan(state.theta).all()  # the norm of the whole gradient is lost


@pytest.mark.parametrize("isa", native._core.instruction_sets()[1:-1])  # `make values`: the first
def test_other_instruction_sets_agree(isa, python):
    subprocess.run(
        [*python, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k",
         "reference_engines or masks or places or slope"],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CLEARPROP_ISA": isa},
    )  # fmt: skip
