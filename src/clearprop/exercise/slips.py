"""Slips of the pen and the calculator: what a wrong number is, where no mistake gives it."""

from __future__ import annotations

from collections.abc import Sequence

from clearprop.exercise.marks import Blank

__all__ = ["slips"]


def slips(wrong: Sequence[Blank]) -> list[tuple[str, tuple[Blank, ...]]]:
    """What happened to the wrong blanks of a stage: ``"sign"``, ``"point"`` or ``"swapped"``.

    Those that nothing is known about are left out.
    """
    found: list[tuple[str, tuple[Blank, ...]]] = []
    left = list(wrong)
    for a in wrong:
        for b in wrong:
            if a.index >= b.index or a not in left or b not in left:
                continue
            if _has(a, b.expected, a.tolerance) and _has(b, a.expected, b.tolerance):
                found.append(("swapped", (a, b)))
                left = [blank for blank in left if blank not in (a, b)]
    for kind, factors in (("sign", (-1.0,)), ("point", (10.0, 0.1, 100.0, 0.01, 1000.0, 0.001))):
        these = tuple(
            blank
            for blank in left
            if any(_has(blank, f * blank.expected, max(1.0, f) * blank.tolerance) for f in factors)
        )
        if these:
            found.append((kind, these))
            left = [blank for blank in left if blank not in these]
    return found


def _has(blank: Blank, number: float, tolerance: float) -> bool:
    """Whether the number was typed into this blank, with digits enough to tell."""
    if blank.typed is None or tolerance > 0.05 * abs(number):
        return False
    return abs(blank.typed.value - number) <= tolerance
