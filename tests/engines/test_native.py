"""The native core against the reference engine, and what only a native core can get wrong."""

from __future__ import annotations

import itertools
import os
import subprocess
import threading
import time

import numpy as np
import pytest

from clearprop.engines.protocol import Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.engines.threads import usable_processors
from clearprop.errors import ParameterError
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Network
from clearprop.network.costs import COSTS
from clearprop.network.equations import forward
from clearprop.network.parameters import initial_theta
from clearprop.network.updates import SGD, Adam

native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
_core = native._core
REFERENCE = ReferenceEngine()
RULES = [SGD(), SGD(0.9), SGD(0.9, nesterov=True), Adam()]

# Widths around the sizes of tiles: one unit, one more or less than a vector, several panels, more
# than a block.
SHAPES = [(1, 1), (3, 2), (5, 1, 2), (7, 17, 33, 10), (16, 16, 16), (30, 49, 100), (600, 97, 3)]


def task(network, rows, dtype, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, network.n_inputs)).astype(dtype)
    K = network.n_outputs
    if network.cost == "softmax" or (network.cost != "poisson" and K > 1):
        Y = np.eye(K, dtype=dtype)[rng.integers(0, K, rows)]
    else:
        Y = rng.integers(0, 2, (rows, K)).astype(dtype)
    theta = initial_theta(network, seed=seed).astype(dtype)
    theta += rng.normal(scale=0.1, size=theta.shape).astype(dtype)  # the biases too
    if network.activation == "relu":  # leave out z so near the kink that rounding may cross it
        passed = forward(np, network, theta.astype(float), X.astype(float))
        near = [(np.abs(z) < 1e-4).any(axis=1) for z in passed.weighted_inputs[:-1]]  # (m,) each
        near = np.logical_or.reduce([np.zeros(rows, bool), *near])  # (m,)
        X[near] = X[near.argmin()]
    return theta, X, Y


def tolerance(dtype):
    return {"rtol": 1e-9, "atol": 1e-12} if dtype == np.float64 else {"rtol": 2e-3, "atol": 2e-5}


def networks():
    for sizes, activation, cost in itertools.product(SHAPES, ACTIVATIONS, COSTS):
        if cost != "softmax" or sizes[-1] > 1:
            yield Network(sizes, activation, cost, regularization=0.5)


