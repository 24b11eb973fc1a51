"""What fits into a time, by a pace that the tests state."""

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from clearprop.data.table import Table
from clearprop.engines.choice import choose_engine, on_threads
from clearprop.experiment.lineup import Lineup, Shortened
from clearprop.experiment.recipes import Recipe
from clearprop.experiment.run import Experiment
from clearprop.training import Options

OPTIONS = Options("sgd", 0.01, batch_size=10, epochs=100, patience=10**6)
RECIPE = Recipe("mine", (3,), "tanh", "auto", 1.0, "he", OPTIONS, (0.1, 1.0, 10.0))


@pytest.fixture
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(perf_counter=lambda: 0.0)
    monkeypatch.setattr("clearprop.experiment.lineup.time", clock)


def lineup(**choices: Any) -> Lineup:
    """On one thread, so that the runs take turns."""
    random = np.random.default_rng(0)
    X = random.normal(size=(100, 2))
    table = Table("made", X, X[:, 0] > 0, ("a", "b"), "y")
    engine = on_threads(choose_engine(), 1)
    return Experiment(table, RECIPE.with_(**choices), engine=engine)._selection.lineup


def within(pace: float, seconds: float, refit_rows: int = 0, **choices: Any) -> Shortened:
    made = lineup(**choices)

    class Paced(Lineup):
        def _pace(self, seconds: float) -> float:
            return pace

    paced = Paced(**{name: getattr(made, name) for name in made.__dataclass_fields__})
    return paced.within(seconds, refit_rows)


@pytest.mark.usefixtures("_stopped_clock")
def test_a_time_that_is_long_enough_leaves_all() -> None:
    found = within(pace=0.001, seconds=1.0)
    assert found.lineup.recipe == RECIPE
    assert found.measuring == pytest.approx(0.001)


@pytest.mark.usefixtures("_stopped_clock")
@pytest.mark.parametrize(
    ("pace", "seconds", "strengths", "epochs"),
    [
        # 0.85 * 10 s less 0.1 s for measuring make 84 epochs of 0.1 s, 28 for each of three.
        (0.1, 10.01, (0.1, 1.0, 10.0), 28),
        # 24 epochs are 8 for each of three, but 12 for each of two.
        (0.1, 2.95, (1.0, 10.0), 12),
        # 11 epochs are enough for one alone.
        (0.1, 1.42, (1.0,), 11),
        (0.1, 0.5, (1.0,), 3),
        # One epoch always stays.
        (60.0, 1.0, (1.0,), 1),
    ],
)
def test_what_fits(pace: float, seconds: float, strengths: tuple[float, ...], epochs: int) -> None:
    recipe = within(pace, seconds).lineup.recipe
    assert (recipe.strengths, recipe.options.epochs) == (strengths, epochs)


@pytest.mark.usefixtures("_stopped_clock")
def test_the_refit_and_a_bag_take_their_share() -> None:
    made = lineup(bag=2)
    assert within(0.1, 10.0, bag=2).measuring == pytest.approx(0.2)
    # 83 epochs for four runs, or for four and two on as many rows.
    assert within(0.1, 10.0, bag=2).lineup.recipe.options.epochs == 20
    rows = len(made.train)
    assert within(0.1, 10.0, rows, bag=2).lineup.recipe.options.epochs == 13


def test_full_batches_end_at_any_time() -> None:
    found = within(1.0, 0.5, solver="cg")
    assert (found.lineup.recipe.options.epochs, found.measuring) == (100, 0.0)


def test_the_pace_is_measured_without_a_trace() -> None:
    made = replace(lineup(epochs=10**6), callbacks=(lambda event: pytest.fail("a callback"),))
    started = time.perf_counter()
    pace = made._pace(0.05)
    assert 0 < pace < time.perf_counter() - started
    assert all(candidate.training.state.step == 0 for candidate in made.candidates())
