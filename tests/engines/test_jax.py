"""The JAX engine: what it compiles, where rows lie, and what it leaves as it is."""

import importlib
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from clearprop import MLPClassifier, Network, Options, Training, initial_theta
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine, Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import EngineError
from clearprop.network.dropout import Dropout, masks_at
from clearprop.network.updates import SGD, Adam

jax = pytest.importorskip("jax")
jnp = importlib.import_module("jax.numpy")
functions = importlib.import_module("clearprop.engines.jax_functions")
session_module = importlib.import_module("clearprop.engines.jax_session")
units = importlib.import_module("clearprop.engines.jax_units")

NETWORK = Network((6, 5, 3), "tanh", "softmax", 0.1)
ROWS, SIZE = 50, 8


@pytest.fixture(scope="module")
def engine() -> Engine:
    return choose_engine("jax")


def samples(dtype: Any = np.float64, weighted: bool = False) -> Rows:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(ROWS, 6)) * (rng.random((ROWS, 6)) < 0.5)
    weight = rng.uniform(0.5, 2, ROWS).astype(dtype) if weighted else None
    return Rows(X.astype(dtype), np.eye(3, dtype=dtype)[rng.integers(0, 3, ROWS)], weight)


def trained(
    engine: Engine,
    rows: Rows,
    update: Update,
    pieces: tuple[int, ...] = (7,),
    own: bool = True,
) -> TrainingState:
    """Two epochs, each in slices of so many minibatches; the rows are the session's, or a block."""
    theta = initial_theta(NETWORK, 2, dtype=rows.X.dtype)
    state = TrainingState(theta, update.rule.start(np, theta), seed=3)
    with engine.open(NETWORK, state, rows if own else None, update) as session:
        for epoch in range(2):
            order = epoch_order(3, epoch, ROWS)
            for count in pieces:
                begin = state.position * SIZE
                block = None if own else Rows(*(a[order[begin:]] for a in rows if a is not None))
                session.advance(np.full(count, 0.05), order if own else None, block)
            state.end_epoch()
    return state


ADAM = Update(Adam(), SIZE, penalty_rows=ROWS)


# -- Compiled once ---------------------------------------------------------------------------------


def test_training_compiles_once_for_slices_of_every_length_and_every_run(engine: Engine) -> None:
    functions.training.cache_clear()
    update = Update(Adam(0.8), SIZE, penalty_rows=ROWS, dropout=0.2)
    for pieces in ((7,), (1, 2, 4), (3, 3, 1)):
        trained(engine, samples(), update, pieces)
    rows = samples()
    trained(engine, rows._replace(sample_weight=np.linspace(0, 1, ROWS)), update)
    # Another m of lambda/(2m) is no other function.
    trained(engine, rows, replace(update, penalty_rows=3.0))
    compiled = functions.training(NETWORK, Adam(0.8), 0.2, None)
    assert functions.training.cache_info().currsize == 1
    assert compiled._cache_size() == 1


