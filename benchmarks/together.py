"""L: two fits at once, from two Python threads and from the two workers of a grid search.

A fit of the first network runs on one thread, so two at once have a processor each. A fit of the
others uses as many processors as pay, and two at once share them, so there is less to win.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from clearprop import MLPClassifier

# Hidden layers, rows, inputs, minibatch, epochs: a few tenths of a second each.
NETWORKS = {
    "64-32-10": ((32,), 1800, 64, 32, 300),
    "784-100-10": ((100,), 12_800, 784, 200, 8),
    "784-512-512-10": ((512, 512), 12_800, 784, 256, 3),
}


def measure(args: Any) -> dict[str, Any]:
    """Two fits at once beside one after the other, in seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fits of a fixed number of epochs
        return {name: one(name, args.repeats) for name in NETWORKS}


def one(name: str, repeats: int) -> dict[str, Any]:
    hidden, rows, inputs, batch, epochs = NETWORKS[name]
    generator = np.random.default_rng(0)
    X = generator.random((rows, inputs), np.float32)
    y = generator.integers(0, 10, rows)
    model = MLPClassifier(
        hidden, batch_size=batch, max_iter=epochs, n_iter_no_change=epochs, random_state=0
    )

    def fit(_: int) -> Any:
        return MLPClassifier(**model.get_params()).fit(X, y)

    split = [(np.arange(rows), np.arange(10))]

    def search(jobs: int) -> None:
        grid = {"alpha": [1e-4, 1e-2]}  # a fit each
        GridSearchCV(model, grid, cv=split, n_jobs=jobs, refit=False).fit(X, y)

    with ThreadPoolExecutor(2) as threads:
        ways: dict[str, Callable[[], object]] = {
            "one after the other": lambda: [fit(0), fit(1)],
            "at once": lambda: list(threads.map(fit, range(2))),
            "grid search, n_jobs=1": lambda: search(1),
            "grid search, n_jobs=2": lambda: search(2),
        }
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(repeats + 1):
            for way, run in ways.items():
                start = time.perf_counter()
                run()
                if turn:  # the first starts threads and workers
                    seconds[way].append(time.perf_counter() - start)
    found = {way: statistics.median(times) for way, times in seconds.items()}
    return {
        "seconds": seconds,
        "of each": found,
        "times as fast at once": found["one after the other"] / found["at once"],
        "times as fast with two jobs": found["grid search, n_jobs=1"]
        / found["grid search, n_jobs=2"],
    }