def epochs(engine, network, theta, X, Y, rule, size=7, weight=None, steps=20, order=True, split=3):
    state = TrainingState(theta.copy(), rule.start(np, theta), seed=3)
    costs = []
    rows = X.shape[0]
    count = -(-rows // size)
    with engine.open(network, state, Rows(X, Y, weight), Update(rule, size, rows)) as session:
        while state.step < steps:
            shuffled = epoch_order(3, state.epoch, rows) if order else None
            while state.position < count:
                left = min(split, count - state.position)
                costs.append(session.advance(np.full(left, 0.05), shuffled))
            state.epoch, state.position = state.epoch + 1, 0
    return state, np.array(costs)


def off_the_kinks(network, theta, X, Y):
    """The rows in which no hidden z is so near 0 that float32 may see its other side."""
    zs = forward(np, network, theta.astype(np.float64), X.astype(np.float64))[0][:-1]
    far = np.all([(np.abs(z) > 1e-5).all(axis=1) for z in zs], axis=0) if zs else np.full(len(X), 1)
    return X[far == 1], Y[far == 1]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("network", list(networks()), ids=str)
def test_cost_gradient_and_predictions_are_the_reference_engines(network, dtype):
    engine = native.NativeEngine(n_threads=2)
    for rows in (1, 13, 300):
        theta, X, Y = task(network, rows, dtype)
        if network.activation in ("relu", "leaky_relu"):
            X, Y = off_the_kinks(network, theta, X, Y)
        weight = np.random.default_rng(1).random(len(X)).astype(dtype)
        for w in (None, weight):
            # Compare with float64, so that float32 is held to the truth, not to another rounding.
            wide = [None if a is None else a.astype(np.float64) for a in (theta, X, Y, w)]
            J, D = REFERENCE.cost_and_gradient(network, *wide)
            J_native, D_native = engine.cost_and_gradient(network, theta, X, Y, w)
            assert D_native.dtype == dtype
            np.testing.assert_allclose(J_native, J, **tolerance(dtype))
            scale = max(1.0, np.abs(D).max())  # sums of large terms that cancel
            np.testing.assert_allclose(D_native / scale, D / scale, **tolerance(dtype))
        np.testing.assert_allclose(
            engine.predict(network, theta, X),
            REFERENCE.predict(network, *wide[:2]),
            **tolerance(dtype),
        )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("sizes", [(3, 2), (7, 17, 33, 10), (30, 49, 100)])
def test_parameters_after_twenty_steps_are_the_reference_engines(sizes, weighted, rule, dtype):
    network = Network(sizes, "tanh", "logistic", regularization=0.5)
    theta, X, Y = task(network, 40, dtype)
    weight = np.random.default_rng(1).random(40).astype(dtype) if weighted else None
    if weighted:
        weight[epoch_order(3, 0, 40)[7:14]] = 0  # a minibatch that does not count
    expected, costs = epochs(REFERENCE, network, theta, X, Y, rule, weight=weight)
    state, costs_native = epochs(native.NativeEngine(2), network, theta, X, Y, rule, weight=weight)
    assert (state.step, state.position) == (expected.step, expected.position)
    np.testing.assert_allclose(costs_native, costs, **tolerance(dtype))
    np.testing.assert_allclose(state.theta, expected.theta, **tolerance(dtype))
    for mine, theirs in zip(state.moments, expected.moments, strict=True):
        np.testing.assert_allclose(mine, theirs, **tolerance(dtype))


@pytest.mark.parametrize("sizes", [(6, 19, 5), (6, 70, 5)])  # narrow, and not
@pytest.mark.parametrize("rows", [1023, 1024, 5000])  # below, at and above the groups of rows
@pytest.mark.parametrize("rule", [SGD(), Adam()], ids=str)
@pytest.mark.parametrize("order", [False, True])
def test_large_batches_go_by_groups_of_rows_to_the_same_parameters(rows, rule, order, sizes):
    network = Network(sizes, "sigmoid", "softmax", regularization=2.0)
    theta, X, Y = task(network, rows, np.float64)
    weight = np.random.default_rng(1).random(rows)
    run = {"size": rows, "steps": 3, "order": order, "weight": weight}
    expected, costs = epochs(REFERENCE, network, theta, X, Y, rule, **run)
    state, costs_native = epochs(native.NativeEngine(2), network, theta, X, Y, rule, **run)
    np.testing.assert_allclose(costs_native, costs, rtol=1e-12)
    np.testing.assert_allclose(state.theta, expected.theta, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cost", COSTS)
def test_rows_that_are_not_in_one_piece(cost):
    network = Network((4, 5, 3), "relu", cost)
    theta, X, Y = task(network, 20, np.float64)
    J, D = REFERENCE.cost_and_gradient(network, theta, X[::2, ::-1], Y[::2])
    for view in (
        X[::2, ::-1],
        np.asfortranarray(X[::2, ::-1]),
        np.hstack([X[::2, ::-1]] * 2)[:, :4],
    ):
        got, gradient = native.NativeEngine().cost_and_gradient(network, theta, view, Y[::2])
        np.testing.assert_allclose(got, J, rtol=1e-12)
        np.testing.assert_allclose(gradient, D, rtol=1e-10, atol=1e-13)


def test_sparse_rows_are_made_dense_batch_by_batch():
    sparse = pytest.importorskip("scipy.sparse")
    network = Network((40, 5, 3), "relu", "softmax", regularization=1.0)
    theta, X, Y = task(network, 30, np.float64)
    X[np.abs(X) < 1] = 0
    S = sparse.csr_array(X)
    dense, costs = epochs(native.NativeEngine(), network, theta, X, Y, Adam())
    state, costs_sparse = epochs(native.NativeEngine(), network, theta, S, Y, Adam())
    np.testing.assert_allclose(costs_sparse, costs, rtol=1e-12)
    np.testing.assert_allclose(state.theta, dense.theta, rtol=1e-10)
    h = native.NativeEngine().predict(network, theta, S)
    np.testing.assert_array_equal(h, native.NativeEngine().predict(network, theta, X))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("cost", [c for c in COSTS if c != "poisson"])
def test_weighted_inputs_of_a_thousand_stay_finite(cost, dtype):
    network = Network((1, 3), "sigmoid", cost)
    theta = np.zeros(6, dtype)
    theta[3:] = 1000, -1000, 500
    X, Y = np.array([[1], [-1]], dtype), np.eye(3, dtype=dtype)[[0, 1]]
    J, D = native.NativeEngine().cost_and_gradient(network, theta, X, Y)
    expected = REFERENCE.cost_and_gradient(network, theta.astype(float), X, Y)
    assert np.isfinite(J)
    np.testing.assert_allclose(J, expected[0], rtol=1e-6)
    np.testing.assert_allclose(D, expected[1], rtol=1e-6, atol=1e-30)


def test_a_cost_that_diverges_is_infinite_and_raises_nothing():
    network = Network((1, 1), cost="squared")
    theta = np.array([0.0, 1e200])
    J, _ = native.NativeEngine().cost_and_gradient(
        network, theta, np.array([[1e10]]), np.ones((1, 1))
    )
    assert not np.isfinite(J)


def test_the_bits_do_not_depend_on_the_number_of_threads():
    for sizes, size in (((20, 130, 10), 200), ((300, 200, 4), 128), ((6, 19, 5), 2000)):
        network = Network(sizes, "relu", "softmax", regularization=1.0)
        theta, X, Y = task(network, 2000, np.float32)
        results = [
            epochs(native.NativeEngine(n), network, theta, X, Y, Adam(), size=size)
            for n in (1, 2, 3, 2)
        ]
        for state, costs in results[1:]:
            assert state.theta.tobytes() == results[0][0].theta.tobytes()
            assert costs.tobytes() == results[0][1].tobytes()


# -- exp and its kin ------------------------------------------------------------------------------


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


FUNCTIONS = [np.exp, np.tanh, lambda x: 1 / (1 + np.exp(-x)), softplus, np.log]


def ulps(function, x, dtype):
    got = np.empty_like(x)
    _core.elementary(function, x, got)
    wide = np.float64 if dtype == np.float32 else np.longdouble
    with np.errstate(over="ignore", under="ignore"):
        true = FUNCTIONS[function](x.astype(wide))
        rounded = true.astype(dtype)
    normal = (np.abs(rounded) >= np.finfo(dtype).tiny) & np.isfinite(rounded)
    assert np.array_equal(got[np.isinf(rounded)], rounded[np.isinf(rounded)])
    assert (np.abs(got[~normal & np.isfinite(rounded)]) <= np.finfo(dtype).tiny).all()
    off = np.abs(got[normal].astype(wide) - true[normal]) / np.spacing(np.abs(rounded[normal]))
    return float(off.max())


@pytest.mark.parametrize("function", range(5), ids=["exp", "tanh", "sigmoid", "softplus", "log"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_elementary_functions_are_within_four_ulp_over_the_whole_range(function, dtype):
    if dtype == np.float32:  # every 1021st float there is
        bits = np.arange(0, 2**32, 1021, dtype=np.uint64).astype(np.uint32)
        x = bits.view(np.float32)
        x = x[np.isfinite(x)]
    else:
        rng = np.random.default_rng(0)
        x = rng.normal(size=400_000) * 10.0 ** rng.uniform(-12, 3, 400_000)
        x = np.concatenate([x, np.linspace(-760, 720, 400_000)])
    if FUNCTIONS[function] is np.log:  # of numbers of at least 1, as in softmax
        x = x[x >= 1]
    assert ulps(function, x, dtype) <= 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_elementary_functions_at_their_ends(dtype):
    x = np.array([0, -0.0, np.inf, -np.inf, np.nan, 1000, -1000], dtype)
    for function, expected in enumerate(
        [
            [1, 1, np.inf, 0, np.nan, np.inf, 0],
            [0, -0.0, 1, -1, np.nan, 1, -1],
            [0.5, 0.5, 1, 0, np.nan, 1, 0],
        ]
    ):
        got = np.empty_like(x)
        _core.elementary(function, x, got)
        np.testing.assert_array_equal(got, np.array(expected, dtype))
        np.testing.assert_array_equal(np.signbit(got[:2]), np.signbit(np.array(expected[:2])))
    x = np.array([1, np.inf, np.nan], dtype)
    got = np.empty_like(x)
    _core.elementary(FUNCTIONS.index(np.log), x, got)
    np.testing.assert_array_equal(got, np.array([0, np.inf, np.nan], dtype))


# -- Threads --------------------------------------------------------------------------------------


WIDE = Network((200, 300, 10), "relu", "softmax")


def fit(engine=None, network=WIDE, rounds=1):
    theta, X, Y = task(network, 1000, np.float32)
    return epochs(
        engine or native.NativeEngine(2), network, theta, X, Y, Adam(), size=100, steps=10 * rounds
    )


def test_denormals_are_the_callers_own_affair_after_a_call():
    tiny = np.float32(1e-40)
    assert tiny * np.float32(0.5) > 0
    fit()
    assert tiny * np.float32(0.5) > 0
    assert np.array([1e-310]).item() * 0.5 > 0


def test_fits_at_once_give_the_bits_of_each_alone():
    narrow = Network((20, 12, 10), "tanh", "softmax")  # one thread; the wide ones share theirs
    networks = [WIDE, narrow, WIDE, narrow]
    alone = [fit(network=network, rounds=3)[0].theta.tobytes() for network in networks]
    results = [b""] * 4

    def one(i):
        results[i] = fit(network=networks[i], rounds=3)[0].theta.tobytes()

    threads = [threading.Thread(target=one, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert results == alone


def test_other_threads_run_while_the_core_computes():
    network = Network((500, 500, 10), "relu", "softmax")
    theta, X, Y = task(network, 4000, np.float64)
    beats, done = [], threading.Event()

    def beat():
        while not done.is_set():
            beats.append(time.perf_counter())
            time.sleep(0.002)

    thread = threading.Thread(target=beat)
    thread.start()
    start = time.perf_counter()
    native.NativeEngine(1).cost_and_gradient(network, theta, X, Y)
    end = time.perf_counter()
    done.set()
    thread.join()
    assert end - start > 0.02
    assert sum(start < t < end for t in beats) > 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")  # of JAX, once it is loaded
def test_a_forked_child_gets_threads_of_its_own():
    expected = fit()[0].theta.tobytes()  # now the parent has helper threads
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, b"same" if fit()[0].theta.tobytes() == expected else b"else")
        finally:
            os._exit(0)
    os.close(write)
    deadline = time.monotonic() + 60
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, 9)
            pytest.fail("the forked child hangs")
        time.sleep(0.01)
    assert os.read(read, 4) == b"same"
    os.close(read)
    assert fit()[0].theta.tobytes() == expected


@pytest.mark.parametrize("rows", [1, 100, 5_000])  # jobs of microseconds, and a long one
def test_a_process_ends_while_helpers_sleep_and_while_daemons_compute(rows, python):
    code = (
        "import threading, time, numpy as np\n"
        "from clearprop.engines.native import NativeEngine\n"
        "from clearprop import Network\n"
        "network = Network((300, 300, 1))\n"
        f"X, Y = np.ones(({rows}, 300)), np.ones(({rows}, 1))\n"
        "engine, theta = NativeEngine(3), np.zeros(network.n_parameters)\n"
        "def run():\n"
        "    while True:\n"
        "        engine.cost_and_gradient(network, theta, X, Y)\n"
        "engine.cost_and_gradient(network, theta, X, Y)\n"
        "for _ in range(2):\n"
        "    threading.Thread(target=run, daemon=True).start()\n"
        "time.sleep(0.02)\n"
    )
    done = subprocess.run([*python, "-c", code], stderr=subprocess.PIPE, timeout=240)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("isa", native._core.instruction_sets()[1:-1])  # `make values`: the first
def test_other_instruction_sets_agree(isa, python):
    code = (
        "import numpy as np\n"
        "from clearprop.engines import native\n"
        "from clearprop import Network\n"
        f"assert native._core.instruction_set() == {isa!r}\n"
        "network = Network((50, 37, 10), 'tanh', 'softmax', 1.0)\n"
        "theta = np.sin(np.arange(network.n_parameters))\n"
        "X, Y = np.cos(np.arange(2000.0)).reshape(40, 50), np.eye(10)[np.arange(40) % 10]\n"
        "for dtype in 'fd':\n"
        "    J, D = native.NativeEngine(2).cost_and_gradient(\n"
        "        network, *(a.astype(dtype) for a in (theta, X, Y)))\n"
        "    K, E = native.ReferenceEngine().cost_and_gradient(network, theta, X, Y)\n"
        "    np.testing.assert_allclose(J, K, rtol=1e-4 if dtype == 'f' else 1e-12)\n"
        "    np.testing.assert_allclose(D, E, atol=1e-4 if dtype == 'f' else 1e-12)\n"
    )
    subprocess.run([*python, "-c", code], check=True, env={**os.environ, "CLEARPROP_ISA": isa})


def test_what_does_not_fit_is_an_error_and_not_a_crash():
    network = Network((3, 2))
    theta, X, Y = task(network, 10, np.float64)
    engine = native.NativeEngine()
    with pytest.raises(
        ParameterError, match=r"2 problems: X: expected shape \(10, 3\); got \(10, 2"
    ):
        engine.cost_and_gradient(network, theta, X[:, :2], Y[:9])
    with pytest.raises(ParameterError, match=r"theta: expected shape \(8,\); got \(7,\)"):
        engine.predict(network, theta[:7], X)

    def run(moments=(), order=None, position=0, rates=2, rule=None, size=5):
        state = TrainingState(theta.copy(), moments, position=position)
        with engine.open(network, state, Rows(X, Y), Update(rule or SGD(), size, 10)) as session:
            session.advance(np.full(rates, 0.1), order)

    run()
    one_left = "rates: expected at most 1, one for each minibatch of 5 rows that is left; got 2"
    with pytest.raises(ParameterError, match=one_left):
        run(position=1)
    with pytest.raises(ParameterError, match="order: expected 10 row numbers from 0 to 9"):
        run(order=np.arange(1, 11))
    with pytest.raises(ParameterError, match=r"rates: expected at most 2, .*; got \(2, 3\)"):
        run(rates=(2, 3))
    with pytest.raises(ParameterError, match="size: expected at least 1; got 0"):
        run(size=0)
    with pytest.raises(ParameterError, match="moments: expected 2 for Adam"):
        run(rule=Adam())
    with pytest.raises(ParameterError, match=r"moments: expected shape \(8,\); got \(7,\)"):
        run(rule=SGD(0.5), moments=(np.zeros(7),))


def test_thread_numbers_are_checked():
    for wrong in (0, 1.5, "2", True):
        with pytest.raises(ParameterError) as caught:
            native.NativeEngine(wrong)
        expected = "n_threads: expected a whole number of at least 1"
        assert str(caught.value) == f"{expected}; got {wrong!r}"


def test_omp_num_threads_is_respected(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert native.usable_threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "999")
    assert native.usable_threads() == usable_processors()
