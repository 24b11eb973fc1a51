"""SciPy's solvers as iterators: to the minimum, given up half-way, with errors, and limited."""

import math
import threading
from collections.abc import Callable

import numpy as np
import pytest
import scipy.optimize

from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import Options, Training, samples
from clearprop.training.full_batch import Iteration, Outcome, minimize


def bowl(theta: Array) -> tuple[float, Array]:
    """A convex quadratic with its minimum of 1 at (1, 2, 3, 4)."""
    d, scale = theta - np.arange(1, 5), np.array([1.0, 10.0, 3.0, 0.5])
    return float(1 + d @ (scale * d) / 2), scale * d


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "clearprop" in thread.name]


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
def test_it_finds_the_minimum_and_says_so(solver: str) -> None:
    found = list(minimize(bowl, np.zeros(4), Options(solver, tol=1e-10, epochs=100)))
    *iterations, outcome = found
    assert all(isinstance(step, Iteration) for step in iterations)
    assert isinstance(outcome, Outcome)
    assert outcome.converged
    np.testing.assert_allclose(outcome.theta, [1, 2, 3, 4], atol=1e-8)
    assert math.isclose(outcome.cost, 1.0, abs_tol=1e-14)
    np.testing.assert_array_equal(iterations[-1].theta, outcome.theta)
    costs = [step.cost for step in iterations]
    assert costs == sorted(costs, reverse=True)
    assert costs == [bowl(step.theta)[0] for step in iterations]
    assert threads() == []


@pytest.mark.parametrize(("solver", "method"), [("lbfgs", "L-BFGS-B"), ("cg", "CG")])
def test_the_iterations_are_scipys_to_the_bit(solver: str, method: str) -> None:
    theirs: list[Array] = []
    scipy.optimize.minimize(
        bowl,
        np.zeros(4),
        method=method,
        jac=True,
        callback=lambda x: theirs.append(x.copy()),
        options={"maxiter": 5, "gtol": 1e-10},
    )
    *ours, outcome = minimize(bowl, np.zeros(4), Options(solver, tol=1e-10, epochs=5))
    np.testing.assert_array_equal([step.theta for step in ours], theirs)
    assert isinstance(outcome, Outcome)
    assert outcome.converged is (len(theirs) < 5)


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
def test_out_of_iterations_is_no_convergence(solver: str) -> None:
    *iterations, outcome = minimize(bowl, np.zeros(4), Options(solver, tol=1e-10, epochs=2))
    assert len(iterations) == 2
    assert isinstance(outcome, Outcome)
    assert not outcome.converged


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
@pytest.mark.parametrize("seen", [0, 1, 2])
def test_given_up_it_stops_and_leaves_no_thread(solver: str, seen: int) -> None:
    calls = 0

    def function(theta: Array) -> tuple[float, Array]:
        nonlocal calls
        calls += 1
        return bowl(theta)

    iterator = minimize(function, np.zeros(4), Options(solver, tol=1e-10))
    for _ in range(seen):
        next(iterator)
    iterator.close()
    assert threads() == []
    before = calls
    assert (calls == 0) is (seen == 0)
    assert list(iterator) == []
    assert calls == before


def test_it_does_not_run_ahead_of_what_is_asked_for() -> None:
    costs: list[float] = []

    def function(theta: Array) -> tuple[float, Array]:
        costs.append(bowl(theta)[0])
        return bowl(theta)

    iterator = minimize(function, np.zeros(4), Options("lbfgs", tol=1e-10))
    first = next(iterator)
    done = len(costs)
    assert first.cost == costs[-1]
    next(iterator)
    assert len(costs) > done
    iterator.close()


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
@pytest.mark.parametrize("at", [1, 4])
@pytest.mark.parametrize("kind", [ZeroDivisionError, KeyboardInterrupt, StopIteration])
def test_an_error_in_the_cost_comes_out(
    solver: str, at: int, kind: Callable[[str], BaseException]
) -> None:
    planted, calls = kind("planted"), 0

    def function(theta: Array) -> tuple[float, Array]:
        nonlocal calls
        calls += 1
        if calls == at:
            raise planted
        return bowl(theta)

    expected = RuntimeError if kind is StopIteration else kind
    with pytest.raises(expected) as caught:
        list(minimize(function, np.zeros(4), Options(solver, tol=1e-10)))
    assert caught.value is planted or caught.value.__cause__ is planted
    assert threads() == []


def test_lbfgs_counts_evaluations() -> None:
    calls = 0

    def rosenbrock(theta: Array) -> tuple[float, Array]:
        nonlocal calls
        calls += 1
        return scipy.optimize.rosen(theta), scipy.optimize.rosen_der(theta)

    options = Options("lbfgs", tol=1e-10, max_evaluations=7)
    *_, outcome = minimize(rosenbrock, np.array([-1.2, 1.0, -0.5]), options)
    assert isinstance(outcome, Outcome)
    assert not outcome.converged
    assert 7 <= calls < 7 + 20  # the line search in progress takes at most 20 more


@pytest.mark.parametrize("weighted", [False, True])
def test_a_large_cost_is_summed_over_parts(monkeypatch: pytest.MonkeyPatch, weighted: bool) -> None:
    """Ctrl-C comes in between two of them."""
    network = Network((3, 5, 2), cost="softmax", regularization=0.3)
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(50, 3)), generator.integers(0, 2, 50)
    weight = generator.uniform(size=50) if weighted else None
    start = initial_theta(network, 0)

    def objective() -> tuple[float, Array, int]:
        training = Training(network, start, X, y, Options("lbfgs"), sample_weight=weight)
        asked: list[None] = []
        go_on = lambda: asked.append(None)  # noqa: E731
        with training.samples.objective(training.engine, start, go_on) as (function, _):
            J, gradient = function(start)
        return J, gradient, len(asked)

    J, gradient, asked = objective()
    monkeypatch.setattr(samples, "_PART_FLOPS", 8 * 6 * network.n_parameters)  # of 8 rows
    in_parts, its_gradient, often = objective()
    assert (asked, often) == (0, 7)
    assert in_parts == pytest.approx(J, rel=1e-13)
    np.testing.assert_allclose(its_gradient, gradient, rtol=1e-10, atol=1e-14)
