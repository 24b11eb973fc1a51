"""Many short fits in one process: memory, threads and descriptors must stay flat.

``make soak`` runs 100,000 of them: both estimators, every solver, both dtypes and several sizes.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
import time
import warnings
from pathlib import Path

import numpy as np

import clearprop

FLAT = 20 << 20  # bytes by which memory may grow after the first tenth
SOLVERS = ("adam", "sgd", "gd", "adamw", "lbfgs", "cg")


def now() -> tuple[int, int, int]:
    """Bytes of memory, threads and open descriptors of this process."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    memory = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) << 10
    threads = int(re.search(r"Threads:\s+(\d+)", status)[1])
    return memory, threads, len(os.listdir("/proc/self/fd"))


def fit(number: int, draw: np.random.Generator) -> None:
    """One short fit. Its size, solver and dtype depend on its number.

    Nine of ten are the loop alone, without the gradient check, which would take most of the time;
    the tenth is an estimator's, with all that belongs to it.
    """
    m, n = 8 + number % 40, 1 + number % 7
    X = draw.normal(size=(m, n)).astype((np.float32, np.float64)[number % 2])  # (m, n)
    y = np.arange(m) % 2  # (m,)
    solver, hidden = SOLVERS[number // 10 % len(SOLVERS)], ((), (3,), (4, 2))[number % 3]
    if number % 10:
        network = clearprop.Network((n, *hidden, 1))
        theta = draw.normal(size=network.n_parameters).astype(X.dtype)
        options = clearprop.Options(solver, epochs=2, check_gradient=False)
        clearprop.Training(network, theta, X, y.astype(X.dtype), options).run()
        return
    kind = clearprop.MLPRegressor if number % 20 else clearprop.MLPClassifier
    estimator = kind(hidden_layer_sizes=hidden, solver=solver, max_iter=2, random_state=number)
    estimator.fit(X, y)
    estimator.predict(X)


def run() -> int:
    """The command. Exit code 1 if something grew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fits", type=int, default=100_000)
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # two epochs are too few
    draw = np.random.default_rng(0)
    warm = max(given.fits // 10, 1)
    started, first = time.process_time(), now()
    for number in range(given.fits):
        fit(number, draw)
        if number + 1 == warm:
            first = now()
        if (number + 1) % warm == 0:
            memory, threads, files = now()
            print(
                f"{number + 1:8,} fits: {memory / 2**20:7.1f} MiB, {threads} threads, "
                f"{files} descriptors, {time.process_time() - started:.0f} s of CPU",
                flush=True,
            )
    last = now()
    grown = last[0] - first[0]
    print(
        f"after the first tenth: {grown / 2**20:+.1f} MiB, {last[1] - first[1]:+} threads, "
        f"{last[2] - first[2]:+} descriptors"
    )
    return int(grown > FLAT or last[1] > first[1] or last[2] > first[2])


if __name__ == "__main__":
    sys.exit(run())
