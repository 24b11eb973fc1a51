"""The epochs: the check before them, the same bits, weights, odd sizes, callbacks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.engines.protocol import Session, TrainingState, epoch_order
from clearprop.engines.reference import ReferenceEngine, ReferenceSession
from clearprop.errors import EngineError, GradientError, ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.network.parameters import initial_theta
from clearprop.training import (
    Ended,
    EpochEnded,
    Event,
    GradientChecked,
    Options,
    Progress,
    Training,
    Validation,
)

# -- The check before training --------------------------------------------------------------------


class Counting(ReferenceEngine):
    """The reference with a count of its calls, and a gradient that `change` can spoil."""

    name = "planted"

    def __init__(self, change: Callable[[Array], Array] = lambda gradient: gradient) -> None:
        self.change, self.gradients, self.epochs = change, 0, 0

    def cost_and_gradient(self, *args: Any, **others: Any) -> tuple[float, Array]:
        self.gradients += 1
        J, gradient = super().cost_and_gradient(*args, **others)
        return J, self.change(gradient)

    def open(self, network: Network, state: Any, rows: Any = None, update: Any = None) -> Session:
        engine = self

        class Counted(ReferenceSession):
            def advance(self, rates: Array, order: Any = None, block: Any = None) -> float:
                engine.epochs += 1
                return super().advance(rates, order, block)

        return Counted(network, state, rows, update)


DEEP = Network((4, 6, 5, 3), cost="softmax", regularization=0.1)


def deep(iris: tuple[Array, Array], options: Options, **others: Any) -> Training:
    return Training(DEEP, initial_theta(DEEP, 0), *iris, options, **others)


def test_the_check_runs_first_and_is_off_afterwards(iris: tuple[Array, Array]) -> None:
    engine = Counting()
    training = deep(iris, Options(epochs=3), engine=engine)
    events = iter(training)
    first = next(events)
    assert isinstance(first, GradientChecked)
    assert first.report.right
    assert first.report.engine == "planted"
    assert first.report is training.gradient_report
    assert 0 < first.seconds < 5
    calls, epochs = engine.gradients, engine.epochs
    assert calls > 0
    assert epochs == 0
    rest = list(events)
    assert not [event for event in rest if isinstance(event, GradientChecked)]
    assert engine.gradients == calls
    assert engine.epochs >= 3


def test_without_the_check_there_is_no_event(iris: tuple[Array, Array]) -> None:
    engine = Counting()
    training = deep(iris, Options(epochs=2, check_gradient=False), engine=engine)
    kinds = {type(event) for event in training}
    assert kinds <= {Progress, EpochEnded, Ended}
    assert engine.gradients == 0
    assert training.gradient_report is None


def scaled(block: int, by: float) -> Callable[[Array], Array]:
    def change(gradient: Array) -> Array:
        wrong = gradient.copy()
        split(DEEP, wrong)[block][1:] *= by
        return wrong

    return change


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize(
    "change",
    [lambda gradient: -gradient, scaled(0, 1.01), scaled(2, 0), lambda gradient: gradient + 0.01],
    ids=["sign", "layer 1 by 1.01", "layer 3 zero", "shifted"],
)
def test_a_wrong_gradient_is_refused(
    iris: tuple[Array, Array], solver: str, change: Callable[[Array], Array]
) -> None:
    engine = Counting(change)
    training = deep(iris, Options(solver, epochs=3), engine=engine)
    with pytest.raises(GradientError) as caught:
        training.run()
    text = str(caught.value)
    assert text.startswith(
        "the gradient of engine planted is wrong; training was refused\nGradient wrong: "
    )
    assert caught.value.report is training.gradient_report
    assert caught.value.report.verdict == "wrong"
    assert training.theta.tobytes() == initial_theta(DEEP, 0).tobytes()
    assert engine.epochs == 0
    assert training.history.costs == []


def test_the_check_does_not_cry_wolf_and_changes_no_bit() -> None:
    generator = np.random.default_rng(2)
    X, Y = generator.normal(size=(30, 5)), generator.integers(0, 3, 30)
    for activation in ("sigmoid", "tanh", "relu", "identity"):
        for dtype in (np.float64, np.float32):
            network = Network((5, 7, 3), activation, "softmax", 1.0)
            start = initial_theta(network, 0, dtype=dtype)
            checked = Training(network, start, X, Y, Options(epochs=2))
            checked.run()
            plain = Training(network, start, X, Y, Options(epochs=2, check_gradient=False))
            plain.run()
            assert checked.theta.tobytes() == plain.theta.tobytes()


def test_an_engine_that_is_none() -> None:
    with pytest.raises(EngineError, match="engine: expected a name or an Engine; got int"):
        Training(Network((2, 1)), np.zeros(3), [[0.0, 1.0]], [1], engine=3)  # type: ignore[arg-type]


# -- The same seed, the same bits -----------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_the_same_bits_however_an_epoch_is_cut(
    iris: tuple[Array, Array], solver: str, schedule: str
) -> None:
    def run(seconds: float, seed: int = 5) -> tuple[bytes, list[float], int]:
        # Minibatch 3 of the unshuffled order has no weight at all, others have some.
        weight = np.random.default_rng(0).integers(0, 3, 150) * (np.arange(150) // 8 != 3)
        options = Options(solver, 0.01, schedule, batch_size=8, epochs=4, seed=seed)
        training = deep(iris, options, sample_weight=weight, slice_seconds=seconds)
        parts = sum(isinstance(event, Progress) for event in training)
        return training.theta.tobytes(), training.history.costs, parts

    one, costs, parts = run(0)
    assert parts == 4 * 18  # 19 minibatches, each by itself: 18 ends within an epoch
    for seconds in (1e9, 1e-4):
        theta, others, fewer = run(seconds)
        assert theta == one
        np.testing.assert_allclose(others, costs, rtol=1e-13)
        assert fewer <= parts
    assert run(0, seed=6)[0] != one


def test_slices_begin_where_the_engine_shows_theta() -> None:
    engine = pytest.importorskip("clearprop.engines.native", exc_type=ImportError).NativeEngine()
    network = Network((600, 66, 4), "tanh", "logistic", 1.0)
    rng = np.random.default_rng(0)
    X, y = rng.random((400, 600)) * (rng.random((400, 600)) < 0.1), rng.integers(0, 4, 400)
    options = Options("sgd", 0.1, momentum=0.0, batch_size=4, epochs=2, check_gradient=False)
    theta = initial_theta(network, 0)

    def run(seconds: float, state: Any = None) -> tuple[Training, list[int]]:
        training = Training(
            network, theta, X, y, options, engine=engine, state=state, slice_seconds=seconds
        )
        parts = [training.state.position for e in training if isinstance(e, Progress)]
        return training, parts

    one, parts = run(0)
    assert parts == [32, 64, 96] * 2
    other, parts = run(1e9)
    assert parts == [32]  # the first slice is short, since the pace is not yet known
    assert other.theta.tobytes() == one.theta.tobytes()
    np.testing.assert_allclose(other.history.costs, one.history.costs, rtol=1e-13)
    # From a state in the middle of a unit, the next slice ends where the unit ends.
    state = TrainingState(theta.copy(), (), seed=0, position=40)
    assert run(0, state)[1] == [64, 96, 32, 64, 96]


def test_slices_of_minibatches_without_weight(iris: tuple[Array, Array]) -> None:
    """With "cosine", a minibatch gets the rate of its place, even after ones without weight."""
    weight = (np.arange(150) >= 40).astype(float)
    found = []
    for seconds in (0, 1e9):
        options = Options("sgd", 0.1, "cosine", batch_size=20, epochs=2, shuffle=False)
        training = deep(iris, options, sample_weight=weight, slice_seconds=seconds)
        training.run()
        assert training.state.step == 2 * (8 - 2)
        found.append(training.theta.tobytes())
    assert found[0] == found[1]


def test_an_epoch_by_hand(iris: tuple[Array, Array]) -> None:
    X, y = iris
    options = Options("sgd", 0.1, momentum=0, batch_size=40, epochs=2, seed=3)
    training = deep(iris, options)
    training.run()
    theta, Y = initial_theta(DEEP, 0), np.eye(3)[y]
    costs = []
    for epoch in range(2):
        total, order = 0.0, epoch_order(3, epoch, 150)
        for start in range(0, 150, 40):
            rows = order[start : start + 40]
            # lambda/(2m) with the m of the whole training set: lambda * rows/150 of the minibatch.
            part = Network(DEEP.layer_sizes, cost="softmax", regularization=0.1 * len(rows) / 150)
            J, gradient = cost_and_gradient(part, theta, X[rows], Y[rows])
            total += J * len(rows)
            theta = theta - 0.1 * gradient
        costs.append(total / 150)
    np.testing.assert_allclose(training.theta, theta, rtol=1e-12)
    np.testing.assert_allclose(training.history.costs, costs, rtol=1e-12)


def test_the_penalty_of_each_minibatch(iris: tuple[Array, Array]) -> None:
    X, y = iris
    options = Options("sgd", 0.1, momentum=0, batch_size=150, shuffle=False, epochs=1)
    whole = deep(iris, options)
    each = deep(iris, Options(**{**vars(options), "penalty_per_batch": True}))
    assert whole.run().reason == each.run().reason == "epochs"
    assert whole.theta.tobytes() == each.theta.tobytes()  # one minibatch: the same m
    small = deep(iris, Options(**{**vars(options), "penalty_per_batch": True, "batch_size": 75}))
    small.run()
    theta = initial_theta(DEEP, 0)
    for rows in (slice(0, 75), slice(75, 150)):
        theta = theta - 0.1 * cost_and_gradient(DEEP, theta, X[rows], y[rows])[1]
    np.testing.assert_allclose(small.theta, theta, rtol=1e-12)


# -- Weights, odd sizes, sparse rows, float32 -----------------------------------------------------


@pytest.mark.parametrize("solver", ["gd", "adam", "lbfgs", "cg"])
def test_a_weight_of_w_is_w_samples(iris: tuple[Array, Array], solver: str) -> None:
    X, y = iris
    weight = np.random.default_rng(0).integers(0, 4, 150)
    options = Options(solver, epochs=8, batch_size=10**6, shuffle=False, tol=1e-12)
    weighted = deep(iris, options, sample_weight=weight)
    weighted.run()
    repeated = deep((np.repeat(X, weight, axis=0), np.repeat(y, weight)), options)
    repeated.run()
    assert not np.allclose(weighted.theta, deep_theta(iris, options))
    np.testing.assert_allclose(weighted.theta, repeated.theta, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(weighted.history.costs, repeated.history.costs, rtol=1e-9)


def deep_theta(iris: tuple[Array, Array], options: Options) -> Array:
    training = deep(iris, options)
    training.run()
    return training.theta


def test_a_minibatch_without_weight_is_passed_over(iris: tuple[Array, Array]) -> None:
    weight = np.repeat([1.0, 0.0, 2.0], 50)
    options = Options("sgd", 0.1, batch_size=50, shuffle=False, epochs=3)
    training = deep(iris, options, sample_weight=weight)
    training.run()
    kept = np.flatnonzero(weight)
    X, y = iris
    fewer = deep((X[kept], y[kept]), options, sample_weight=weight[kept])
    fewer.run()
    assert training.state.step == 6
    assert training.theta.tobytes() == fewer.theta.tobytes()


def test_a_batch_larger_than_the_data_is_the_data(iris: tuple[Array, Array]) -> None:
    large = deep(iris, Options("sgd", batch_size=1000, epochs=3))
    large.run()
    same = deep(iris, Options("sgd", batch_size=150, epochs=3))
    same.run()
    assert large.state.step == 3
    assert large.theta.tobytes() == same.theta.tobytes()


@pytest.mark.parametrize("solver", ["adam", "sgd", "gd", "lbfgs", "cg"])
def test_one_sample_is_learnt(solver: str) -> None:
    network = Network((2, 3, 2), "tanh", "softmax")
    options = Options(solver, 0.1, epochs=100, tol=0 if solver in ("adam", "sgd", "gd") else 1e-6)
    training = Training(network, initial_theta(network, 0), [0.5, -1.0], [1], options)
    training.run()
    assert training.history.costs[-1] < 0.1


@pytest.mark.parametrize("solver", ["adam", "gd", "lbfgs"])
def test_sparse_rows_train_as_dense_ones(solver: str) -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(50, 8)) * (generator.random((50, 8)) < 0.2)
    y = generator.integers(0, 2, 50)
    network = Network((8, 5, 1), "tanh", regularization=0.1)
    options = Options(solver, batch_size=7, epochs=5)
    validation = Validation(X, y, score=lambda h: float(h.mean()))
    dense = Training(network, initial_theta(network, 1), X, y, options, validation=validation)
    dense.run()
    for form in (scipy.sparse.csr_array, scipy.sparse.csc_matrix):
        rows = Validation(form(X), y, score=lambda h: float(h.mean()))
        sparse = Training(network, initial_theta(network, 1), form(X), y, options, validation=rows)
        sparse.run()
        np.testing.assert_allclose(sparse.theta, dense.theta, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            sparse.history.validation_costs, dense.history.validation_costs, rtol=1e-9
        )


@pytest.mark.parametrize("solver", ["adam", "sgd", "gd", "lbfgs", "cg"])
def test_float32_stays_float32(iris: tuple[Array, Array], solver: str) -> None:
    X, y = iris
    options = Options(solver, 0.01, epochs=20, tol=1e-12)
    seen = set()

    class Watched(ReferenceEngine):
        def open(self, network: Network, state: Any, rows: Any = None, update: Any = None) -> Any:
            seen.add((state.theta.dtype.name, rows.X.dtype.name))
            return super().open(network, state, rows, update)

    validation = Validation(X, y, score=lambda h: seen.add(("h", h.dtype.name)) or 0.0)
    start = initial_theta(DEEP, 0, dtype=np.float32)
    training = Training(DEEP, start, X, y, options, engine=Watched(), validation=validation)
    training.run()
    assert training.theta.dtype == training.X.dtype == training.Y.dtype == np.float32
    assert {moment.dtype.name for moment in training.state.moments} <= {"float32"}
    assert seen == {("float32", "float32"), ("h", "float32")}
    exact = deep(iris, options)
    exact.run()
    np.testing.assert_allclose(training.history.costs[:8], exact.history.costs[:8], rtol=2e-4)


def test_theta_that_was_handed_in_is_left_alone(iris: tuple[Array, Array]) -> None:
    for solver in ("adam", "sgd", "gd", "lbfgs", "cg"):
        theta = initial_theta(DEEP, 0)
        Training(DEEP, theta, *iris, Options(solver, epochs=2)).run()
        assert theta.tobytes() == initial_theta(DEEP, 0).tobytes()


# -- Callbacks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_callbacks_hear_every_event_before_it_is_yielded(
    iris: tuple[Array, Array], solver: str
) -> None:
    heard: list[Event] = []
    also: list[Event] = []
    options = Options(solver, epochs=3, batch_size=60)
    training = deep(iris, options, callbacks=[heard.append, also.append], slice_seconds=0)
    for event in training:
        assert heard[-1] is event
    assert heard == also
    names = [type(event).__name__ for event in heard]
    epoch = ["Progress"] * (2 if solver == "adam" else 0) + ["EpochEnded"]
    assert names == ["GradientChecked", *epoch * 3, "Ended"]
    ends = [event for event in heard if isinstance(event, EpochEnded)]
    assert [(event.epoch, event.epochs) for event in ends] == [(1, 3), (2, 3), (3, 3)]
    assert [event.cost for event in ends] == training.history.costs


@pytest.mark.parametrize("solver", ["adam", "gd", "lbfgs", "cg"])
def test_a_callback_that_returns_true_ends_training(iris: tuple[Array, Array], solver: str) -> None:
    def enough(event: Event) -> bool:
        return isinstance(event, EpochEnded) and event.epoch == 2

    def truthy(event: Event) -> object:
        return "heard"  # not True: a callback such as list.append must not end training

    training = deep(iris, Options(solver, epochs=50), callbacks=[truthy, enough])
    last = training.run()
    assert (last.reason, last.epochs, len(training.history.costs)) == ("stopped", 2, 2)


def test_stop_ends_after_the_minibatch_under_way(iris: tuple[Array, Array]) -> None:
    training = deep(iris, Options(epochs=50, batch_size=10), slice_seconds=0)
    events = []
    for event in training:
        events.append(event)
        if isinstance(event, Progress):
            training.stop()
    assert [type(event).__name__ for event in events] == ["GradientChecked", "Progress", "Ended"]
    assert events[1] == Progress(1 / 15, 50)
    assert training.state.step == 1


# -- Wrong data -----------------------------------------------------------------------------------


def test_wrong_data_is_told_before_training() -> None:
    network = Network((2, 1))
    X, y = [[0.0, 1.0], [1.0, 0.0]], [0, 1]

    def refused(*args: Any, **others: Any) -> str:
        with pytest.raises(ParameterError) as caught:
            Training(network, *args, **others)
        return str(caught.value)

    assert refused(np.zeros(4), X, y).startswith("theta: expected shape (3,)")
    assert refused(np.zeros(3), [[1.0]], y) == (
        "X: expected shape (m, 2), one row a sample; got (1, 1)"
    )
    assert refused(np.zeros(3), X, [0, 1, 1]) == (
        "Y: expected 2 rows, as many as X; got shape (3,)"
    )
    assert refused(np.zeros(3), X, y, sample_weight=[0.0, 0.0]) == (
        "sample_weight: expected weights of at least 0 with a sum above 0; got a smallest weight "
        "of 0.0 and a sum of 0.0"
    )
    assert refused(np.zeros(3), X, y, Options(early_stopping=True)) == (
        "early_stopping: expected a validation set to watch; got none"
    )
    options = Options(early_stopping=True)
    assert refused(np.zeros(3), X, y, options, slice_seconds="1") == (
        "2 problems: early_stopping: expected a validation set to watch; got none; "
        "slice_seconds: expected a number of at least 0; got '1'"
    )
    assert refused(np.zeros(3), X, y, slice_seconds=np.inf) == (
        "slice_seconds: expected a finite number; got inf"
    )
    wrong = Validation([[1.0, np.nan]], [1], score=lambda h: 0.0)  # type: ignore[arg-type]
    assert refused(np.zeros(3), X, y, validation=wrong) == (
        "validation X: expected finite numbers; got NaN at row 0, column 1"
    )
    wrong = Validation(np.eye(2), np.array([0, 1, 1]), score=lambda h: 0.0)
    assert refused(np.zeros(3), X, y, validation=wrong) == (
        "validation Y: expected 2 rows, as many as X; got shape (3,)"
    )


@pytest.mark.parametrize(("K", "cost"), [(1, "logistic"), (3, "softmax")])
def test_label_smoothing_changes_what_training_follows_and_not_the_labels(
    K: int, cost: Any
) -> None:
    network = Network((2, 4, K), "tanh", cost)
    X, y = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % max(K, 2)
    Y = y[:, None].astype(float) if K == 1 else np.eye(K)[y]
    soft = 0.7 * Y + 0.3 / max(K, 2)
    theta, options = initial_theta(network, 0), Options(epochs=2, batch_size=10)
    run = Training(network, theta, X, y, replace(options, label_smoothing=0.3))
    by_hand = Training(network, theta, X, soft, options)
    run.run(), by_hand.run()
    assert run.Y.tolist() == Y.tolist()
    np.testing.assert_allclose(run.theta, by_hand.theta, rtol=1e-12)
    assert run.gradient_report == by_hand.gradient_report
