"""What a gradient check found: a verdict for each block of theta, in a sentence, or as JSON.

The faces of a report are bound in ``gradients/__init__.py``.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from clearprop.faces import face

__all__ = ["Block", "BlockReport", "Entry", "GradientReport", "blocks_of"]


class Block(NamedTuple):
    """A part of theta that gets its own verdict: the bias row of a layer, or its weights."""

    layer: int | None  # l of Theta^(l), counted from 1; None if the layers are unknown
    name: str  # "bias", "weights", or "all"
    start: int
    stop: int
    columns: int  # s_{l+1}: the units that the block leads to

    def entry_name(self, index: int) -> str:
        """The name of the parameter at `index` of theta: the units that it joins, from 1.

        Examples
        --------
        >>> bias, weights = blocks_of((3, 5))
        >>> bias.entry_name(1), weights.entry_name(5)
        ('bias -> 2', '1 -> 1')
        """
        if self.layer is None:
            return f"theta[{index}]"
        row, column = divmod(index - self.start, self.columns)
        return f"{'bias' if self.name == 'bias' else row + 1} -> {column + 1}"


def blocks_of(layer_sizes: tuple[int, ...] | None, n_parameters: int = 0) -> list[Block]:
    """The biases and the weights of every Theta^(l) in the order of theta, or all of it as one.

    Examples
    --------
    >>> for block in blocks_of((3, 5, 2)):
    ...     print(block.layer, block.name, block.start, block.stop)
    1 bias 0 5
    1 weights 5 20
    2 bias 20 22
    2 weights 22 32
    """
    if layer_sizes is None:
        return [Block(None, "all", 0, n_parameters, n_parameters)]
    blocks, start = [], 0
    for layer, (s, s_next) in enumerate(pairwise(layer_sizes), start=1):
        weights = start + s_next
        stop = weights + s * s_next
        blocks.append(Block(layer, "bias", start, weights, s_next))
        blocks.append(Block(layer, "weights", weights, stop, s_next))
        start = stop
    return blocks


@dataclass(frozen=True)
class Entry:
    """One parameter: its place in theta, the units it joins, and the two numbers compared."""

    index: int
    name: str
    analytic: float
    numerical: float
    relative_difference: float


@dataclass(frozen=True)
class BlockReport:
    """The verdict on one block.

    Attributes
    ----------
    layer, block
        l of Theta^(l), counted from 1, and ``"bias"`` or ``"weights"``; None and ``"all"`` for a
        function whose layers are not known.
    verdict
        ``"right"``, ``"wrong"``, or ``"unsure"`` if no entry is above the noise of the cost.
    n_checked, n_wrong, n_at_kinks
        How many entries were compared, how many of them differ, and at how many theta is at a kink
        or within a step of one.
    largest_relative_difference
        Over the entries compared.
    whole_difference
        The difference of the derivatives in one random direction through all parameters of the
        block, over the length of its gradient. It sees entries that were not compared one by one.
    worst
        The entry with the largest relative difference.
    wrong
        The indices in theta, from 0, of the entries that differ.
    """

    layer: int | None
    block: str
    verdict: str
    n_checked: int
    n_wrong: int
    n_at_kinks: int
    largest_relative_difference: float
    whole_difference: float
    worst: Entry
    wrong: tuple[int, ...] = ()

    @property
    def matrix(self) -> str:
        """``Theta^(l)``, in which the block stands; "" for a function."""
        return "" if self.layer is None else f"Theta^({self.layer})"

    @property
    def place(self) -> str:
        """The name of the block in messages."""
        return f"{self.matrix}, {self.block}" if self.matrix else "theta"


@dataclass(frozen=True, repr=False)
class GradientReport:
    """What a gradient check found. ``print`` it for the table; a notebook shows the same table.

    Attributes
    ----------
    verdict
        ``"right"``, ``"wrong"``, or ``"unsure"`` if the cost is too noisy or too large to show a
        derivative.
    largest_relative_difference
        The largest ``|a - n| / max(|a|, |n|, e / tolerance)`` over the entries compared. a is
        analytic, n is numerical, and e bounds the errors of both by rounding and by the step. So
        numbers that are too small to be known to the tolerance count as equal if they are within e.
    tolerance
        The relative difference up to which an entry is right: 1e-5 in float64, 1e-3 in float32.
    vector_difference
        The course's measure, ``norm(n - a) / norm(n + a)``, over the entries compared.
    taylor_slope
        2 if the gradient is right, 1 if it is wrong or theta is at a kink. None if the cost is
        linear up to its noise (:func:`~clearprop.gradients.numerical.taylor_remainder`).
    cost, numerical_cost
        J of the side under test, and of the numerical side.
    penalty
        The part of J that is lambda's, ``lambda/(2m) sum weights^2``. None for a function, since it
        is not known there.
    gradient_norm
        The length of the gradient under test, ``|dJ/dtheta|``.
    method, step
        ``"differences"`` or ``"complex"``, and its step.
    engine, dtype
        The engine of the gradient under test (None for a function), and its dtype.
    n_parameters
        The length of theta.
    n_rows
        The number of samples that J averages; None for a function, since it is not known there.
    blocks
        A :class:`BlockReport` for the biases and for the weights of each Theta^(l).
    problems
        A sentence for each thing that is wrong or hides an error. Empty if the gradient is right.
    dropout
        The share of hidden units that were left out, by the same masks on both sides.

    Examples
    --------
    >>> import clearprop
    >>> report = clearprop.check_gradient(clearprop.Network((2, 1)), [0.0] * 3, [[0.0, 1.0]], [1])
    >>> print(report.summary.partition(",")[0])
    gradient right: 3 of 3 parameters
    """

    verdict: str
    largest_relative_difference: float
    tolerance: float
    vector_difference: float
    taylor_slope: float | None
    cost: float
    numerical_cost: float
    penalty: float | None
    gradient_norm: float
    method: str
    step: float
    engine: str | None
    dtype: str
    n_parameters: int
    n_rows: int | None
    blocks: tuple[BlockReport, ...]
    problems: tuple[str, ...] = ()
    dropout: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the verdict is ``"right"``."""
        return self.verdict == "right"

    @property
    def n_checked(self) -> int:
        """How many parameters were compared one by one."""
        return sum(block.n_checked for block in self.blocks)

    @property
    def n_at_kinks(self) -> int:
        """How many of them are at a kink, or within a step of one."""
        return sum(block.n_at_kinks for block in self.blocks)

    @property
    def summary(self) -> str:
        """The report in a line."""
        slope = "none" if self.taylor_slope is None else f"{self.taylor_slope:.2f}"
        return (
            f"gradient {self.verdict}: {self.n_checked:,} of {self.n_parameters:,} parameters, "
            f"largest relative difference {self.largest_relative_difference:.1e}, "
            f"Taylor slope {slope}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values. A number that is not finite becomes None."""
        counts = {"n_checked": self.n_checked, "n_at_kinks": self.n_at_kinks}
        plain: dict[str, Any] = _json(asdict(self) | counts)
        return plain

    def __repr__(self) -> str:
        return (
            f"GradientReport(verdict={self.verdict!r}, n_checked={self.n_checked}, "
            f"n_parameters={self.n_parameters}, "
            f"largest_relative_difference={self.largest_relative_difference:.1e})"
        )

    def __str__(self) -> str:
        return face(self, "text")(self)

    def _repr_html_(self) -> str:
        return face(self, "fragment")(self)


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
