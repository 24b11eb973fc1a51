"""What an event of an epoch carries for callbacks that compute."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import EpochEnded, Options, Training, Validation

NETWORK = Network((4, 5, 3), activation="tanh", cost="softmax", regularization=0.5)


def training(iris: tuple[Array, Array], options: Options, **others: Any) -> Training:
    X, y = iris
    return Training(NETWORK, initial_theta(NETWORK, 0), X, np.eye(3)[y], options, **others)


@pytest.mark.parametrize("solver", ["adam", "gd", "lbfgs", "cg"])
def test_the_parameters_after_an_epoch(iris: tuple[Array, Array], solver: str) -> None:
    X, y = iris
    options = Options(solver, epochs=3)  # type: ignore[arg-type]
    run = training(iris, options)
    kept = []
    for event in run:
        if isinstance(event, EpochEnded):
            assert event.network is NETWORK
            assert event.estimator is None  # no estimator trains here
            kept.append(event.theta)
            if solver != "adam":  # J of a full batch is that after the iteration, of gd before it
                theta = kept[-1] if solver != "gd" else kept[-2] if len(kept) > 1 else None
                if theta is not None:
                    J, _ = cost_and_gradient(NETWORK, theta, X, np.eye(3)[y])
                    assert event.cost == pytest.approx(J, rel=1e-12)
    assert np.array_equal(kept[-1], run.theta)
    assert not np.array_equal(kept[0], kept[1])


def test_an_event_is_a_record_of_its_numbers(iris: tuple[Array, Array]) -> None:
    events = [e for e in training(iris, Options(epochs=2)) if isinstance(e, EpochEnded)]
    again = pickle.loads(pickle.dumps(events))
    assert again == events
    assert "network" not in repr(events[0])
    for lost in (again[1], events[0], replace(events[0], state=None)):
        with pytest.raises(ParameterError, match="theta: expected to be read in the callback of"):
            _ = lost.theta
    assert events[1].theta.shape == (NETWORK.n_parameters,)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_early_stopping_by_the_validation_cost(iris: tuple[Array, Array], solver: str) -> None:
    """Without a score of its own, the validation set is scored by minus its cost."""
    X, y = iris
    validation = Validation(X[::3], np.eye(3)[y[::3]])
    options = Options(solver, 0.1, epochs=30, early_stopping=True)  # type: ignore[arg-type]
    run = training(iris, options, validation=validation)
    run.run()
    assert run.history.validation_scores == [-J for J in run.history.validation_costs]
    plain = replace(NETWORK, regularization=0.0)
    J, _ = cost_and_gradient(plain, run.theta, validation.X, validation.Y)
    assert min(run.history.validation_costs) == pytest.approx(J, rel=1e-12)
