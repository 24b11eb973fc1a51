"""Read the learner's delta of each layer off the gradient for one sample.

For one sample the gradient of a bias *is* delta. So each layer can be judged on its own: what flows
back to it is computed from the learner's own delta of the layer above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.doctor.algorithm import Pass
from clearprop.doctor.memo import steps
from clearprop.doctor.search import Search
from clearprop.gradients.report import blocks_of
from clearprop.network.architecture import Array

__all__ = ["SAME", "Layer", "close", "layers_alone"]

SAME = 1e-5


@dataclass(frozen=True)
class Layer:
    """One layer of one probe with one sample: its Pass and the rows of its table, ``(s_l,)``."""

    p: Pass
    l: int
    z: Array
    a: Array
    flow: Array
    yours: Array
    right: Array
    slope: Array
    above: Array  # the learner's delta of the layer above, (s_{l+1},)
    before: Array  # what flows back to that layer, before its own slope, (s_{l+1},)
    W: Array  # the learner's gradient of the weights that lead to the layer, (s_{l-1}, s_l)


def layers_alone(search: Search) -> dict[int, list[Layer]]:
    """By layer, the last one first, what the probes with one sample show."""
    alone = [k for k, probe in enumerate(search.probes) if probe.m == 1]
    # A penalty would show in what is read as delta.
    least = min((search.probes[k].lambda_ for k in alone), default=0.0)
    seen = [_layers_of(search, k) for k in alone if search.probes[k].lambda_ == least]
    found = {}
    for l in range(search.network.n_layers, 1, -1):
        if layers := [layers[l] for layers in seen if l in layers]:
            found[l] = layers
    return found


def _layers_of(search: Search, k: int) -> dict[int, Layer]:
    """Every layer whose delta can be read, judged by the learner's own delta above it."""
    probe, gradient = search.memo.probe(search.probes[k], search.base), search.answers[k].gradient
    if gradient is None:
        return {}
    do = steps(search.base, ())
    p = search.memo.forward(search.probes[k], search.base, ())
    p.do = do
    blocks = {
        (block.layer, block.name): gradient[block.start : block.stop]
        for block in blocks_of(probe.network.layer_sizes)
    }
    delta = flow = do["scale"](p) * do["delta_output"](p)  # (1, K)
    found: dict[int, Layer] = {}
    for l in range(p.L, 1, -1):
        above, before = delta, flow
        if l == p.L:
            error = do["scale"](p) * (p.a[l] - p.Y)
            flow = error if probe.network.cost == "quadratic" else delta
            slope = delta / flow
        else:
            flow = do["flow"](p, l, delta)  # (1, s_l)
            slope = do["slope"](p, l)
            delta = flow * slope
        yours = _read(p, l, blocks[l - 1, "bias"], blocks[l - 1, "weights"], delta[0])
        if yours is not None:
            found[l] = Layer(
                p, l, p.z[l][0], p.a[l][0], flow[0], yours, delta[0], slope[0], above[0],
                before[0], blocks[l - 1, "weights"].reshape(-1, len(yours)),
            )  # fmt: skip
            delta = yours[None, :]
    return found


def _read(p: Pass, l: int, bias: Array, weights: Array, right: Array) -> Array | None:
    """The learner's delta^(l), from the bias or else from the weights; None if it cannot be told.

    A bias that is wrong where the weights are right is a mistake of its own line, not of delta.
    """
    a = p.a[l - 1][0]  # (s_{l-1},)
    W = weights.reshape(len(a), -1) - p.do["decay"](p, l - 1)[1:]  # (s_{l-1}, s_l)
    own: Array = a @ W / (a @ a)  # (s_l,)
    if not np.isfinite(own).all() or not close(np.outer(a, own), W):
        own = bias
    if np.isfinite(own).all() and close(own, right):
        return own
    return bias if np.isfinite(bias).all() else own if np.isfinite(own).all() else None


def close(mine: Array, right: Array) -> bool:
    """Whether two arrays are alike, measured by the larger one."""
    scale = max(float(np.abs(right).max(initial=0.0)), float(np.abs(mine).max(initial=0.0)), 1e-12)
    return bool((np.abs(mine - right) <= SAME * scale).all())
