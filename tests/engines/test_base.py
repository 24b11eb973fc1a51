"""How an engine is chosen, what the order of an epoch is, and which rows a minibatch holds."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop import Network, cost_and_gradient, predict
from clearprop.engines import base
from clearprop.engines.base import (
    Batches,
    Engine,
    available_engines,
    choose_engine,
    epoch_order,
)
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import EngineError


class FastEngine(ReferenceEngine):
    """Another engine than the reference, so that a choice can be seen."""

    name = "fast"


def gone() -> Engine:
    """Load an engine that is not installed here."""
    raise ImportError("no such library")


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three engines, best first: one that does not load, and two that do."""
    loaders: dict[str, Callable[[], Engine]] = {
        "gone": gone,
        "fast": FastEngine,
        "reference": ReferenceEngine,
    }
    monkeypatch.setattr(base, "ENGINES", loaders)


@pytest.mark.usefixtures("engines")
def test_auto_is_the_best_that_loads() -> None:
    assert available_engines() == ["fast", "reference"]
    assert choose_engine().name == "fast"
    assert choose_engine("auto").name == "fast"
    assert choose_engine("reference").name == "reference"


@pytest.mark.usefixtures("engines")
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            "gone",
            "engine: gone is not installed here: no such library; expected auto, fast or reference",
        ),
        ("zzz", "engine: expected auto, fast or reference; got 'zzz'"),
        (
            "Fats",
            "engine: expected auto, fast or reference; got 'Fats' (did you mean \"fast\"?)",
        ),
        (
            "uato",
            "engine: expected auto, fast or reference; got 'uato' (did you mean \"auto\"?)",
        ),
        (None, "engine: expected a name or an Engine; got NoneType"),
        (7, "engine: expected a name or an Engine; got int"),
    ],
)
def test_an_engine_that_is_not_there_is_named(asked: object, message: str) -> None:
    with pytest.raises(EngineError, match="^" + re.escape(message) + "$"):
        choose_engine(asked)  # type: ignore[arg-type]


def test_without_a_core_native_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base.importlib.util, "find_spec", lambda name: None)
    assert available_engines() == ["reference"]
    assert choose_engine().name == "reference"
    message = (
        "engine: native is not installed here: it was built without a C++20 compiler; "
        "expected auto or reference"
    )
    with pytest.raises(EngineError, match="^" + re.escape(message) + "$"):
        choose_engine("native")


def test_the_reference_engine_is_always_there() -> None:
    assert available_engines()[-1] == "reference"
    assert isinstance(choose_engine("reference"), Engine)


def test_an_engine_is_itself_and_is_the_one_that_computes() -> None:
    asked = []

    class Spy(ReferenceEngine):
        def cost_and_gradient(self, *arguments, **options):  # type: ignore[no-untyped-def]
            asked.append("cost_and_gradient")
            return super().cost_and_gradient(*arguments, **options)

        def predict(self, *arguments, **options):  # type: ignore[no-untyped-def]
            asked.append("predict")
            return super().predict(*arguments, **options)

    spy = Spy()
    assert choose_engine(spy) is spy
    cost_and_gradient(Network((2, 1)), np.zeros(3), [[1, 2]], [1], engine=spy)
    predict(Network((2, 1)), np.zeros(3), [[1, 2]], engine=spy)
    assert asked == ["cost_and_gradient", "predict"]


# -- The order of an epoch ------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**63), st.integers(0, 10**6), st.integers(1, 200))
def test_an_order_is_a_permutation_that_seed_and_epoch_determine(
    seed: int, epoch: int, rows: int
) -> None:
    order = epoch_order(seed, epoch, rows)
    assert sorted(order.tolist()) == list(range(rows))
    assert order.dtype == np.int64
    np.testing.assert_array_equal(order, epoch_order(seed, epoch, rows))


def test_seeds_and_epochs_differ() -> None:
    orders = {epoch_order(seed, epoch, 50).tobytes() for seed in range(20) for epoch in range(20)}
    assert len(orders) == 400  # seed 1, epoch 0 is not seed 0, epoch 1


def test_every_sample_comes_first_about_as_often() -> None:
    first = np.bincount([epoch_order(3, epoch, 5)[0] for epoch in range(1000)], minlength=5)
    assert (abs(first - 200) < 5 * np.sqrt(1000 * 0.2 * 0.8)).all()


# -- Minibatches ----------------------------------------------------------------------------------


def batches(rows: int, size: int, order: object = None) -> Batches:
    """Batches over `rows` samples."""
    X = np.arange(float(rows))[:, None]
    return Batches(X, X, None, order, size, 0, -(-rows // size), rows)  # type: ignore[arg-type]


def test_minibatches_hold_every_row_once_and_the_last_may_be_smaller() -> None:
    order = np.array([3, 0, 4, 2, 1])
    shuffled = batches(5, 2, order)
    assert [shuffled.rows(i).tolist() for i in range(3)] == [[3, 0], [4, 2], [1]]
    plain = batches(5, 2)
    assert [plain.X[plain.rows(i)].ravel().tolist() for i in range(3)] == [[0, 1], [2, 3], [4]]


def test_a_minibatch_larger_than_the_data_is_the_data() -> None:
    assert batches(3, 100).rows(0) == slice(0, 3)
    assert batches(3, 100, np.array([2, 0, 1])).rows(0).tolist() == [2, 0, 1]


def test_unshuffled_minibatches_are_views() -> None:
    plain = batches(6, 4)
    assert np.shares_memory(plain.X[plain.rows(1)], plain.X)
