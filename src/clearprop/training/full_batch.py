"""SciPy's L-BFGS and conjugate gradients as iterators over their iterations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from clearprop.network.architecture import Array
from clearprop.training.options import Options


@dataclass(frozen=True)
class Iteration:
    """The parameters after an iteration, and their cost."""

    theta: Array
    cost: float


@dataclass(frozen=True)
class Outcome:
    """The end of a solver: its last parameters, and whether it met its tolerance."""

    theta: Array
    cost: float
    converged: bool


_Message = Iteration | Outcome | BaseException

_LOOK = 0.05  # seconds between two looks for Ctrl-C while SciPy computes


class _Stopped(BaseException):
    """Raised inside of SciPy, which catches no such thing, to end it in the middle of a search."""


def minimize(
    function: Callable[[Array], tuple[float, Array]],
    theta: Array,
    options: Options,
    asked: Callable[[], bool] = lambda: False,
) -> Generator[Iteration | Outcome, None, None]:
    """Yield an :class:`Iteration` after each one, then an :class:`Outcome`.

    SciPy keeps its thread until it is done and calls back after each iteration. The training loop
    asks for one iteration at a time. So SciPy runs in a thread of its own and waits after each
    iteration until the next one is asked for. Closing the iterator stops it.

    An iteration may try many points. Once `asked` returns True, SciPy is stopped before the next
    point, and the iterator ends without an outcome.
    """
    messages: SimpleQueue[_Message] = SimpleQueue()
    go_on = threading.Semaphore(0)
    stop = threading.Event()

    def after_iteration(intermediate_result: Any) -> None:
        messages.put(Iteration(intermediate_result.x.copy(), float(intermediate_result.fun)))
        go_on.acquire()
        if stop.is_set():
            raise StopIteration

    def at(point: Array) -> tuple[float, Array]:
        if stop.is_set():
            raise _Stopped
        return function(point)

    def solve() -> None:
        try:
            messages.put(_solve(at, theta, options, after_iteration))
        except BaseException as error:  # it is raised in the thread that asked
            messages.put(error)

    thread = threading.Thread(target=solve, name=f"clearprop-{options.solver}", daemon=True)
    thread.start()
    try:
        while True:
            try:
                message = messages.get(timeout=_LOOK)
            except Empty:
                if asked():
                    return
                continue
            if isinstance(message, BaseException):
                raise message
            yield message
            if isinstance(message, Outcome):
                return
            go_on.release()
    finally:
        stop.set()
        go_on.release()
        thread.join()


def _solve(
    function: Callable[[Array], tuple[float, Array]],
    theta: Array,
    options: Options,
    callback: Callable[..., None],
) -> Outcome:
    import scipy.optimize  # inside for start-up time: it loads slowly, and two solvers need it

    if options.solver == "lbfgs":
        method, limits = "L-BFGS-B", {"maxfun": options.max_evaluations}
    else:
        method, limits = "CG", {}
    # A cost that overflows becomes infinite, and the training loop reports that.
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        result = scipy.optimize.minimize(
            function,
            theta,
            method=method,
            jac=True,
            callback=callback,
            options={"maxiter": options.epochs, "gtol": options.tol, **limits},
        )
    # Status 1 is "out of iterations or evaluations". Status 2 is a line search that finds nothing
    # better at this precision: that is an end too.
    return Outcome(result.x, float(result.fun), converged=result.status in (0, 2))
