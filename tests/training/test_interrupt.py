"""Ctrl-C ends training after the minibatch under way, and keeps the model."""

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from clearprop.engines.reference import ReferenceEngine, ReferenceSession
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.training import (
    Ended,
    EpochEnded,
    Event,
    GradientChecked,
    Options,
    Progress,
    Training,
)
from clearprop.training.full_batch import minimize
from clearprop.training.interrupt import Interrupt, Termination

NETWORK = Network((3, 4, 2), cost="softmax")
X = np.random.default_rng(0).normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)


@pytest.fixture(autouse=True)
def _default_handler() -> Iterator[None]:
    """Every test starts with Python's own handler, and leaves it behind."""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def training(solver: str = "adam", epochs: int = 100_000, **others: object) -> Training:
    options = Options(solver, epochs=epochs, batch_size=4, tol=0, patience=10**9)
    return Training(NETWORK, initial_theta(NETWORK, 0), X, Y, options, **others)


def finite_and_moved(run: Training) -> bool:
    moved = not np.array_equal(run.theta, initial_theta(NETWORK, 0))
    return moved and bool(np.isfinite(run.theta).all())


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "cg"])
def test_a_signal_from_outside_ends_the_run(solver: str) -> None:
    def press(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 1:
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    # SciPy's solvers get a slow engine, so that there is time for Ctrl-C, and never meet their tol.
    class SlowSession(ReferenceSession):
        def cost_and_gradient(self, *args: Any, **others: Any) -> tuple[float, Array]:
            threading.Event().wait(0.005)
            return super().cost_and_gradient(*args, **others)

    class Slow(ReferenceEngine):
        name = "slow"

        def open(self, network: Network, state: Any, rows: Any = None, update: Any = None) -> Any:
            return SlowSession(network, state, rows, update)

    run = training(solver, callbacks=[press], engine=Slow() if solver != "adam" else "reference")
    last = run.run()
    assert last.reason == "interrupted"
    assert 0 < last.epochs < 100_000
    assert finite_and_moved(run)
    assert not [t for t in threading.enumerate() if "clearprop" in t.name]


def test_it_ends_after_the_minibatch_under_way() -> None:
    def press(event: Event) -> None:
        if isinstance(event, Progress) and event.done > 2.25:
            signal.raise_signal(signal.SIGINT)

    run = training(callbacks=[press], slice_seconds=0)  # slices of one minibatch
    events = list(run)
    # 10 minibatches an epoch: pressed after the third one of the third epoch, and not one more.
    assert run.state.step == 23
    assert (run.state.epoch, run.state.position) == (2, 3)
    assert events[-2] == Progress(2.3, 100_000)
    assert isinstance(events[-1], Ended)
    assert (events[-1].reason, events[-1].epochs) == ("interrupted", 2)
    assert len(run.history.costs) == 2
    assert finite_and_moved(run)


@pytest.mark.parametrize("solver", ["sgd", "cg"])
def test_a_second_one_raises(solver: str) -> None:
    def press_twice(event: Event) -> None:
        if not isinstance(event, GradientChecked):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    run = training(solver, callbacks=[press_twice])
    with pytest.raises(KeyboardInterrupt):
        list(run)
    assert finite_and_moved(run)
    assert not [t for t in threading.enumerate() if "clearprop" in t.name]


def test_the_handler_is_back_when_training_is_given_up_or_fails() -> None:
    events = iter(training())
    next(events)
    assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    events.close()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def fail(event: Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        training(callbacks=[fail]).run()


def test_a_run_can_be_taken_up_again_after_an_interruption() -> None:
    pressed = training(
        epochs=4,
        slice_seconds=0,  # slices of one minibatch
        callbacks=[
            lambda event: (
                isinstance(event, Progress)
                and 1 < event.done < 2
                and signal.raise_signal(signal.SIGINT)
            )
        ],
    )
    assert pressed.run().reason == "interrupted"
    again = training(epochs=4, state=pressed.state, history=pressed.history)
    assert again.run().reason == "epochs"
    whole = training(epochs=4)
    whole.run()
    assert again.theta.tobytes() == whole.theta.tobytes()
    np.testing.assert_allclose(again.history.costs, whole.history.costs, rtol=1e-14)


def test_elsewhere_than_in_the_main_thread_it_does_nothing() -> None:
    reasons: list[str] = []
    thread = threading.Thread(target=lambda: reasons.append(training(epochs=2).run().reason))
    thread.start()
    thread.join()
    assert reasons == ["epochs"]


def test_ctrl_c_in_a_paused_iteration_is_not_swallowed() -> None:
    run = training()
    events = iter(run)
    next(events)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    next(events)  # it goes on
    events.close()


def test_an_interrupt_around_the_iteration_hears_what_comes_between_two_events() -> None:
    run = training()
    with Interrupt() as interrupt:
        for event in run:
            if isinstance(event, Progress):
                signal.raise_signal(signal.SIGINT)
        assert interrupt.asked
    assert isinstance(event, Ended)
    assert event.reason == "interrupted"


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_sigterm_ends_a_run_where_somebody_waits_for_it(solver: str) -> None:
    def end(event: Event) -> None:
        if isinstance(event, GradientChecked):
            signal.raise_signal(signal.SIGTERM)

    run = training(solver, callbacks=[end])
    with Termination() as termination:
        assert run.run().reason == "interrupted"
        # A second one ends the process.
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert termination.asked
    run = training(epochs=2)
    assert run.run().reason == "epochs"


def test_lbfgs_stops_in_the_middle_of_an_iteration() -> None:
    """One iteration of a line search may take many costs of a large network."""
    looked = threading.Event()

    def slow(theta: Array) -> tuple[float, Array]:
        looked.wait()
        return 1.0, np.ones(2)

    def asked() -> bool:
        looked.set()
        return True

    assert list(minimize(slow, np.zeros(2), Options("lbfgs"), asked)) == []
    assert not [t for t in threading.enumerate() if "clearprop" in t.name]


def test_somebody_elses_handler_stays() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with Interrupt() as interrupt:
            signal.raise_signal(signal.SIGINT)
        assert heard == [signal.SIGINT]
        assert not interrupt.asked
    finally:
        signal.signal(signal.SIGINT, before)
