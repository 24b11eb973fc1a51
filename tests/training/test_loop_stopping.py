"""Rates, validation, when training ends, and what is left when the cost is lost."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from clearprop.engines.evaluate import cost_and_gradient, predict
from clearprop.engines.protocol import Session
from clearprop.engines.reference import ReferenceEngine, ReferenceSession
from clearprop.errors import DivergenceError
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import Ended, EpochEnded, GradientChecked, Options, Training, Validation
from clearprop.training.history import History

NETWORK = Network((4, 6, 3), cost="softmax", regularization=2.0)


def train(iris: tuple[Array, Array], options: Options, **others: Any) -> Training:
    return Training(NETWORK, initial_theta(NETWORK, 0), *iris, options, **others)


def epochs_of(training: Training) -> list[EpochEnded]:
    return [event for event in training if isinstance(event, EpochEnded)]


# -- Learning rates -------------------------------------------------------------------------------


def rates_of(iris: tuple[Array, Array], options: Options, **others: Any) -> list[float | None]:
    return [event.learning_rate for event in epochs_of(train(iris, options, **others))]


@pytest.mark.parametrize("solver", ["adam", "sgd", "gd"])
def test_the_rate_of_every_epoch(iris: tuple[Array, Array], solver: str) -> None:
    def rates(schedule: str) -> list[float | None]:
        return rates_of(iris, Options(solver, 0.02, schedule, 0.25, batch_size=50, epochs=4))

    assert rates("constant") == [0.02] * 4
    expected = [0.02 / (150 * done + 1) ** 0.25 for done in range(4)]
    np.testing.assert_allclose(rates("invscaling"), expected, rtol=1e-14)
    steps = 1 if solver == "gd" else 3  # the rate of the last step of each epoch
    t = np.arange(1, 5) * steps - 1
    expected = 0.01 * (1 + np.cos(np.pi * t / (4 * steps)))
    np.testing.assert_allclose(rates("cosine"), expected, rtol=1e-14)


@pytest.mark.parametrize("solver", ["sgd", "gd"])
def test_adaptive_divides_by_five_where_training_stalls(
    iris: tuple[Array, Array], solver: str
) -> None:
    # No epoch gains 10. So the first stall takes three epochs, and each later one takes two.
    options = Options(solver, 5e-5, "adaptive", tol=10, patience=1, epochs=100)
    training = train(iris, options)
    *_, last = events = list(training)
    rates = [event.learning_rate for event in events if isinstance(event, EpochEnded)]
    expected = [5e-5] * 3 + [1e-5] * 2 + [2e-6] * 2 + [4e-7] * 2  # scikit-learn's: to below 1e-6
    np.testing.assert_allclose(rates, expected, rtol=1e-12)
    assert isinstance(last, Ended)
    assert (last.reason, last.epochs) == ("converged", 9)


def test_adaptive_is_no_schedule_of_adam(iris: tuple[Array, Array]) -> None:
    assert rates_of(iris, Options("adam", schedule="adaptive", tol=10, patience=1)) == [1e-3] * 3


def test_the_rates_are_those_of_the_steps(iris: tuple[Array, Array]) -> None:
    """The schedule is what the updates were made with, not only what the events say."""
    options = Options("sgd", 0.5, "cosine", momentum=0, batch_size=100, shuffle=False, epochs=2)
    training = train(iris, options)
    training.run()
    X, y = iris
    theta = initial_theta(NETWORK, 0)
    for t in range(4):
        rows = slice(0, 100) if t % 2 == 0 else slice(100, 150)
        part = Network(NETWORK.layer_sizes, cost="softmax", regularization=2 * len(y[rows]) / 150)
        rate = 0.25 * (1 + math.cos(math.pi * t / 4))
        theta = theta - rate * cost_and_gradient(part, theta, X[rows], y[rows])[1]
    np.testing.assert_allclose(training.theta, theta, rtol=1e-12)


def test_full_batch_solvers_have_no_rate(iris: tuple[Array, Array]) -> None:
    assert rates_of(iris, Options("cg", epochs=2)) == [None, None]


# -- Validation -----------------------------------------------------------------------------------


def halves(iris: tuple[Array, Array]) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    X, y = iris
    return (X[::2], y[::2]), (X[1::2], y[1::2])


def accuracy(y: Array) -> Callable[[Array], float]:
    return lambda h: float((h.argmax(axis=1) == y).mean())


@pytest.mark.parametrize("solver", ["adam", "gd", "lbfgs", "cg"])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_validation_cost_is_without_lambda(
    iris: tuple[Array, Array], solver: str, weighted: bool
) -> None:
    seen, (X_val, y_val) = halves(iris)
    weight = np.random.default_rng(0).random(75) if weighted else None
    thetas: list[Array] = []
    training = train(
        seen,
        Options(solver, 0.05, epochs=5, batch_size=20),
        validation=Validation(X_val, y_val, accuracy(y_val), weight),
        callbacks=[
            lambda event: (
                isinstance(event, EpochEnded) and thetas.append(training.state.theta.copy())
            )
        ],
    )
    events = epochs_of(training)
    assert len(events) == 5
    for event, theta in zip(events, thetas, strict=True):
        W1, W2 = theta[:30].reshape(5, 6), theta[30:].reshape(7, 3)
        z = 1 / (1 + np.exp(-(X_val @ W1[1:] + W1[0]))) @ W2[1:] + W2[0]
        each = -log_softmax(z, axis=1)[np.arange(75), y_val]
        assert event.validation_cost == pytest.approx(np.average(each, weights=weight), rel=1e-12)
        assert event.validation_score == (z.argmax(axis=1) == y_val).mean()
    history = training.history
    assert history.validation_costs == [event.validation_cost for event in events]
    assert history.validation_scores == [event.validation_score for event in events]


def test_watching_changes_no_bit(iris: tuple[Array, Array]) -> None:
    seen, (X_val, y_val) = halves(iris)
    plain = train(seen, Options(epochs=5))
    watched = train(seen, Options(epochs=5), validation=Validation(X_val, y_val, accuracy(y_val)))
    plain.run()
    watched.run()
    assert plain.theta.tobytes() == watched.theta.tobytes()
    assert {(e.validation_cost, e.validation_score) for e in epochs_of(plain)} <= {(None, None)}
    assert plain.history.validation_costs == plain.history.validation_scores == []


def test_a_validation_cost_that_overflows_is_infinite_and_quiet() -> None:
    network = Network((1, 1), cost="poisson")
    options = Options("sgd", 0.1, epochs=2, momentum=0)
    far = Validation([[1e6]], [1.0], score=lambda h: float(h.max()))  # type: ignore[arg-type]
    training = Training(network, [0.0, 0.1], [[1.0], [2.0]], [3.0, 4.0], options, validation=far)
    training.run()
    assert training.history.validation_costs == [math.inf, math.inf]


# -- When it ends ---------------------------------------------------------------------------------


def planted(scores: list[float]) -> Validation:
    """A validation set whose score is what a test says."""
    rest = iter(scores)
    return Validation(np.zeros((1, 4)), np.array([0]), score=lambda h: next(rest))


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "cg"])
def test_early_stopping_restores_the_best_epoch(iris: tuple[Array, Array], solver: str) -> None:
    scores = [0.5, 0.6, 0.9, 0.9, 0.7, 0.8, 1.0]
    thetas: list[Array] = []
    options = Options(solver, epochs=50, patience=2, early_stopping=True, tol=1e-9, batch_size=50)
    training = train(
        iris,
        options,
        validation=planted(scores),
        callbacks=[
            lambda event: (
                isinstance(event, EpochEnded) and thetas.append(training.state.theta.copy())
            )
        ],
    )
    last = training.run()
    # Epoch 3 is the best; 4, 5 and 6 do not improve on it, one more than `patience`.
    assert (last.reason, last.epochs, last.best_epoch) == ("converged", 6, 3)
    assert len(thetas) == 6
    assert training.theta.tobytes() == thetas[2].tobytes()
    assert training.state.theta.tobytes() == thetas[5].tobytes()
    assert training.history.validation_scores == scores[:6]


def test_the_best_epoch_is_restored_when_the_epochs_run_out(iris: tuple[Array, Array]) -> None:
    options = Options(epochs=3, early_stopping=True)
    training = train(iris, options, validation=planted([0.9, 0.1, 0.2]))
    last = training.run()
    assert (last.reason, last.epochs, last.best_epoch) == ("epochs", 3, 1)
    one = train(iris, Options(epochs=1))
    one.run()
    assert training.theta.tobytes() == one.theta.tobytes()


def test_adaptive_watches_the_score_under_early_stopping(iris: tuple[Array, Array]) -> None:
    options = Options("sgd", 0.1, "adaptive", patience=1, epochs=6, early_stopping=True)
    scores = [0.5, 0.5, 0.5, 0.6, 0.6, 0.6]
    rates = rates_of(iris, options, validation=planted(scores))
    np.testing.assert_allclose(rates, [0.1, 0.1, 0.1, 0.02, 0.02, 0.02])


@pytest.mark.parametrize("schedule", ["constant", "adaptive"])
def test_a_full_batch_solver_stops_early_under_any_schedule(
    iris: tuple[Array, Array], schedule: str
) -> None:
    options = Options("cg", schedule=schedule, patience=1, epochs=50, early_stopping=True, tol=1e-9)
    last = train(iris, options, validation=planted([0.5] * 50)).run()
    assert (last.reason, last.epochs, last.best_epoch) == ("converged", 3, 1)


def test_without_early_stopping_the_cost_is_watched(iris: tuple[Array, Array]) -> None:
    options = Options(epochs=50, tol=10, patience=4)
    training = train(iris, options, validation=planted([i / 50 for i in range(50)]))
    last = training.run()
    assert (last.reason, last.epochs, last.best_epoch) == ("converged", 6, None)
    assert training.theta is training.state.theta


def test_patience_without_end(iris: tuple[Array, Array]) -> None:
    last = train(iris, Options(epochs=30, tol=10, patience=math.inf)).run()
    assert (last.reason, last.epochs) == ("epochs", 30)


def test_a_stall_in_the_last_epoch_is_convergence(iris: tuple[Array, Array]) -> None:
    assert train(iris, Options(epochs=4, tol=10, patience=2)).run().reason == "converged"
    assert train(iris, Options(epochs=3, tol=10, patience=2)).run().reason == "epochs"


def test_a_solver_at_its_minimum_has_no_epochs() -> None:
    network = Network((1, 1), cost="squared")
    training = Training(network, [1.0, 2.0], [[0.0], [1.0]], [1.0, 3.0], Options("lbfgs"))
    *_, last = events = list(training)
    assert isinstance(last, Ended)
    assert (last.reason, last.epochs) == ("converged", 0)
    assert [type(event) for event in events] == [GradientChecked, Ended]
    assert training.theta.tolist() == [1.0, 2.0]


def test_evaluations_run_out(iris: tuple[Array, Array]) -> None:
    options = Options("lbfgs", epochs=1000, tol=0, max_evaluations=6)
    last = train(iris, options).run()
    assert last.reason == "epochs"
    assert 1 <= last.epochs <= 6


# -- A cost that is lost --------------------------------------------------------------------------

STEEP = Network((1, 1), cost="squared")
X, Y = np.array([[0.0], [1.0]]), np.array([1.0, 3.0])


@pytest.mark.parametrize("solver", ["gd", "sgd"])
def test_divergence_says_when_and_what_to_try(solver: str) -> None:
    options = Options(solver, learning_rate=1e200, momentum=0, epochs=10)
    training = Training(STEEP, [0.0, 0.0], X, Y, options)
    with pytest.raises(DivergenceError) as caught:
        training.run()
    assert str(caught.value) == (
        "the cost stopped being finite in epoch 2; take a smaller learning rate than 1e+200, "
        "scale the inputs, or add regularization. The parameters are those of the last epoch that "
        "was finite"
    )
    assert caught.value.epoch == 2
    # D at 0 is minus the mean of (3 + 1)/2 and of 3/2, times the rate.
    np.testing.assert_allclose(training.theta, [2e200, 1.5e200], rtol=1e-12)
    assert caught.value.theta is training.theta
    assert len(training.history.costs) == 1


class Faulty(ReferenceEngine):
    """The reference, until it loses the cost or a parameter in a certain step."""

    name = "faulty"

    def __init__(self, step: int, lost: str) -> None:
        self.step, self.lost = step, lost

    def open(self, network: Network, state: Any, rows: Any = None, update: Any = None) -> Session:
        step, lost = self.step, self.lost

        class Losing(ReferenceSession):
            def advance(self, rates: Array, order: Any = None, block: Any = None) -> float:
                mean = super().advance(rates, order, block)
                if state.step < step:
                    return mean
                state.moments = tuple(np.full_like(moment, np.nan) for moment in state.moments)
                state.theta = np.full_like(state.theta, np.nan)
                return math.inf if lost == "cost" else mean

        return Losing(network, state, rows, update)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize(("lost", "step"), [("cost", 8), ("theta", 9)])
def test_the_state_of_the_last_finite_epoch_is_kept_whole(
    iris: tuple[Array, Array],
    solver: str,
    lost: str,
    step: int,
) -> None:
    options = Options(solver, epochs=5, batch_size=50)  # three steps an epoch
    training = train(iris, options, engine=Faulty(step, lost), slice_seconds=0)
    with pytest.raises(DivergenceError) as caught:
        training.run()
    assert caught.value.epoch == 3
    two = train(iris, Options(solver, epochs=2, batch_size=50), engine="reference")
    two.run()
    assert training.theta.tobytes() == two.theta.tobytes()
    state = training.state
    assert (state.step, state.epoch, state.position) == (6, 2, 0)
    # From this state a sound engine goes on as if nothing had happened.
    again = train(iris, options, state=state, history=training.history, engine="reference")
    again.run()
    whole = train(iris, options, engine="reference")
    whole.run()
    assert again.theta.tobytes() == whole.theta.tobytes()
    assert again.history.costs == pytest.approx(whole.history.costs, rel=1e-14)


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
def test_divergence_of_a_full_batch_solver(solver: str) -> None:
    training = Training(STEEP, [1.0, 1.0], X * 1e200, Y, Options(solver))
    with pytest.raises(DivergenceError) as caught:
        training.run()
    assert str(caught.value) == (
        "the cost stopped being finite in epoch 1; scale the inputs, or add regularization. The "
        "parameters are those of the last epoch that was finite"
    )
    assert training.theta.tolist() == [1.0, 1.0]
    assert training.gradient_report is not None
    assert training.gradient_report.verdict == "unsure"


# -- Going on -------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "sgd", "gd"])
@pytest.mark.parametrize("schedule", ["constant", "invscaling", "adaptive"])
def test_a_run_in_two_parts_is_the_run(
    iris: tuple[Array, Array], solver: str, schedule: str
) -> None:
    def options(epochs: int) -> Options:
        return Options(solver, 0.05, schedule, tol=0.01, patience=2, batch_size=40, epochs=epochs)

    whole = train(iris, options(30))
    whole.run()
    first = train(iris, options(7))
    first.run()
    second = train(iris, options(30), state=first.state, history=first.history)
    second.run()
    assert second.theta.tobytes() == whole.theta.tobytes()
    assert second.state.epoch == whole.state.epoch
    assert second.history.costs == pytest.approx(whole.history.costs, rel=1e-14)


def test_a_run_that_has_converged_does_not_go_on(iris: tuple[Array, Array]) -> None:
    options = Options(epochs=20, tol=10, patience=2)
    first = train(iris, options)
    assert first.run().reason == "converged"
    again = train(iris, options, state=first.state, history=first.history)
    last = again.run()
    assert (last.reason, last.epochs) == ("converged", 4)


def test_theta_is_the_best_one_and_its_outputs_fit(iris: tuple[Array, Array]) -> None:
    options = Options(epochs=2, early_stopping=True)
    training = train(iris, options, validation=planted([0.9, 0.1]), history=History())
    training.run()
    h = predict(NETWORK, training.theta, iris[0])
    last = predict(NETWORK, training.state.theta, iris[0])
    assert not np.array_equal(h, last)
