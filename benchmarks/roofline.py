"""The machine's limit for a work: its matrix flops and its pass over the parameters."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from works import Work


class Roofline:
    """Measured in the same run as the peers, a little in each round; the best is the machine's."""

    def __init__(self) -> None:
        self.flops: dict[Any, float] = {}
        self.bytes = 0.0
        self._squares = {
            d: (np.ones((1500, 1500), d), np.empty((1500, 1500), d))
            for d in (np.float32, np.float64)
        }
        self._passes: dict[tuple[Any, int], float] = {}

    def measure(self) -> None:
        for dtype, (A, C) in self._squares.items():
            start = time.perf_counter()
            np.matmul(A, A, out=C)
            rate = 2 * 1500**3 / (time.perf_counter() - start)
            self.flops[dtype] = max(self.flops.get(dtype, 0.0), rate)

    def update(self, work: Work) -> float:
        """Seconds of one Adam (or SGD) update of the work's parameters by the native engine.

        A network of one sample whose rows are all parameters: next to nothing but the update.
        """
        from clearprop.engines.base import Batches, TrainingState, Update
        from clearprop.engines.native import NativeEngine
        from clearprop.network.updates import SGD, Adam

        if work.solver == "gradient":
            return 0.0
        network, engine = work.network, NativeEngine()
        _, _, theta = work.data()
        rule = Adam() if work.solver == "adam" else SGD()
        state = TrainingState(theta, rule.start(np, theta), seed=0)
        X = np.zeros((50, network.n_inputs), work.dtype)
        Y = np.zeros((50, network.n_outputs), work.dtype)
        Y[:, 0] = 1
        batches = Batches(X, Y, None, None, 1, 0, 50, 50)
        start = time.perf_counter()
        engine.run_epoch(network, state, batches, Update(rule, np.full(50, work.rate)))
        seconds = (time.perf_counter() - start) / 50
        key = (work.name, 0)
        self._passes[key] = min(self._passes.get(key, np.inf), seconds)
        return self._passes[key]

    def seconds(self, work: Work) -> float:
        passes = self._passes.get((work.name, 0), 0.0)
        return work.flops / self.flops[work.dtype] + passes
