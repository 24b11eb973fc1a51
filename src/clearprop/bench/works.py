"""What is timed: networks, batches and solvers, the same for every peer."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.network.updates import SGD, Adam, AdamW, Rule

RULES: dict[str, Rule] = {"sgd": SGD(), "adam": Adam(), "adamw": AdamW()}


@dataclass(frozen=True)
class Work:
    """One row of the table.

    Examples
    --------
    >>> WORKS["A"].flops  # of a step: forward, gradient, and backward but in layer 1
    526720.0
    """

    name: str
    what: str
    network: Network
    batch: int
    solver: str  # "sgd", "adam", "adamw"; "gradient": J and D of all rows; "predict": h(x)
    rows: int
    rate: float
    steps: int  # in one trial of a fast peer: so many that waking after the pause hardly counts
    dtype: Any = np.float32
    dropout: float = 0.0

    @property
    def shuffled(self) -> bool:
        """Whether a step takes a part of the rows, in a new order every epoch."""
        return self.batch < self.rows

    @property
    def flops(self) -> float:
        """Matrix flops of a step: for a weight and row 2 forward, 2 for the gradient, 2 backward.

        Layer 1 has no backward part.
        """
        products = [a * b for a, b in itertools.pairwise(self.network.layer_sizes)]
        if self.solver == "predict":
            return 2.0 * self.batch * sum(products)
        return 2.0 * self.batch * (3 * sum(products) - products[0])

    def data(self) -> tuple[Any, Any, Any]:
        """X, Y, theta: random inputs in [0, 1), one-hot classes or numbers."""
        return _data(self)


@functools.lru_cache(maxsize=1)  # the peers share up to 300 MB
def _data(work: Work) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(0)
    sizes = work.network.layer_sizes
    X = rng.random((work.rows, sizes[0]), np.float32).astype(work.dtype, copy=False)
    if work.network.cost == "squared":
        Y = rng.random((work.rows, sizes[-1])).astype(work.dtype)
    else:
        Y = np.eye(sizes[-1], dtype=work.dtype)[rng.integers(0, sizes[-1], work.rows)]
    return X, Y, initial_theta(work.network, seed=0).astype(work.dtype)


_C = Network((784, 100, 10), "relu", "softmax")
_D = Network((784, 512, 512, 10), "relu", "softmax")
_E = Network((54, 256, 256, 7), "relu", "softmax")

WORKS = {
    work.name: work
    for work in (
        Work("A", "784-16-16-10, batch 10, SGD",
             Network((784, 16, 16, 10), "sigmoid", "quadratic"), 10, "sgd", 20_000, 0.1, 2000),
        Work("B", "400-25-10, gradient, float64",
             Network((400, 25, 10)), 5000, "gradient", 5000, 0.0, 20, np.float64),
        Work("C", "784-100-10, batch 200, Adam", _C, 200, "adam", 60_000, 1e-3, 300),
        Work("C2", "C with AdamW and dropout 0.5",
             _C, 200, "adamw", 60_000, 1e-3, 300, dropout=0.5),
        Work("D", "784-512-512-10, batch 256, Adam", _D, 256, "adam", 60_000, 1e-3, 30),
        Work("D2", "D with AdamW and dropout 0.5",
             _D, 256, "adamw", 60_000, 1e-3, 30, dropout=0.5),
        Work("E", "54-256-256-7, batch 1024, Adam", _E, 1024, "adam", 200_000, 1e-3, 40),
        Work("F", "4-32-16-4, 10,000 rows, Adam",
             Network((4, 32, 16, 4), "tanh", "squared"), 10_000, "adam", 10_000, 1e-3, 200),
        Work("G1", "784-100-10, predict 1 row", _C, 1, "predict", 1, 0.0, 500),
        Work("G2", "784-100-10, predict 100 rows", _C, 100, "predict", 100, 0.0, 200),
        Work("G3", "784-100-10, predict 100,000 rows", _C, 100_000, "predict", 100_000, 0.0, 2),
    )
}  # fmt: skip
