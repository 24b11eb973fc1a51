"""Several training runs at once, each in a thread of its own.

The native core computes without Python's lock, so as many runs train at once as there are
processors. No run depends on another one, so the bits are those of the runs one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import Empty, SimpleQueue

from clearprop.engines.threads import usable_processors
from clearprop.errors import DivergenceError, raise_problems, whole_problems
from clearprop.training.events import Ended, Event
from clearprop.training.interrupt import Interrupt
from clearprop.training.loop import Training

__all__ = ["side_by_side"]

_LOOK = 0.05  # seconds between two looks for Ctrl-C while no event comes


def side_by_side(
    trainings: Sequence[Training],
    train: Callable[[int], Iterable[Event]],
    deadline: Callable[[], bool] = lambda: False,
    threads: int | None = None,
) -> Iterator[tuple[int, Event | DivergenceError]]:
    """Train all runs; yield each event with the number of its run, counted from 0.

    Parameters
    ----------
    trainings
        The runs, one at least. Each one has an engine that leaves threads to the others.
    train
        Gives the events of a run by its number: ``iter(trainings[i])``, or with a checkpoint.
    deadline
        Asked now and then: True ends all runs after their current slices, like Ctrl-C.
    threads
        How many runs train at once; None: as many as there are processors. Where that is the
        number of processors, one run more trains, so that none idles while the last runs end.

    Yields
    ------
    The number of a run and an event of it, or the DivergenceError that ended it. Runs that had not
    begun at Ctrl-C or at the deadline yield nothing.

    Raises
    ------
    ParameterError
        Without any run, or for a number of threads that is no whole number of at least 1.
    KeyboardInterrupt
        At the second Ctrl-C. The first one ends all runs after their current slices.

    Examples
    --------
    >>> from clearprop import Network, Options
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]
    >>> runs = [Training(Network((2, 1)), [0, 0, 0], X, Y, Options(epochs=n)) for n in (2, 3)]
    >>> last = dict(side_by_side(runs, lambda i: iter(runs[i])))
    >>> last[0].epochs, last[1].epochs
    (2, 3)
    """
    problems = [] if len(trainings) else ["trainings: expected at least one run; got none"]
    if threads is not None:
        problems += whole_problems("threads", threads, least=1)
    raise_problems(problems)
    for training in trainings:
        training.stop(False)  # of a call before this one
    processors = usable_processors()
    threads = processors if threads is None else threads
    workers = min(len(trainings), threads + (threads == processors))
    interrupt = Interrupt()
    return interrupt.around(_events(trainings, train, deadline, workers, interrupt))


def _events(
    trainings: Sequence[Training],
    train: Callable[[int], Iterable[Event]],
    deadline: Callable[[], bool],
    workers: int,
    interrupt: Interrupt,
) -> Generator[tuple[int, Event | DivergenceError], None, None]:
    """The events of all runs, trained in so many threads."""
    events: SimpleQueue[tuple[int, Event | BaseException | None]] = SimpleQueue()
    stopping = ""  # the reason, once all runs are asked to end

    def work(i: int) -> None:
        try:
            if not stopping:
                for event in train(i):
                    events.put((i, event))
            events.put((i, None))
        except BaseException as error:
            events.put((i, error))

    with ThreadPoolExecutor(workers) as pool:
        try:
            for i in range(len(trainings)):
                pool.submit(work, i)
            open_runs = len(trainings)
            while open_runs:
                if not stopping and (interrupt.asked or deadline()):
                    stopping = "interrupted" if interrupt.asked else "time"
                    for training in trainings:
                        training.stop()
                try:
                    i, event = events.get(timeout=_LOOK)
                except Empty:
                    continue
                if event is None or isinstance(event, BaseException):
                    open_runs -= 1
                if isinstance(event, DivergenceError):
                    yield i, event
                elif isinstance(event, BaseException):
                    raise event
                elif isinstance(event, Ended) and event.reason == "stopped" and stopping:
                    yield i, replace(event, reason=stopping)
                elif event is not None:
                    yield i, event
        finally:
            stopping = "interrupted"
            for training in trainings:
                training.stop()
