"""What a learner's function gave back: J, and the gradient in theta's own order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clearprop.doctor.probe import Probe
from clearprop.network.architecture import Array

__all__ = ["Answer", "Part"]


@dataclass(frozen=True)
class Part:
    """One array of a gradient, as it came back.

    Attributes
    ----------
    name
        What the learner calls it, such as ``"db1"``; empty where it has no name.
    layer, block
        l of the Theta^(l) that it belongs to, counted from 1, and ``"bias"``,
        ``"weights"``, or ``"all"`` for a matrix that holds both.
    shape
        The shape that came.
    expected
        The shape of the learner's own parameter.
    """

    name: str
    layer: int
    block: str
    shape: tuple[int, ...]
    expected: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Answer:
    """J and the gradient of one probe.

    Attributes
    ----------
    J
        The cost; None if the code gives none.
    gradient
        ``(n_parameters,)`` in theta's own order; None if nothing could be read. A block that is
        missing, or has a wrong size, is NaN in every entry.
    raw
        The gradient as one vector of any size, in the order in which it came.
    single
        Whether all numbers are float32's.
    changed
        The arguments that the function changed in place.
    parts
        A :class:`Part` for each array, where the gradient came as arrays with known places.
    probe
        The question that it answers, where the code makes its own weights; else None.
    """

    J: float | None
    gradient: Array | None
    raw: Array
    single: bool
    changed: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    probe: Probe | None = None

    def turned(self) -> Answer:
        """The same with the other sign: that of a step in the other direction."""
        return self if self.gradient is None else replace(self, gradient=-self.gradient)
