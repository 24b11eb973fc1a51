"""The machine's limit for a work: its matrix flops and its pass over the parameters.

Both are measured in the same run as the peers, a little in each round, and the best time counts.
NumPy's OpenBLAS multiplies large square matrices, and so does PyTorch's MKL or oneDNN if PyTorch is
installed. All three libraries make updates. The fastest one sets the limit, so that it is not
measured too low.
"""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import Any

import numpy as np

from clearprop.bench.quiet import wait_until_quiet
from clearprop.bench.settings import Trial, torch_settings, within
from clearprop.bench.works import RULES, Work
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Rows, TrainingState, Update

SIDE = 1500  # 3 squares of 9 MB in float32: the products, not the memory, take the time


class Roofline:
    """The best rates seen so far.

    Examples
    --------
    >>> from clearprop.bench.works import WORKS
    >>> roofline = Roofline()
    >>> roofline.measure(WORKS["F"])
    >>> roofline.seconds(WORKS["F"]) > 0
    True
    """

    def __init__(self) -> None:
        self.flops: dict[str, dict[str, float]] = {}  # dtype, library: flops in a second
        self.updates: dict[str, dict[str, float]] = {}  # work, library: seconds
        self._products: dict[str, dict[str, Trial]] = {}
        self._passes: dict[str, dict[str, Trial]] = {}

    def measure(self, work: Work) -> None:
        """Measure once more what limits `work`."""
        name = np.dtype(work.dtype).name
        products = self._products.setdefault(name, {}) or _products(work.dtype)
        self._products[name] = products
        rates = self.flops.setdefault(name, {})
        for library, product in products.items():
            wait_until_quiet()
            for _ in range(1 if library in rates else 8):  # the first ones warm the caches
                rate = 2 * SIDE**3 / product()
                rates[library] = max(rates.get(library, 0.0), rate)
        if work.solver not in RULES:
            return
        if work.name not in self._passes:
            self._passes[work.name] = _updates(work)
        seconds = self.updates.setdefault(work.name, {})
        for library, update in self._passes[work.name].items():
            wait_until_quiet()
            seconds[library] = min(seconds.get(library, np.inf), update())

    def seconds(self, work: Work) -> float:
        """The least that a step of `work` can take here."""
        rate = max(self.flops[np.dtype(work.dtype).name].values())
        return work.flops / rate + min(self.updates.get(work.name, {"": 0.0}).values())


def _products(dtype: Any) -> dict[str, Trial]:
    """Products of large squares, by library: seconds of one."""
    A, C = np.ones((SIDE, SIDE), dtype), np.empty((SIDE, SIDE), dtype)

    def by_numpy() -> float:
        start = time.perf_counter()
        np.matmul(A, A, out=C)
        return time.perf_counter() - start

    found = {"numpy": by_numpy}
    if find_spec("torch"):
        with torch_settings():
            found["torch"] = within(torch_settings, _torch_product(A, C))
    return found


def _torch_product(A: Any, C: Any) -> Trial:
    import torch  # an optional library

    B, D = torch.from_numpy(A), torch.from_numpy(C)

    def product() -> float:
        start = time.perf_counter()
        torch.mm(B, B, out=D)
        return time.perf_counter() - start

    return product


def _updates(work: Work) -> dict[str, Trial]:
    """Passes of the work's rule over its parameters, by library: seconds of one."""
    network, engine, steps = work.network, choose_engine(), 50
    _, _, theta = work.data()
    rule = RULES[work.solver]
    state = TrainingState(theta.copy(), rule.start(np, theta))
    X = np.zeros((steps, network.n_inputs), work.dtype)
    Y = np.zeros((steps, network.n_outputs), work.dtype)
    # Minibatches of one row: mostly the update.
    session = engine.open(network, state, Rows(X, Y), Update(rule, 1, steps))

    def ours() -> float:
        start = time.perf_counter()
        session.advance(np.zeros(steps))
        state.end_epoch()
        return (time.perf_counter() - start) / steps

    found = {"clearprop": ours}
    if work.solver == "sgd":
        D, moved, scaled = np.ones_like(theta), theta.copy(), np.empty_like(theta)

        def plain() -> float:
            start = time.perf_counter()
            for _ in range(steps):
                np.multiply(D, 1e-9, out=scaled)
                np.subtract(moved, scaled, out=moved)
            return (time.perf_counter() - start) / steps

        found["numpy"] = plain
    if find_spec("torch"):
        with torch_settings():
            found["torch"] = within(torch_settings, _torch_update(work, theta, steps))
    return found


def _torch_update(work: Work, theta: Any, steps: int) -> Trial:
    import torch  # an optional library

    p = torch.from_numpy(theta.copy()).requires_grad_()
    p.grad = torch.ones_like(p)
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    optimizer = kinds[work.solver]([p], lr=0.0, fused=True)

    def update() -> float:
        start = time.perf_counter()
        for _ in range(steps):
            optimizer.step()
        return (time.perf_counter() - start) / steps

    return update
