"""Several runs at once: the bits of one after another, and how they end."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from clearprop.engines.choice import choose_engine, on_threads
from clearprop.errors import DivergenceError, ModelFileError, ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import Ended, EpochEnded, Event, Options, Training
from clearprop.training.side_by_side import side_by_side


def runs(iris: tuple[Array, Array], n: int = 3, **options: Any) -> list[Training]:
    X, y = iris
    engine = on_threads(choose_engine(), 1)
    made = []
    for i in range(n):
        network = Network((4, 5, 3), "relu", "softmax", 0.1 * i)
        theta = initial_theta(network, i, "he", np.float32)
        chosen = Options(**{"epochs": 4, "batch_size": 40, "seed": i, **options})
        made.append(Training(network, theta, X, y, chosen, engine=engine, slice_seconds=0))
    return made


def test_the_bits_are_those_of_one_after_another(iris: tuple[Array, Array]) -> None:
    together, alone = runs(iris), runs(iris)
    events = list(side_by_side(together, lambda i: iter(together[i])))
    for i, training in enumerate(alone):
        own = list(training)
        assert [type(event) for j, event in events if j == i] == [type(event) for event in own]
        assert together[i].theta.tobytes() == training.theta.tobytes()
        assert together[i].history.costs == training.history.costs


@pytest.mark.parametrize(
    ("threads", "processors", "most"), [(1, 8, 1), (2, 8, 2), (2, 2, 3), (None, 1, 2)]
)
def test_no_more_runs_train_at_once_than_asked_for(
    iris: tuple[Array, Array],
    threads: int | None,
    processors: int,
    most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And one more on all processors, so that none idles at the end."""
    monkeypatch.setattr("clearprop.training.side_by_side.usable_processors", lambda: processors)
    together, names = runs(iris, 5), set()

    def events(i: int) -> Iterator[Event]:
        names.add(threading.current_thread().name)
        return iter(together[i])

    assert {i for i, _ in side_by_side(together, events, threads=threads)} == set(range(5))
    assert len(names) <= most


def test_there_is_a_run_and_a_thread(iris: tuple[Array, Array]) -> None:
    with pytest.raises(ParameterError, match=r"^trainings: expected at least one run; got none$"):
        list(side_by_side([], lambda i: []))
    (one,) = runs(iris, 1)
    with pytest.raises(ParameterError) as caught:
        list(side_by_side([one], lambda i: iter(one), threads=0))
    assert str(caught.value) == "threads: expected a whole number of at least 1; got 0"


def test_an_error_in_a_thread_is_raised(iris: tuple[Array, Array]) -> None:
    together = runs(iris, epochs=100_000)

    def events(i: int) -> Iterator[Event]:
        if i == 1:
            raise ModelFileError("run-2: was made with other choices")
        return iter(together[i])

    with pytest.raises(ModelFileError, match=r"^run-2: was made with other choices$"):
        list(side_by_side(together, events))
    assert all(training.state.epoch < 100_000 for training in together)


def test_a_run_that_diverges_loses_no_other(iris: tuple[Array, Array]) -> None:
    together = runs(iris, 2)
    X, y = iris
    start = initial_theta(together[0].network, 0)
    far = Options("sgd", learning_rate=1e200, epochs=4)
    together.insert(1, Training(together[0].network, start, 1e150 * X, y, far))
    with np.errstate(all="ignore"):
        events = list(side_by_side(together, lambda i: iter(together[i])))
    (diverged,) = [(i, e) for i, e in events if isinstance(e, DivergenceError)]
    assert diverged[0] == 1
    assert [i for i, event in events if isinstance(event, Ended)] != []
    assert [training.state.epoch for training in together][::2] == [4, 4]


def test_the_deadline_ends_all(iris: tuple[Array, Array]) -> None:
    together = runs(iris, epochs=100_000)
    seen: list[Event] = []
    ends = []
    for i, event in side_by_side(together, lambda i: iter(together[i]), lambda: len(seen) > 50):
        seen.append(event)
        if isinstance(event, Ended):
            ends.append((i, event.reason))
    assert sorted(ends) == [(i, "time") for i, _ in sorted(ends)]
    assert 1 <= len(ends) <= 3
    # Afterwards they can go on.
    for training in together:
        training.options = Options(epochs=training.state.epoch + 1, batch_size=40)
    goals = [training.state.epoch + 1 for training in together]
    list(side_by_side(together, lambda i: iter(together[i])))
    assert [training.state.epoch for training in together] == goals


def test_what_leaves_the_loop_stops_the_runs(iris: tuple[Array, Array]) -> None:
    together = runs(iris, epochs=100_000)
    before = threading.active_count()
    events = side_by_side(together, lambda i: iter(together[i]))
    for _, event in events:
        if isinstance(event, EpochEnded):
            break
    events.close()  # type: ignore[attr-defined]
    assert threading.active_count() <= before
    assert all(training.state.epoch < 100_000 for training in together)


INTERRUPTED = """
import os, signal, sys
import numpy as np
from clearprop import Network, Options, Training, initial_theta
from clearprop.training import Ended
from clearprop.training.interrupt import Interrupt
from clearprop.training.side_by_side import side_by_side

signal.signal(signal.SIGINT, signal.default_int_handler)
network = Network((2, 3, 1))
X = np.random.default_rng(0).normal(size=(200, 2))
options = Options(epochs=10**6, patience=10**9)
runs = [Training(network, initial_theta(network, i), X, X[:, 0] > 0, options) for i in range(3)]
presses = int(sys.argv[1])
with Interrupt():  # between two events Ctrl-C is a wish as well
    for n, (i, event) in enumerate(side_by_side(runs, lambda i: iter(runs[i]))):
        if n == 20:
            os.kill(os.getpid(), signal.SIGINT)
            if presses == 2:
                os.kill(os.getpid(), signal.SIGINT)
        if isinstance(event, Ended):
            print(event.reason, event.epochs < 10**6, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_ends_all_and_a_second_one_at_once(presses: int) -> None:
    command = [sys.executable, "-c", INTERRUPTED, str(presses)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if presses == 1:
        assert done.returncode == 0, done.stderr
        assert set(done.stdout.splitlines()) == {"interrupted True"}
    else:
        assert done.returncode in (-signal.SIGINT, 130)
        assert done.stderr.rstrip().endswith("KeyboardInterrupt")
