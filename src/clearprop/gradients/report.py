"""What a gradient check found: per layer and per block, as a table, a sentence, or JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple

__all__ = ["Block", "BlockReport", "Entry", "GradientReport", "blocks_of"]


class Block(NamedTuple):
    """A run of theta that is judged by itself: the bias row of a layer, or its weights."""

    layer: int | None  # l of Theta^(l), counted from 1; None where no layers are known
    name: str  # "bias", "weights", or "all"
    start: int
    stop: int
    columns: int  # s_{l+1}: units that the block leads to

    def entry_name(self, index: int) -> str:
        """Call the parameter at `index` of theta by the units that it joins, counted from 1.

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
    """The bias row and the weights of every layer, in the order of theta; or all of it as one.

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
        ``"right"``, ``"wrong"``, or ``"unsure"``: no entry stands out of the noise of the cost.
    n_checked, n_wrong, n_at_kinks
        Entries compared, those of them that differ, and those where theta is at a kink or within a
        step of one.
    largest_relative_difference
        Over the entries compared.
    whole_difference
        Of the derivatives in one random direction through all parameters of the block, over the
        length of its gradient: it sees entries that were not compared one by one.
    worst
        The entry with the largest relative difference.
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

    @property
    def place(self) -> str:
        """How messages call the block."""
        return "theta" if self.layer is None else f"layer {self.layer}, {self.block}"


@dataclass(frozen=True)
class GradientReport:
    """What a gradient check found; ``print`` it for the table.

    Attributes
    ----------
    verdict
        ``"right"``; ``"wrong"``; ``"unsure"`` where the cost is so noisy, or so large, that no
        derivative can be read off it.
    largest_relative_difference
        The largest ``|a - n| / max(|a|, |n|, e / tolerance)`` over the entries compared: a is
        analytic, n numerical, and e bounds what rounding and the step may do to the two. So
        numbers too small to be known to the tolerance count as equal when they are within e.
    tolerance
        The relative difference up to which an entry is right: 1e-5 in float64, 1e-3 in float32.
    vector_difference
        The course's measure, ``norm(n - a) / norm(n + a)``, over the entries compared.
    taylor_slope
        2 where the gradient is right, 1 where it is wrong (or at a kink); None where the cost is
        linear as far as the noise shows (:func:`~clearprop.gradients.numerical.taylor_remainder`).
    cost, numerical_cost
        J by the side under test, and by the numerical side.
    penalty
        The part of J that is lambda's, ``lambda/(2m) sum weights^2``; None: of a function that is
        not known.
    gradient_norm
        The length of the gradient under test, ``|dJ/dtheta|``.
    method, step
        ``"differences"`` or ``"complex"``, and its step.
    engine, dtype
        What computed the gradient under test (None: a function), and in what.
    n_parameters
        The length of theta.
    n_rows
        How many samples J is the mean of; None: of a function that is not known.
    blocks
        A :class:`BlockReport` for the bias row and for the weights of each layer.
    problems
        What is wrong, or hides it, a sentence each; none where the gradient is right.
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
        """Everything, as JSON values; a number that is not finite becomes None."""
        counts = {"n_checked": self.n_checked, "n_at_kinks": self.n_at_kinks}
        plain: dict[str, Any] = _json(asdict(self) | counts)
        return plain

    def __str__(self) -> str:
        lines = [self.summary[0].upper() + self.summary[1:]]
        how = (
            f"complex step {self.step:g}"
            if self.method == "complex"
            else f"two-sided differences, step {self.step:g}"
        )
        engine = f"engine {self.engine}, " if self.engine else ""
        lines.append(f"({engine}{self.dtype}; {how}; tolerance {self.tolerance:g})")
        if self.blocks:
            lines += ["", _row(_HEADINGS), *(_row(_cells(block)) for block in self.blocks)]
        if self.n_at_kinks:
            lines += ["", f"At a kink, or within a step of one: {self.n_at_kinks}"]
        if self.problems:
            lines += ["", *(f"- {problem}" for problem in self.problems)]
        return "\n".join(lines)


_HEADINGS = (
    "layer", "block", "verdict", "count", "entries", "whole", "worst entry", "analytic", "numerical"
)  # fmt: skip
_WIDTHS = (5, -7, -7, 5, 7, 7, -13, 10, 10)  # 71, and 8 spaces: 79 columns; below 0: to the left


def _row(cells: tuple[str, ...]) -> str:
    padded = (
        cell.ljust(-width) if width < 0 else cell.rjust(width)
        for cell, width in zip(cells, _WIDTHS, strict=True)
    )
    return " ".join(padded).rstrip()


def _cells(block: BlockReport) -> tuple[str, ...]:
    worst = block.worst
    return (
        "-" if block.layer is None else str(block.layer),
        block.block,
        block.verdict.upper() if block.verdict == "wrong" else block.verdict,
        str(block.n_checked),
        f"{block.largest_relative_difference:.1e}",
        f"{block.whole_difference:.1e}",
        worst.name,
        f"{worst.analytic:.3e}",
        f"{worst.numerical:.3e}",
    )


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
