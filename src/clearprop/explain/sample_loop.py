"""The course's loop over samples and the vectorised pass, on the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.explain.trace import Trace, overflowing
from clearprop.network.architecture import Array
from clearprop.network.course_loop import cost_and_gradient_loop
from clearprop.network.equations import accumulate, average

__all__ = ["SampleLoop", "is_small", "run_sample_loop"]

# The widest layer, the most units and the most samples with which all tables fit into 80 columns,
# and together on one screen.
_WIDEST, _UNITS, _SAMPLES = 5, 12, 4


@dataclass(frozen=True, eq=False)
class SampleLoop:
    """One turn of the loop for each sample, and how far its result is from that of the matrices.

    Attributes
    ----------
    turns
        Each sample's own trace.
    running
        ``running[i][l - 1]``: Delta^(l) after sample i, as a block ``(s_l + 1, s_{l+1})``.
    difference
        The largest ``|D|`` between the course's loop and the vectorised pass, lambda included.
    """

    turns: tuple[Trace, ...]
    running: tuple[tuple[Array, ...], ...]
    difference: float


def is_small(passed: Trace) -> bool:
    """Whether every number of the pass can be shown.

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> is_small(trace(Network((2, 1)), [0.0, 1.0, -1.0], [3.0, 1.0], 1))
    True
    """
    sizes = passed.network.layer_sizes
    return max(sizes) <= _WIDEST and sum(sizes) <= _UNITS and passed.m <= _SAMPLES


@overflowing
def run_sample_loop(passed: Trace) -> SampleLoop:
    """Go through the samples one at a time, as the course does.

    Equation
    --------
    For i = 1 to m: forward, delta, ``Delta^(l) := Delta^(l) + delta^(l+1) [1; a^(l)]'`` (course,
    week 5, "Backpropagation algorithm").

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> network = Network((1, 1), cost="squared")
    >>> loop = run_sample_loop(trace(network, [0.0, 2.0], [[1.0], [3.0]], [[1.0], [2.0]]))
    >>> [Delta.tolist() for (Delta,) in loop.running]  # the bias in row 0
    [[[1.0], [1.0]], [[5.0], [13.0]]]
    """
    assert passed.Y is not None
    assert passed.back is not None
    turns = tuple(passed.sample(i) for i in range(passed.m))
    layers = range(1, passed.n_layers)
    Delta = [np.zeros_like(passed.Theta(l)) for l in layers]  # (s_l + 1, s_{l+1}) each
    running = []
    for turn in turns:
        for l in layers:
            Delta[l - 1] = Delta[l - 1] + accumulate(np, turn.a(l), turn.delta(l + 1))
        running.append(tuple(Delta))
    _, D = cost_and_gradient_loop(passed.network, passed.theta, passed.X, passed.Y)
    m, accumulators = passed.m, passed.back.accumulators
    matrices = average(np, passed.network, passed.theta, accumulators, m, m)  # (n_parameters,)
    return SampleLoop(turns, tuple(running), float(np.abs(D - matrices).max()))
