"""One thing that keeps a loop from learning, as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clearprop.language import Sentences

__all__ = ["Hindrance"]


@dataclass(frozen=True)
class Hindrance:
    """What was seen, with its numbers.

    Attributes
    ----------
    id
        Its name, and the key of its sentence: ``training.ID``.
    numbers
        What was measured, by name; the sentence shows it.

    Examples
    --------
    >>> Hindrance("rate-too-large", {"rate": 0.5, "largest": 2e-4, "samples": ""}).sentence("en")
    'The learning rate 0.5 is too large: on samples of ours, J descends with rates up to about \
0.0002 and rises beyond.'
    """

    id: str
    numbers: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """What is said about it."""
        shown = {
            name: f"{value:.3g}" if isinstance(value, float) else value
            for name, value in self.numbers.items()
        }
        if "samples" in shown:
            name = shown["samples"]
            key = "training.samples-theirs" if name else "training.samples-ours"
            shown["samples"] = Sentences("clearprop.doctor", lang)(key, name=name)
        return Sentences("clearprop.doctor", lang)(f"training.{self.id}", **shown)

    def to_dict(self, lang: str) -> dict[str, Any]:
        """As JSON values."""
        return {"id": self.id, "sentence": self.sentence(lang), "numbers": dict(self.numbers)}
