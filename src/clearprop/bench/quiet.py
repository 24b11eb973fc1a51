"""A pause before each trial, the same for every peer, until the threads of the others sleep.

Idle threads of a pool look for work for a while before they sleep. PyTorch's, under GNU OpenMP,
do so for about 8 ms; Clearprop's and XLA's for well under 1 ms. They use processors that the next
peer needs. On two cores Clearprop took 1.5 times as long for work F right after PyTorch as after
itself, and JAX 1.2 times. After 5 ms of sleep both took at most 1.1 times as long. Longer sleeps do
not help: from 50 ms on every peer was slower, some by a factor of two, whoever had run before. The
time that a pool spends looking for work during its own trial counts in that trial.
"""

from __future__ import annotations

import time

PIECE = 0.005  # seconds; see above


def wait_until_quiet(longest: float = 0.5) -> None:
    """Sleep until no thread of this process computes, at most `longest` seconds.

    Examples
    --------
    >>> wait_until_quiet()
    """
    end = time.perf_counter() + longest
    busy = PIECE
    while busy > PIECE / 10 and time.perf_counter() < end:
        before = time.process_time()
        time.sleep(PIECE)
        busy = time.process_time() - before