def test_other_numbers_of_rows_share_a_shape(engine: Engine) -> None:
    functions.summing.cache_clear()
    functions.forward.cache_clear()
    X, Y, _ = samples()
    theta = initial_theta(NETWORK, 2)
    for m in (33, 34, 36):
        engine.cost_and_gradient(NETWORK, theta, X[:m], Y[:m])
        engine.predict(NETWORK, theta, X[:m])
        engine.logits(NETWORK, theta, X[:m])
    assert functions.summing(NETWORK, 0.0)._cache_size() == 1
    assert functions.forward(NETWORK)._cache_size() == 1


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 16, 17, 100, 1000, 1025, 60_000, 2**20 + 1])
def test_rows_are_padded_by_an_eighth_at_most(rows: int) -> None:
    padded = units.padded(rows)
    assert rows <= padded <= max(8, rows + rows // 8 + 1)
    assert units.padded(padded) == padded
    shapes = {units.padded(m) for m in range(rows, 2 * rows)}
    assert len(shapes) <= 17


@pytest.mark.parametrize(
    ("size", "rows", "length"),
    [(200, 60_000, 75), (200, 200, 1), (8, 50, 7), (1, 3000, 1000), (10**6, None, 1)],
)
def test_units_of_an_epoch_have_one_length(size: int, rows: int | None, length: int) -> None:
    network = Network((784, 100, 10)) if size == 200 else NETWORK
    assert units.unit_length(network, size, rows, 4, gpu=False) == length


def test_a_gpu_has_longer_units() -> None:
    network = Network((784, 4096, 10))
    assert units.unit_length(network, 256, None, 4, gpu=False) == 1
    assert units.unit_length(network, 256, None, 4, gpu=True) == 82


# -- The same results, wherever rows lie -----------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
def test_rows_that_are_handed_over_train_as_rows_on_the_device(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, weighted: bool
) -> None:
    rows, update = samples(weighted=weighted), replace(ADAM, dropout=0.3)
    there = trained(engine, rows, update)
    block = trained(engine, rows, update, (2, 5), own=False)
    sparse_rows = rows._replace(X=sparse.csr_array(rows.X))
    csr = trained(engine, sparse_rows, update)
    taken: list[object] = []
    monkeypatch.setattr(functions, "free_on_device", lambda: taken.append(1) or 100)
    elsewhere = trained(engine, rows, update)
    assert taken
    for other in (block, csr, elsewhere):
        np.testing.assert_allclose(other.theta, there.theta, rtol=0, atol=1e-14)
        assert other.step == there.step == 14


def test_rows_lie_on_the_device_where_they_fit(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = samples()
    assert rows.Y is not None
    needed = rows.X.nbytes + rows.Y.nbytes
    for free, there in ((None, True), (2 * needed, True), (2 * needed - 1, False)):
        monkeypatch.setattr(functions, "free_on_device", lambda free=free: free)
        with engine.open(NETWORK, TrainingState(initial_theta(NETWORK, 2)), rows) as session:
            assert (session._there is not None) == there  # type: ignore[attr-defined]


def test_sums_over_parts_are_those_over_all(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, theta = samples(weighted=True), initial_theta(NETWORK, 2)
    dropout = Dropout(0.4, 1, 2)
    whole = engine.cost_and_gradient(NETWORK, theta, *rows, dropout)
    outputs = engine.predict(NETWORK, theta, rows.X)
    monkeypatch.setattr(units, "_PART_NUMBERS", 14 * 9)  # parts of 9 rows
    assert [len(part.index) for part in units.parts(NETWORK, ROWS)] == [9] * 5 + [8]
    given = (rows, rows._replace(X=sparse.csr_array(rows.X)))
    for some in given:
        J, D = engine.cost_and_gradient(NETWORK, theta, *some, dropout)
        np.testing.assert_allclose(J, whole[0], rtol=1e-14)
        np.testing.assert_allclose(D, whole[1], rtol=0, atol=1e-15)
        np.testing.assert_allclose(engine.predict(NETWORK, theta, some.X), outputs, atol=1e-15)


def test_a_row_that_fills_up_does_not_overflow(engine: Engine) -> None:
    """A row of zeros would: exp(800). The one row here has exp(0)."""
    network = Network((1, 1), cost="poisson")
    theta, X, Y = np.array([800.0, -800.0]), np.ones((1, 1)), np.ones((1, 1))
    J, D = engine.cost_and_gradient(network, theta, X, Y)
    assert (J, D.tolist()) == (0.0, [0.0, 0.0])
    state, update = TrainingState(theta), Update(SGD(), 3)
    with engine.open(network, state, None, update) as session:
        assert session.advance(np.ones(1), block=Rows(X, Y)) == 0
    assert state.theta.tolist() == [800, -800]


def test_lambda_is_over_the_rows_of_a_minibatch_unless_told(engine: Engine) -> None:
    rows = samples(weighted=True)
    for penalty_rows in (None, 7.0):
        update = replace(ADAM, penalty_rows=penalty_rows)
        ours, theirs = (trained(one, rows, update) for one in (engine, ReferenceEngine()))
        np.testing.assert_allclose(ours.theta, theirs.theta, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1 - 2**-40])
def test_masks_are_the_same_bits(rate: float) -> None:
    network = Network((2, 33, 7, 1))
    keys = Dropout(rate, seed=2**40 + 5, epoch=7).keys(network)
    places = np.array([0, 1, 2**31, 2**32 - 1], np.uint32)
    for dtype in (np.float32, np.float64):
        expected = masks_at(np, network, rate, keys, places, dtype)
        with functions.exactly():
            found = jax.jit(lambda k, p, d=dtype: masks_at(jnp, network, rate, k, p, d))(
                keys, places
            )
        for ours, theirs in zip(found, expected, strict=True):
            assert ours.dtype == dtype
            assert np.asarray(ours).tobytes() == theirs.tobytes()


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
def test_full_batch_solvers(engine: Engine, solver: str) -> None:
    X, Y, _ = samples()
    options = Options(solver, epochs=5, check_gradient=False)
    runs = [
        Training(NETWORK, initial_theta(NETWORK, 2), X, Y, options, engine=one)
        for one in (engine, ReferenceEngine())
    ]
    costs = [list(run)[-1] and run.history.costs for run in runs]
    np.testing.assert_allclose(costs[0], costs[1], rtol=1e-9)
    assert costs[0][-1] < costs[0][0]


def test_slices_by_the_clock_give_the_same_bits() -> None:
    X, Y, _ = samples(np.float32)
    thetas = []
    for seconds in (0.0, 0.05):
        theta = initial_theta(NETWORK, 2, dtype=np.float32)
        options = Options("adam", epochs=3, batch_size=4, dropout=0.2)
        training = Training(NETWORK, theta, X, Y, options, engine="jax", slice_seconds=seconds)
        training.run()
        thetas.append(training.theta.tobytes())
    assert thetas[0] == thetas[1]


def test_estimators() -> None:
    rows = samples()
    assert rows.Y is not None
    X, y = rows.X, rows.Y.argmax(axis=1)
    models = [
        MLPClassifier((5,), max_iter=20, random_state=0, learning_rate_init=0.02, engine=name)
        for name in ("jax", "reference")
    ]
    with pytest.warns(UserWarning, match="Maximum iterations"):
        ours, theirs = (model.fit(X, y) for model in models)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-9)


# -- Precision, and the settings of a program around it --------------------------------------------


def test_jax_keeps_its_own_settings(engine: Engine) -> None:
    before = jax.config.jax_enable_x64, jax.config.jax_default_matmul_precision
    assert jnp.zeros(1).dtype == np.float32
    theta = initial_theta(NETWORK, 2)
    _, D = engine.cost_and_gradient(NETWORK, theta, *samples())
    assert D.dtype == np.float64
    assert jnp.zeros(1).dtype == np.float32
    assert before == (jax.config.jax_enable_x64, jax.config.jax_default_matmul_precision)


def test_a_step_of_float32_computes_nothing_wider() -> None:
    """A GPU for games has hardly any float64."""
    rule, rows = Adam(), samples(np.float32)
    theta = initial_theta(NETWORK, 2, dtype=np.float32)
    update = replace(ADAM, dropout=0.3)
    cutter = units.Cutter(rows, None, update, SIZE, 7, 0, np.dtype(np.float32), False)
    batches, _ = cutter.unit(0, np.full(7, 0.1), 0)
    fixed = functions.Fixed(None, None, theta, Dropout(0.3, 0, 0).keys(NETWORK), np.float32(ROWS))
    train = functions.training(NETWORK, rule, 0.3, None)
    with functions.exactly():
        text = train.lower(theta, rule.start(np, theta), fixed, batches).as_text()
    assert "f64" not in text
    assert "precision = [HIGHEST, HIGHEST]" in text


def test_xla_knows_the_option_that_makes_a_gpu_deterministic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Cpu:
        platform = "cpu"

    class Gpu:
        platform = "gpu"

    monkeypatch.setattr(functions, "the_device", Cpu)
    assert functions.deterministic() == {}
    monkeypatch.setattr(functions, "the_device", Gpu)
    options = functions.deterministic()
    assert options == {"xla_gpu_deterministic_ops": True}
    jax.jit(lambda x: x + 1, compiler_options=options)(1.0)
    with pytest.raises(Exception, match="No such compile option"):
        jax.jit(lambda x: x + 2, compiler_options={"xla_gpudeterministic": True})(1.0)


# -- What does not work is one sentence ------------------------------------------------------------


def test_a_full_device_is_an_error_of_ours() -> None:
    full = jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 8 bytes.")
    message = (
        f"^the memory of {functions.device()} is full; take smaller minibatches, a smaller "
        "network or another engine$"
    )
    with pytest.raises(EngineError, match=message), functions.exactly():
        raise full
    with pytest.raises(jax.errors.JaxRuntimeError), functions.exactly():
        raise jax.errors.JaxRuntimeError("INTERNAL: else")


@pytest.mark.parametrize("asked", ["cuda", "nonsense"])
def test_without_a_device_the_command_says_so(asked: str) -> None:
    if asked == "cuda" and functions.on_gpu():
        pytest.skip("there is one")
    ran = subprocess.run(
        [sys.executable, "-m", "clearprop", "train", "digits", "--engine", "jax"],
        env={"JAX_PLATFORMS": asked, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    message = f"clearprop: error: --engine: jax finds no device for JAX_PLATFORMS='{asked}': "
    assert ran.stderr.startswith(message)
    assert ran.stderr.count("\n") == 1


def test_an_old_jax_is_named(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.delattr(jax, "enable_x64")
    for name in ("jax_functions", "jax_session"):
        monkeypatch.delitem(sys.modules, f"clearprop.engines.{name}")
    message = "^engine: jax does not load here: expected JAX 0.8 or newer; got [0-9.]+$"
    with pytest.raises(EngineError, match=message):
        engine.open(NETWORK, TrainingState(initial_theta(NETWORK, 2)))


def test_what_decides_the_bits_is_named(engine: Engine) -> None:
    from clearprop.engines.bits import decided_by

    found = decided_by(engine)
    assert found["engine"] == "jax"
    assert found["device"] == functions.device()
    assert functions.on_gpu() or re.fullmatch(r"cpu x\d+", found["device"])
    assert found["jax"] == jax.__version__
    assert repr(engine) == "JaxEngine()"


def test_a_closed_session_says_so(engine: Engine) -> None:
    state = TrainingState(initial_theta(NETWORK, 2))
    with engine.open(NETWORK, state, samples()) as session:
        pass
    with pytest.raises(EngineError, match=r"^the session is closed; open another one$"):
        session.predict()
    assert session.state() is state
