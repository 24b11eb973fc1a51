"""How many threads a computation may have."""

from __future__ import annotations

import functools
import os

# A library may set the variable later on, as a cluster of Dask in this process does.
_AT_START = os.environ.get("OMP_NUM_THREADS")


def usable_threads() -> int:
    """How many threads this process may use: its processors, or fewer by ``OMP_NUM_THREADS``.

    Examples
    --------
    >>> 1 <= usable_threads() <= usable_processors()
    True
    """
    count = usable_processors()
    asked = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    return max(1, min(count, int(asked))) if asked.isdigit() else count


def threads_were_taken() -> bool:
    """Whether something in this process has lowered ``OMP_NUM_THREADS`` since this was loaded.

    Examples
    --------
    >>> threads_were_taken()
    False
    """
    changed = os.environ.get("OMP_NUM_THREADS") != _AT_START
    return changed and usable_threads() < usable_processors()


def usable_processors() -> int:
    """How many processors this process may use: those of its affinity, or its container's limit.

    Examples
    --------
    >>> usable_processors() >= 1
    True
    """
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        count = os.cpu_count() or 1
    limit = _container_limit()
    return count if limit is None else min(count, limit)


@functools.cache  # to read the file takes as long as to predict one row
def _container_limit() -> int | None:
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as limit:
            quota, period = limit.read().split()
        return max(1, round(int(quota) / int(period)))
    except (OSError, ValueError):
        return None  # there is no limit, or it stands elsewhere
