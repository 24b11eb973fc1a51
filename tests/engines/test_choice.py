"""How an engine is chosen by its name."""

import re
from collections.abc import Callable

import pytest

from clearprop.engines import choice
from clearprop.engines.choice import available_engines, choose_engine
from clearprop.engines.protocol import Engine
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
    monkeypatch.setattr(choice, "ENGINES", loaders)


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
    choice._native_engine.cache_clear()
    monkeypatch.setattr(choice.importlib.util, "find_spec", lambda name: None)
    assert available_engines() == ["reference"]
    assert choose_engine().name == "reference"
    message = (
        "engine: native is not installed here: it was built without a C++20 compiler; "
        "expected auto or reference"
    )
    with pytest.raises(EngineError, match="^" + re.escape(message) + "$"):
        choose_engine("native")


def test_without_jax_its_engine_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        choice.importlib.util, "find_spec", lambda name: None if name == "jax" else 1
    )
    monkeypatch.setitem(choice.ENGINES, "native", gone)
    message = (
        "engine: jax is not installed here: it needs JAX: pip install 'clearprop[jax]'; "
        "expected auto or reference"
    )
    with pytest.raises(EngineError, match="^" + re.escape(message) + "$"):
        choose_engine("jax")


@pytest.mark.skipif("jax" not in available_engines(), reason="JAX is not installed")
def test_jax_is_never_chosen_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(choice.ENGINES, "native", gone)
    assert choose_engine().name == "reference"


def test_an_engine_is_itself() -> None:
    engine = FastEngine()
    assert choose_engine(engine) is engine


def test_the_reference_engine_is_always_there() -> None:
    assert "reference" in available_engines()
    assert isinstance(choose_engine("reference"), Engine)
