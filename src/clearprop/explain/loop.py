"""The course's loop over samples and the vectorised pass, on the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.explain.trace import Trace, overflowing
from clearprop.network.architecture import Array
from clearprop.network.course_loop import cost_and_gradient_loop
from clearprop.network.equations import accumulate

__all__ = ["Loop", "is_small", "run_loop"]

# What fits beside each other in 80 columns, and on one screen.
_WIDEST, _UNITS, _SAMPLES = 5, 12, 4


@dataclass(frozen=True, eq=False)
class Loop:
    """One turn of the loop for each sample, and how far it ends from the matrices.

    Attributes
    ----------
    turns
        Each sample's own trace.
    running
        ``running[i][l - 1]``: Delta^(l) after sample i, as a block ``(s_l + 1, s_{l+1})``.
    difference
        The largest ``|D|`` between the course's loop and the vectorised pass.
    """

    turns: tuple[Trace, ...]
    running: tuple[tuple[Array, ...], ...]
    difference: float


def is_small(passed: Trace) -> bool:
    """Whether every number of the pass can be shown."""
    sizes = passed.network.layer_sizes
    return max(sizes) <= _WIDEST and sum(sizes) <= _UNITS and passed.m <= _SAMPLES


@overflowing
def run_loop(passed: Trace) -> Loop:
    """Go through the samples one at a time, as the course does.

    Equation
    --------
    For i = 1 to m: forward, delta, ``Delta^(l) := Delta^(l) + delta^(l+1) [1; a^(l)]'`` (course,
    week 5, "Backpropagation algorithm").
    """
    assert passed.Y is not None
    assert passed.back is not None
    turns = tuple(passed.sample(i) for i in range(passed.m))
    layers = range(1, passed.n_layers)
    Delta = [np.zeros_like(passed.Theta(l)) for l in layers]
    running = []
    for turn in turns:
        for l in layers:
            Delta[l - 1] = Delta[l - 1] + accumulate(np, turn.a(l), turn.delta(l + 1))
        running.append(tuple(Delta))
    _, D = cost_and_gradient_loop(passed.network, passed.theta, passed.X, passed.Y)
    return Loop(turns, tuple(running), float(np.abs(D - passed.back.gradient).max()))
