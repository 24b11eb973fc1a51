"""A pause before each trial, the same for every peer, until the pools of the others sleep.

A pool's threads that have nothing to do go on looking for work for a while (PyTorch's, under GNU
OpenMP, about 8 ms; Clearprop's and XLA's well under one), on processors that the next peer wants.
On two cores, work F right after PyTorch took Clearprop 1.5 times and JAX 1.2 times as long as right
after themselves; after 5 ms of sleep, at most 1.1 times. Longer sleeps are no better: from 50 ms on
every peer was slower, some twice, whoever had run before. What a pool burns while its own trial
runs stays in that trial.
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
