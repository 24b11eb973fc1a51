"""Labels that start elsewhere than stated, where asking as stated gives no answer at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clearprop.doctor.diagnosis import Cause, Diagnosis
from clearprop.doctor.interview import Interview
from clearprop.doctor.mistakes.labels import LABELS
from clearprop.doctor.mistakes.mutation import Mutant

__all__ = ["counted_from_elsewhere", "starts_at_1"]

_OTHER = {"0": "1", "1": "0"}


def counted_from_elsewhere(
    asked: Diagnosis, labels: str, ask: Callable[[str], Interview]
) -> Diagnosis | None:
    """The diagnosis of code that fails with the stated labels and is right with others.

    An index that is out of range ends in an exception, so no number shows the mistake.
    """
    other = _OTHER.get(labels)
    if other is None or asked.raised is None or asked.raised.kind in ("Timeout", "ProcessEnded"):
        return None
    search = ask(other).search
    if search is None or not (search.cost_right and search.gradient_right):
        return None
    (shifted,) = (mutation for mutation in LABELS if mutation.id == "labels-shifted")
    return replace(
        asked,
        verdict="wrong",
        causes=(Cause(Mutant(shifted, 0, None), 0.0),),
        cost_right=False,
        gradient_right=False,
        raised=None,
        notes=(*asked.notes, ("labels-elsewhere", f"{labels}|{asked.raised}")),
    )


def starts_at_1(found: Interview, labels: str) -> bool:
    """Whether nothing but the numbers tells that the labels start at 1."""
    return labels == "auto" and found.way is not None and found.way.labels.startswith("1")
