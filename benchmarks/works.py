"""What is timed: networks, batches and solvers, each the same for every peer."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta


@dataclass(frozen=True)
class Work:
    name: str
    network: Network
    batch: int
    solver: str  # "sgd", "adam" or "gradient": J and D of all rows, nothing updated
    rows: int
    rate: float
    steps: int  # in one trial, for peers that are fast
    dtype: Any = np.float32

    @property
    def shuffled(self) -> bool:
        return self.batch < self.rows

    @property
    def flops(self) -> float:
        """Matrix flops of a step: 2 forward, 2 for the gradient, 2 backward but in layer 1."""
        sizes = self.network.layer_sizes
        products = [a * b for a, b in itertools.pairwise(sizes)]
        return 2.0 * self.batch * (3 * sum(products) - products[0])

    def data(self) -> tuple[Any, Any, Any]:
        """X, Y, theta: random inputs in [0, 1), one-hot classes or numbers."""
        rng = np.random.default_rng(0)
        sizes = self.network.layer_sizes
        X = rng.random((self.rows, sizes[0])).astype(self.dtype)
        if self.network.cost == "squared":
            Y = rng.random((self.rows, sizes[-1])).astype(self.dtype)
        else:
            Y = np.eye(sizes[-1], dtype=self.dtype)[rng.integers(0, sizes[-1], self.rows)]
        return X, Y, initial_theta(self.network, seed=0).astype(self.dtype)


WORKS = {
    work.name: work
    for work in (
        Work("A", Network((784, 16, 16, 10), "sigmoid", "quadratic"), 10, "sgd", 20_000, 0.1, 2000),
        Work("B", Network((400, 25, 10)), 5000, "gradient", 5000, 0.0, 20, np.float64),
        Work("C", Network((784, 100, 10), "relu", "softmax"), 200, "adam", 60_000, 1e-3, 150),
        Work("D", Network((784, 512, 512, 10), "relu", "softmax"), 256, "adam", 60_000, 1e-3, 30),
        Work("E", Network((54, 256, 256, 7), "relu", "softmax"), 1024, "adam", 200_000, 1e-3, 40),
        Work("F", Network((4, 32, 16, 4), "tanh", "squared"), 10_000, "adam", 10_000, 1e-3, 50),
    )
}  # fmt: skip
