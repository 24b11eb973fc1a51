"""What the doctor found: for programs. Its words and pages are made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.gradients import mutations as steps
from clearprop.gradients.answer import Answer
from clearprop.gradients.calling import Raised
from clearprop.gradients.localize import BlockFinding
from clearprop.gradients.mutations import Mutant
from clearprop.gradients.probe import Probe
from clearprop.gradients.report import GradientReport
from clearprop.gradients.signature import Convention, Roles
from clearprop.gradients.words import mutation_words, where
from clearprop.network.architecture import Array

__all__ = ["Cause", "Diagnosis"]


@dataclass(frozen=True, eq=False)
class Cause:
    """One mistake, and how closely it gives the learner's numbers (with the others, if any)."""

    mutant: Mutant
    match: float
    alternatives: tuple[Mutant, ...] = ()

    @property
    def id(self) -> str:
        """Its name in the catalogue."""
        return self.mutant.mutation.id

    @property
    def half(self) -> str:
        """``"forward"``, ``"cost"`` or ``"gradient"``."""
        return self.mutant.mutation.half

    @property
    def layers(self) -> tuple[int, ...] | None:
        """The layers that it is pinned to, counted from 1."""
        return self.mutant.layers

    def to_dict(self, lang: str) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "where": where(self.mutant, lang),
            "sentence": mutation_words(self.id, lang)["cause"],
            "match": self.match,
            "half": self.half,
            "layers": None if self.layers is None else list(self.layers),
            "alternatives": sorted({other.mutation.id for other in self.alternatives}),
        }


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """A diagnosis; ``print`` it for the report, or let a notebook show it.

    Attributes
    ----------
    verdict
        ``"right"``; ``"wrong"`` where a cause is known; ``"unknown"`` where something is wrong and
        nothing in the catalogue gives these numbers (or the function could not be called: see
        ``raised``).
    causes
        The mistakes; none where all is right or the cause is unknown.
    blocks
        A :class:`~clearprop.gradients.localize.BlockFinding` for the bias row and the weights of
        every layer.
    cost_right, gradient_right
        The two halves; None where there is nothing to compare with.
    explained
        Whether the causes explain everything that is wrong.
    consistent
        Whether the gradient is the derivative of the function's own J; None where nobody asked.
    seed
        Of the probes.
    raised
        The exception of the function, with file, line and code.
    check
        The :class:`~clearprop.gradients.check.GradientReport` of a function of theta alone.
    """

    name: str
    verdict: str
    seed: int
    lang: str = "en"
    causes: tuple[Cause, ...] = ()
    blocks: tuple[BlockFinding, ...] = ()
    cost_right: bool | None = None
    gradient_right: bool | None = None
    explained: bool = True
    consistent: bool | None = None
    convention: Convention | None = None
    probes: tuple[Probe, ...] = ()
    answers: tuple[Answer, ...] = ()
    dtype: str = "float64"
    roles: Roles | None = None
    raised: Raised | None = None
    notes: tuple[tuple[str, str], ...] = ()
    check: GradientReport | None = None

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict == "right"

    @property
    def localised(self) -> tuple[BlockFinding, ...]:
        """The blocks that are not right."""
        return tuple(block for block in self.blocks if block.verdict != "right")

    def arguments(self, probe: int = 0) -> dict[str, Any]:
        """The arguments of one of the calls, to repeat it."""
        assert self.convention is not None
        assert self.roles is not None
        return self.convention.arguments(self.roles, self.probes[probe])

    def expected(self, probe: int = 0) -> tuple[float, Array]:
        """J and the gradient that one of the calls should have given; in theta's own layout."""
        return self.probes[probe].truth()

    def mistaken(self, probe: int = 0) -> tuple[float, Array] | None:
        """J and the gradient of the true algorithm with the causes put into it."""
        if not self.causes:
            return None
        do = steps.changed([cause.mutant for cause in self.causes])
        with np.errstate(all="ignore"):
            p = steps.forward(self.probes[probe], do)
            Ds = steps.backward(p, do)
            return steps.cost(p, do), np.concatenate([D.ravel() for D in Ds])

    def to_dict(self, lang: str | None = None) -> dict[str, Any]:
        """Everything, as JSON values."""
        lang = lang or self.lang
        return {
            "function": self.name,
            "verdict": self.verdict,
            "causes": [cause.to_dict(lang) for cause in self.causes],
            "localised": [block.to_dict() for block in self.localised],
            "blocks": [block.to_dict() for block in self.blocks],
            "cost_right": self.cost_right,
            "gradient_right": self.gradient_right,
            "explained": self.explained,
            "consistent": self.consistent,
            "error": None if self.raised is None else self.raised.to_dict(),
            "notes": [list(note) for note in self.notes],
            "check": None if self.check is None else self.check.to_dict(),
            "probes": [
                {"layer_sizes": list(p.network.layer_sizes), "m": p.m, "lambda": p.lambda_}
                for p in self.probes
            ],
            "layout": None if self.convention is None else self.convention.layout,
            "labels": None if self.convention is None else self.convention.labels,
            "dtype": self.dtype,
            "seed": self.seed,
        }

    def report(self, lang: str | None = None, solution: bool = False) -> str:
        """The report for a terminal of 80 columns."""
        from clearprop.gradients.doctor_text import text

        return text(self, lang or self.lang, solution)

    def html(self, lang: str | None = None, solution: bool = False) -> str:
        """The report as a page that stands alone, with a heat map of every Theta."""
        from clearprop.gradients.doctor_html import page

        return page(self, lang or self.lang, solution)

    def __str__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        from clearprop.gradients.doctor_html import fragment

        return fragment(self, self.lang, solution=False)
