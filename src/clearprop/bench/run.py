"""Times the works: every peer in turn, round after round, so that disturbances hit all of them."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from clearprop.bench.peers import PEERS
from clearprop.bench.quiet import wait_until_quiet
from clearprop.bench.roofline import Roofline
from clearprop.bench.works import WORKS
from clearprop.engines.choice import choose_engine
from clearprop.engines.threads import usable_threads
from clearprop.errors import one_of, raise_problems


def chosen(names: Sequence[str]) -> list[str]:
    """The works whose names begin like that: G for G1, G2 and G3. No names stand for all works.

    Raises
    ------
    ParameterError
        For unknown names, all of them at once.

    Examples
    --------
    >>> chosen(["A", "G"])
    ['A', 'G1', 'G2', 'G3']
    >>> chosen(["H"])
    Traceback (most recent call last):
    clearprop.errors.ParameterError: works: expected one of A, B, C, C2, D, D2, E, F, G1, G2,
    G3; got 'H'
    """
    found: list[str] = []
    problems: list[str] = []
    for name in names or WORKS:
        begun = [work for work in WORKS if work.startswith(name.upper())] if name else []
        problems += [] if begun else one_of("works", name, list(WORKS))
        found += begun
    raise_problems(problems)
    return list(dict.fromkeys(found))


def run(
    works: Sequence[str] = (),
    seconds: float = 60.0,
    peers: Sequence[str] | None = None,
    say: Callable[[str], object] = lambda text: None,
) -> dict[str, Any]:
    """Time `works` beside those `peers` that are installed.

    Parameters
    ----------
    works
        Names of :data:`~clearprop.bench.works.WORKS`; without names, all of them.
    seconds
        About how long to measure all works together. Each work has at least one round. Loading and
        compiling are not counted.
    peers
        Names of :data:`~clearprop.bench.peers.PEERS`; None: all.
    say
        Called with a line whenever a work begins or a peer is left out.

    Returns
    -------
    JSON values: ``about`` the machine and the versions; for each work in ``results`` the
    ``seconds`` of every trial of every peer, their ``medians``, the ``limit``, and the ``ratios``
    to Clearprop.

    Examples
    --------
    >>> found = run(["G1"], seconds=0.1, peers=["clearprop", "numpy"])
    >>> sorted(found["results"]["G1"]["medians"])
    ['clearprop', 'numpy']
    """
    names = chosen(works)
    roofline = Roofline()
    results = {}
    for name in names:
        results[name] = _measure(name, peers or list(PEERS), seconds / len(names), roofline, say)
    return {"about": _about(roofline), "results": results}


def _measure(
    name: str,
    peers: Sequence[str],
    seconds: float,
    roofline: Roofline,
    say: Callable[[str], object],
) -> dict[str, Any]:
    work = WORKS[name]
    say(f"{name}: {work.what}")
    trials = {}
    for peer in peers:
        try:
            trial = PEERS[peer](work)
            if trial is not None:
                trial()  # compiles, and warms the caches
                trials[peer] = trial
        except ImportError:
            say(f"{name}: {peer} is not installed")
        except Exception as error:  # any error of a peer: the others are timed all the same
            say(f"{name}: {peer} left out: {type(error).__name__}: {error}"[:200])
    found: dict[str, list[float]] = {peer: [] for peer in trials}
    start = time.perf_counter()
    while not found["clearprop"] or time.perf_counter() - start < seconds:
        roofline.measure(work)
        for peer, trial in trials.items():
            wait_until_quiet()
            found[peer].append(trial())
    medians = {peer: statistics.median(times) for peer, times in found.items()}
    mine = medians["clearprop"]
    return {
        "what": work.what,
        "seconds": found,
        "medians": medians,
        "limit": roofline.seconds(work),
        "ratios": {peer: median / mine for peer, median in medians.items()},
    }


def _about(roofline: Roofline) -> dict[str, Any]:
    versions = {}
    for package in ("clearprop", "numpy", "scipy", "scikit-learn", "torch", "jax"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "threads": usable_threads(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "engine": choose_engine().name,
        "versions": versions,
        "flops": roofline.flops,
        "updates": roofline.updates,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
