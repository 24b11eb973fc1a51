"""What depends on the engine: the warnings of training, and how an epoch is cut into slices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from clearprop import Network, initial_theta
from clearprop.engines import choice, threads
from clearprop.engines.protocol import Engine, Rows, Session, TrainingState, Update
from clearprop.engines.reference import ReferenceEngine, ReferenceSession
from clearprop.network.architecture import Array
from clearprop.training import loop
from clearprop.training.events import EpochEnded, Progress
from clearprop.training.loop import Training
from clearprop.training.options import Options

NETWORK = Network((2, 1))
ROWS = np.random.default_rng(0).random((3000, 2))


def training(engine: object, **options: object) -> Training:
    """A run over minibatches of one row."""
    settings = {"epochs": 1, "batch_size": 1, "check_gradient": False, **options}
    return Training(
        NETWORK,
        initial_theta(NETWORK, 0),
        ROWS,
        (ROWS.sum(axis=1) > 1).astype(int),
        Options("sgd", **settings),  # type: ignore[arg-type]
        engine=engine,  # type: ignore[arg-type]
    )


# -- Without the native core ----------------------------------------------------------------------


@pytest.fixture
def without_core(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An install without a compiler, in a process that has not trained yet."""

    def gone() -> Engine:
        raise ImportError("it was built without a C++20 compiler")

    monkeypatch.setitem(choice.ENGINES, "native", gone)
    choice._warn_without_native.cache_clear()
    yield
    choice._warn_without_native.cache_clear()


@pytest.mark.usefixtures("without_core")
def test_it_is_said_once_that_training_will_be_slower() -> None:
    message = (
        r"^the native core is not installed \(it was built without a C\+\+20 compiler\): training "
        r"runs on NumPy and is slower; to get it, install a C\+\+20 compiler and then Clearprop "
        r"once more \(pip install --force-reinstall --no-deps\)$"
    )
    first = training("auto")  # nothing is said before training starts
    with pytest.warns(UserWarning, match=message):
        first.run()
    training("auto").run()  # warnings are errors here: a second one would raise
    assert first.engine.name == "reference"


@pytest.mark.usefixtures("without_core")
@pytest.mark.parametrize("engine", ["reference", ReferenceEngine()])
def test_nothing_is_said_to_those_who_asked_for_the_reference_engine(engine: object) -> None:
    training(engine).run()


@pytest.mark.skipif("native" not in choice.available_engines(), reason="there is no native core")
def test_it_is_said_once_that_a_library_has_taken_the_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "usable_processors", lambda: 4)
    monkeypatch.setattr(choice, "usable_processors", lambda: 4)
    training("auto").run()  # as the process began
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    choice._warn_of_few_threads.cache_clear()
    with pytest.warns(UserWarning, match=r"OMP_NUM_THREADS in this process: training uses 1 of 4"):
        training("auto").run()
    training("auto").run()
    choice._warn_of_few_threads.cache_clear()


# -- Slices: Ctrl-C, progress and checkpoints come between them -----------------------------------


@dataclass
class PacedEngine(ReferenceEngine):
    """Trains nothing; minibatch i takes `seconds(i)` on a clock of its own."""

    seconds: Callable[[int], float]
    now: float = 0.0

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        """A session in which time passes."""
        engine = self

        class Paced(ReferenceSession):
            def advance(
                self, rates: Array, order: Array | None = None, block: Rows | None = None
            ) -> float:
                last = state.position + len(rates)
                engine.now += sum(engine.seconds(i) for i in range(state.position, last))
                state.position = last
                return 1.0

        return Paced(network, state, rows, update)


def gaps(monkeypatch: pytest.MonkeyPatch, seconds: Callable[[int], float]) -> Array:
    """The seconds between an event and the next."""
    engine = PacedEngine(seconds)
    monkeypatch.setattr(loop.time, "perf_counter", lambda: engine.now)
    heard = (event for event in training(engine) if isinstance(event, Progress | EpochEnded))
    return np.diff([0.0, *(engine.now for _ in heard)])


@pytest.mark.parametrize("seconds", [1e-4, 1e-3, 0.01, 0.04])
def test_events_come_within_a_tenth_of_a_second_and_not_in_crowds(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    found = gaps(monkeypatch, lambda i: seconds)
    assert found.max() < 0.1
    assert np.median(found) >= min(0.025, 3000 * seconds / 3)


def test_a_pace_that_halves_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = gaps(monkeypatch, lambda i: 1e-3 if i < 1500 else 2e-3)
    assert found.max() < 0.101


def test_a_minibatch_that_takes_longer_is_a_slice_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = gaps(monkeypatch, lambda i: 0.3)
    assert len(found) == 3000
    np.testing.assert_allclose(found, 0.3)
