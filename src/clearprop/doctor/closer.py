"""A closer look at code whose way of asking is settled: it is asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.probe import Probe
from clearprop.doctor.search import Search
from clearprop.gradients.report import blocks_of
from clearprop.network.architecture import Array

__all__ = ["Ask", "Closer", "look_closer"]

Ask = Callable[[Probe], "Answer | Raised"]
"""Ask the learner's code a probe, in the way that was settled."""


@dataclass
class Closer:
    """What asking again shows.

    Attributes
    ----------
    raised
        Why the answers mean nothing, if the same question gets another answer.
    notes
        Remarks, as :class:`~clearprop.doctor.diagnosis.Diagnosis` holds them.
    consistent
        Whether the gradient is the derivative of the learner's own J; None if not checked.
    own_blocks
        For each block of theta whether it is, where that was asked since no cause is known.
    """

    raised: Raised | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)
    consistent: bool | None = None
    own_blocks: tuple[bool, ...] = ()


def look_closer(ask: Ask, search: Search, known: bool) -> Closer:
    """Is J the same each time, are its arguments left alone, and is D the derivative of its J?

    Where no cause is `known` this is asked of each block.
    """
    found = Closer()
    probe, answer = search.probes[0], search.answers[0]
    again = ask(probe)
    if isinstance(again, Answer):
        if not _same(again, answer):
            if answer.J == again.J:
                found.raised = Raised.said("NotRepeatable", "not-repeatable-gradient")
            else:
                first, second = repr(answer.J), repr(again.J)
                found.raised = Raised.said("NotRepeatable", "not-repeatable", J=first, again=second)
            found.notes.append(("not-repeatable", ""))
            return found
        found.notes += [("changes-argument", name) for name in again.changed]
    if not (search.cost_right and search.gradient_right) and answer.gradient is not None:
        found.consistent = _consistent(ask, probe, answer)
        if found.consistent is False and not known:
            found.own_blocks = _own_blocks(ask, probe, answer)
    return found


def _same(again: Answer, answer: Answer) -> bool:
    """Whether J and the gradient came twice alike."""
    J, K = answer.J, again.J
    both = J is not None and K is not None
    apart = both and not np.isclose(np.float64(J), np.float64(K), 1e-5, 0, equal_nan=True)
    if apart or again.raw.shape != answer.raw.shape:
        return False
    finite = answer.raw[np.isfinite(answer.raw)]
    size = 1e-5 * max(float(np.abs(finite).max(initial=0.0)), 1e-300)
    return bool(np.allclose(again.raw, answer.raw, rtol=1e-4, atol=size, equal_nan=True))


def _own_blocks(ask: Ask, probe: Probe, answer: Answer) -> tuple[bool, ...]:
    """For each block whether it is the derivative of the learner's own J; empty if that is unclear.

    A block counts as wrong only if two steps say so, since one may cross the bend of a ReLU.
    """
    found = []
    generator = np.random.default_rng(1)
    assert answer.gradient is not None
    for block in blocks_of(probe.network.layer_sizes):
        d = np.zeros(len(probe.theta))
        d[block.start : block.stop] = generator.standard_normal(block.stop - block.start)
        analytic = float(answer.gradient @ d)
        steps = (1e-2, 1e-1) if answer.single else (1e-5, 1e-6)
        numerical = [_derivative(ask, probe, step * d, step) for step in steps]
        if any(value is None or not np.isfinite(value) for value in numerical):
            return ()
        tolerance = 1e-4 if not answer.single else 1e-2
        sizes = [max(abs(value or 0.0), abs(analytic), 1e-3) for value in numerical]
        near = [
            abs((value or 0.0) - analytic) <= tolerance * size
            for value, size in zip(numerical, sizes, strict=True)
        ]
        found.append(any(near))
    return tuple(found)


def _derivative(ask: Ask, probe: Probe, move: Array, step: float) -> float | None:
    """The slope of the learner's own J along a direction, ``move = step * direction``."""
    costs = []
    for sign in (1, -1):
        there = ask(replace(probe, theta=probe.theta + sign * move))
        if isinstance(there, Raised) or there.J is None:
            return None
        costs.append(there.J)
    return (costs[0] - costs[1]) / (2 * step)


def _consistent(ask: Ask, probe: Probe, answer: Answer) -> bool | None:
    """Whether the gradient is the derivative of the learner's own J, in two random directions."""
    step = 1e-5 if not answer.single else 1e-2
    generator = np.random.default_rng(0)
    assert answer.gradient is not None
    if answer.probe is not None or np.isnan(answer.gradient).any():
        return None
    for _ in range(2):
        d = generator.standard_normal(len(probe.theta))
        numerical = _derivative(ask, probe, step * d, step)
        analytic = float(answer.gradient @ d)
        tolerance = 1e-5 if not answer.single else 1e-2
        if numerical is None or not np.isfinite(numerical):
            return None
        if abs(numerical - analytic) > tolerance * max(abs(numerical), abs(analytic), 1e-3):
            return False
    return True
