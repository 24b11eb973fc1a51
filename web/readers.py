"""Trains the two networks that read drawn digits in the pages: `python web/readers.py`.

Needs MNIST in ../shared/data/mnist. Takes half a minute, and gives the same file each time on the
same instruction set. Weights are rounded to multiples of 1/32: the file gets a third as long, and
accuracy changes by less than 0.1 %. The accuracies in the file are those after rounding.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

import clearprop
from clearprop import web

ROOT = Path(__file__).parent.parent
MNIST = ROOT.parent / "shared" / "data" / "mnist"
OUT = ROOT / "src" / "clearprop" / "web" / "assets" / "readers.json"
SEED, GRAIN = 0, 32


def _reader(
    train: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    options: clearprop.Options,
    origin: str,
) -> dict[str, Any]:
    (X, y), (X_test, y_test) = train, test
    side = round(X.shape[1] ** 0.5)
    network = clearprop.Network((X.shape[1], 30, 10), regularization=1.0)
    training = clearprop.Training(network, clearprop.initial_theta(network, SEED), X, y, options)
    for _ in training:
        pass
    theta = np.round(training.theta * GRAIN) / GRAIN + 0.0  # no -0
    right = float(np.mean(clearprop.predict(network, theta, X_test).argmax(axis=1) == y_test))
    made = web.record(
        network,
        theta,
        X_test[:1],
        y_test[:1],
        outputs=[str(digit) for digit in range(10)],
        image=(side, side),
        penalty_rows=len(X),
    )
    return {**made, "accuracy": round(right, 4), "origin": origin}


def _mnist(part: str) -> tuple[np.ndarray, np.ndarray]:
    table = clearprop.read(str(MNIST / f"{part}-images-idx3-ubyte.gz"))
    return np.asarray(table.X, np.float64) / 255, np.asarray(table.y)


def readers() -> dict[str, Any]:
    """Both records, with their accuracy on test images of their own kind."""
    digits = clearprop.read("digits")
    X, y = digits.X / 16, digits.y  # (1797, 64), (1797,)
    order = np.random.default_rng(SEED).permutation(len(X))
    train, test = order[:1437], order[1437:]
    adam = {"solver": "adam", "seed": SEED}
    return {
        "mnist": _reader(
            _mnist("train"),
            _mnist("t10k"),
            clearprop.Options(learning_rate=0.001, batch_size=100, epochs=30, **adam),
            "MNIST (LeCun, Cortes, Burges), 60,000 training images; accuracy on its 10,000 test "
            "images; 784-30-10, lambda 1, Adam 0.001, batch 100, 30 epochs, seed 0",
        ),
        "digits": _reader(
            (X[train], y[train]),
            (X[test], y[test]),
            clearprop.Options(learning_rate=0.003, batch_size=50, epochs=100, **adam),
            "scikit-learn's digits (Alpaydin, Kaynak), 1,437 images; accuracy on the other 360; "
            "64-30-10, lambda 1, Adam 0.003, batch 50, 100 epochs, seed 0",
        ),
    }


if __name__ == "__main__":
    found = readers()
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for name, reader in found.items():
        print(f"{name}: {reader['accuracy']:.2%}, theta {len(reader['theta'])} characters")
    print(f"-> {OUT} ({OUT.stat().st_size} bytes)")
