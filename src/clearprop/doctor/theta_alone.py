"""A function of theta alone, which brings its own data: checked and localised, without a cause."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.evidence import Evidence
from clearprop.doctor.learner.calling import Callee, Returned
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.localize import BlockFinding
from clearprop.doctor.stated import Stated
from clearprop.errors import ParameterError
from clearprop.gradients.check import check_gradient
from clearprop.gradients.report import GradientReport
from clearprop.network.architecture import Array

__all__ = ["checked_alone", "drawn_theta"]


def drawn_theta(n_parameters: int, seed: int) -> Array:
    """A theta at which a function of theta alone is checked, ``(n_parameters,)``."""
    return np.random.default_rng(seed).uniform(-1, 1, n_parameters)


def checked_alone(callee: Callee, stated: Stated, theta: Array) -> Diagnosis:
    """Check the gradient at `theta`, layer by layer if their sizes are stated."""
    failure: list[Raised] = []
    adapter = f"def adapter(theta):\n    return {callee.entries[0]}(theta)\n"

    def function(theta: Array) -> Any:
        returned = callee.call({"theta": theta}, callee.survey.values, adapter)
        if isinstance(returned, Returned):
            return returned.value
        failure.append(returned)
        raise RuntimeError(returned.message)

    sizes = None if stated.network is None else stated.network.layer_sizes
    try:
        check = check_gradient(function, theta, seed=stated.seed, layer_sizes=sizes)
    except ParameterError as error:
        raised = failure[-1] if failure else Raised("ReturnValue", str(error))
        return Diagnosis(callee.name, "unknown", stated.seed, stated.lang, raised=raised)
    blocks = tuple(
        BlockFinding(b.layer, b.block, b.verdict, b.largest_relative_difference)
        for b in check.blocks
    )
    return Diagnosis(
        callee.name,
        check.verdict if check.verdict in ("right", "wrong") else "unknown",
        stated.seed,
        stated.lang,
        blocks=blocks,
        gradient_right=check.right,
        dtype=check.dtype,
        evidence=_positions(check),
        check=check,
    )


def _positions(check: GradientReport) -> tuple[Evidence, ...]:
    """Which entries of the gradient are wrong, in ranges."""
    wrong = sorted(index + 1 for block in check.blocks for index in block.wrong)
    if not wrong:
        return ()
    if len(wrong) == check.n_parameters:
        return (Evidence("positions", None, (("positions-all", {"n": len(wrong)}),)),)
    ranges = {lang: _ranges(wrong, lang) for lang in ("en", "zh")}
    return (Evidence("positions", None, (("positions", {"ranges": ranges}),)),)


def _ranges(numbers: list[int], lang: str, most: int = 20) -> str:
    """Whole numbers with those in a row joined.

    Examples
    --------
    >>> _ranges([1, 2, 3, 7, 9, 10], "en")
    '1 to 3, 7, 9, 10'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    to, comma = {"en": (" to ", ", "), "zh": (" 至 ", "、")}[lang]
    parts = []
    for first, last in runs[:most]:
        few = last - first < 2
        parts += [str(n) for n in range(first, last + 1)] if few else [f"{first}{to}{last}"]
    return comma.join(parts) + (comma + "..." if len(runs) > most else "")
