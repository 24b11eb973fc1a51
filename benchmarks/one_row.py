"""One row in process beside scikit-learn: ``python -m benchmarks.one_row``.

The calls take turns, so that a busy moment of the machine meets all of them; medians, in
microseconds.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as Peer

from clearprop import MLPClassifier
from clearprop.data.encoding import Encoder
from clearprop.data.table import Table

HIDDEN = {"64-100-10": (100,), "64-512-512-10": (512, 512)}


def calls(hidden: tuple[int, ...], dtype: type) -> dict[str, Callable[[], object]]:
    """What is timed: the same network and the same row, in every way to ask for it."""
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(dtype)  # (m, 64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        ours = MLPClassifier(hidden, max_iter=2, random_state=0).fit(X, y)
        peer = Peer(hidden, max_iter=2, random_state=0).fit(X, y)
    model = ours.to_model()
    names = tuple(map(str, range(X.shape[1])))
    encoded = replace(model, encoder=Encoder.fit(Table("digits", X, None, names, None)))
    row = X[:1]  # (1, 64)
    return {
        "scikit-learn, predict": lambda: peer.predict(row),
        "scikit-learn, predict_proba": lambda: peer.predict_proba(row),
        "estimator, predict": lambda: ours.predict(row),
        "estimator, predict_proba": lambda: ours.predict_proba(row),
        "model, predict": lambda: model.predict(row),
        "model, outputs": lambda: model.outputs(row),
        "model with scaling, predict": lambda: encoded.predict(row),
    }


def medians(timed: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """The median of each call, in microseconds."""
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(repeats):
        for name, call in timed.items():
            begun = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - begun)
    return {name: 1e6 * statistics.median(of[repeats // 10 :]) for name, of in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=2000)
    repeats = parser.parse_args().repeats
    for sizes, hidden in HIDDEN.items():
        for dtype in (np.float64, np.float32):
            print(f"{sizes}, {dtype.__name__}")
            for name, median in medians(calls(hidden, dtype), repeats).items():
                print(f"  {name:30} {median:6.0f}")


if __name__ == "__main__":
    main()
