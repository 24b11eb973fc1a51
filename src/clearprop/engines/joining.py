"""How several processes come together: by a coordinator that is named, or by a launcher."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator

from clearprop.engines.team import Team
from clearprop.engines.watchdog import end_process
from clearprop.errors import EngineError

__all__ = ["join"]

_COMING = 60.0  # seconds for all processes to come, at least


def join(
    coordinator: str | None = None,
    processes: int | None = None,
    process: int | None = None,
    *,
    seconds: float = 60.0,
    tell: Callable[[str], str] = str,
) -> Team:
    """Join the other processes; returns when all are there.

    Parameters
    ----------
    coordinator, processes, process
        Where process 0 listens, as ``"host:port"``, how many there are, and which one this is.
        None: the launcher (Slurm, Open MPI, Kubernetes) tells.
    seconds
        After so many seconds without a step by any process all end.
    tell
        Translates the line that is printed then.

    Raises
    ------
    EngineError
        Without JAX, without a launcher, or where the others do not come.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # one line is enough where one is gone
    try:
        import jax  # optional, and it takes a second to load
    except ImportError:
        raise EngineError(
            "distributed: needs JAX, which is not installed: pip install 'clearprop[jax]'"
        ) from None
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_default_matmul_precision", "highest")  # on GPUs, too
    jax.config.update("jax_enable_preemption_service", False)  # SIGTERM is a wish; see Team.asked
    own = coordinator is not None
    bind = None
    if coordinator is not None and coordinator.rpartition(":")[0] in ("127.0.0.1", "localhost"):
        bind = coordinator  # by default it would listen to other machines, too
    patience = max(_COMING, seconds)
    try:
        with _quiet(), _in_time(patience, tell):
            jax.distributed.initialize(
                coordinator,
                processes,
                process,
                cluster_detection_method="deactivate" if own else None,
                initialization_timeout=int(2 * patience),  # JAX would abort
                # The watchdog comes first: its line names the process.
                heartbeat_timeout_seconds=int(max(100, 3 * seconds)),
                shutdown_timeout_seconds=10,
                coordinator_bind_address=bind,
            )
            return Team(jax, seconds, tell)
    except (RuntimeError, ValueError, OSError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        if not own and isinstance(error, ValueError):
            raise EngineError(
                "distributed: no launcher is known here (Slurm, Open MPI, Kubernetes): name the "
                "processes with coordinator, processes and process (--coordinator HOST:PORT "
                "--processes N --process I), or start them on this machine with local (--local N)"
            ) from None
        raise EngineError(f"distributed: could not join the other processes: {first}") from None


@contextlib.contextmanager
def _in_time(seconds: float, tell: Callable[[str], str]) -> Iterator[None]:
    """End this process in one line where the block takes longer."""

    def late() -> None:
        end_process(tell, f"distributed: the other processes have not come within {seconds:g} s")

    timer = threading.Timer(seconds, late)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Gloo says on standard output that it is connected; results are printed there."""
    sys.stdout.flush()
    kept = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, TypeError, AttributeError):  # not on every system
            ctypes.CDLL(None).fflush(None)  # it may lie in C's memory for a pipe until the end
        os.dup2(kept, 1)
        os.close(kept)
        os.close(null)
