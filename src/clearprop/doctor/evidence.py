"""Records of what the numbers of single layers, arrays and positions show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clearprop.language import Sentences

__all__ = ["Evidence", "Unit"]


@dataclass(frozen=True)
class Unit:
    """One unit of a layer, for one sample.

    Attributes
    ----------
    unit
        Counted from 1.
    z, flow
        Its weighted input, and what flows back to it from the learner's delta of the layer above.
        For an output unit it is the derivative of the cost by a, or by z where the slope cancels.
    yours, right
        The learner's delta, and the right one for this flow.
    used, slope
        ``yours / flow``, and g'(z). None where nothing flows back.
    """

    unit: int
    z: float
    flow: float
    yours: float
    right: float
    used: float | None
    slope: float | None


@dataclass(frozen=True)
class Evidence:
    """What shows in one place.

    Attributes
    ----------
    kind
        ``"delta"`` of a layer, ``"size"`` of an array, ``"cost"``, or ``"positions"`` of theta.
    layer
        Counted from 1, or None.
    says
        The keys of its sentences (``evidence.KEY``), each with the values that go into it.
    units
        The table of a layer.
    """

    kind: str
    layer: int | None
    says: tuple[tuple[str, Mapping[str, Any]], ...]
    units: tuple[Unit, ...] = field(default=())

    def sentence(self, lang: str) -> str:
        """What it says."""
        say = Sentences("clearprop.doctor", lang)
        told = [say(f"evidence.{key}", **_told(values, lang)) for key, values in self.says]
        return (" " if lang == "en" else "").join(told)

    def to_dict(self, lang: str) -> dict[str, Any]:
        """As JSON values."""
        return {
            "kind": self.kind,
            "layer": self.layer,
            "sentence": self.sentence(lang),
            "units": [vars(unit) for unit in self.units],
        }


def _told(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Values that differ between languages hold one for each."""
    return {key: v[lang] if isinstance(v, dict) else v for key, v in values.items()}
