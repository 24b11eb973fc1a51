"""What the doctor found, as a record. The room's front door binds the reports to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from clearprop.doctor import algorithm
from clearprop.doctor.conventions import Base
from clearprop.doctor.evidence import Evidence
from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.learner.ways import Way
from clearprop.doctor.localize import BlockFinding
from clearprop.doctor.memo import Memo, steps
from clearprop.doctor.mistakes.mutation import Mutant
from clearprop.doctor.probe import Probe
from clearprop.faces import face
from clearprop.gradients.report import GradientReport
from clearprop.network.architecture import Array

__all__ = ["Cause", "Diagnosis"]


class Finding(Protocol):
    """A record that a report shows in a sentence or a table."""

    def to_dict(self, lang: str) -> dict[str, Any]:
        """As JSON values."""


@dataclass(frozen=True, eq=False)
class Cause:
    """One mistake, and how closely it gives the learner's numbers.

    Attributes
    ----------
    mutant
        The mistake, with its place.
    match
        The largest relative difference to the learner's numbers, with all causes put in.
    alternatives
        Other mistakes that give the same numbers.
    """

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
            "where": self.mutant.where(lang),
            "sentence": self.mutant.mutation.description(lang).cause,
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
        ``"right"``; ``"other-cost"`` if the gradient is that of the cost that is computed, and this
        is not the stated one (see ``conventions``); ``"wrong"`` if a cause is known, or if finite
        differences of the function's own J prove it: a part of the gradient is their derivative,
        and another part is not; ``"unknown"`` if something is wrong and nothing in the catalogue
        gives these numbers, or if the function could not be called (see ``raised``).
    conventions
        A :class:`~clearprop.doctor.conventions.CostConvention` for each point in which the cost
        differs from the stated one. What is right is judged under them.
    causes
        A :class:`Cause` for each mistake; empty if all is right or the cause is unknown.
    blocks
        A :class:`~clearprop.doctor.localize.BlockFinding` for the bias row and the weights of
        every layer.
    cost_right, gradient_right
        Whether each half is right; None if there is nothing to compare it with.
    explained
        Whether the causes explain everything that is wrong.
    consistent
        Whether the gradient is the derivative of the function's own J; None if this was not
        checked.
    seed
        The seed of the probes.
    raised
        The exception of the function, with file, line and code.
    notes
        Further remarks: the key of a sentence, and what goes into it.
    base
        All conventions of the cost that is meant, the stated ones too.
    evidence
        What the numbers of single layers show: an
        :class:`~clearprop.doctor.evidence.Evidence` for each.
    training
        What keeps a training loop from learning: a record for each, with ``to_dict(lang)``.
    tried
        For code that could not be asked: what was tried, in one line each.
    adapter
        For such code: lines of Python to paste and fill in, by which it can be asked.
    entry
        What was asked and why, if the doctor chose it.
    check
        The :class:`~clearprop.gradients.report.GradientReport` of a function of theta alone.

    Examples
    --------
    >>> from clearprop import diagnose
    >>> diagnosis = diagnose(lambda theta: (theta @ theta, 2 * theta), theta=[1.0, 2.0])
    >>> diagnosis.verdict, diagnosis.causes
    ('right', ())
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
    way: Way | None = None
    probes: tuple[Probe, ...] = ()
    answers: tuple[Answer, ...] = ()
    dtype: str = "float64"
    raised: Raised | None = None
    notes: tuple[tuple[str, str], ...] = ()
    check: GradientReport | None = None
    conventions: Base = ()
    base: Base = ()
    evidence: tuple[Evidence, ...] = ()
    training: tuple[Finding, ...] = ()
    tried: tuple[str, ...] = ()
    adapter: str | None = None
    entry: str = ""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong: with the stated cost, or with another one."""
        return self.verdict in ("right", "other-cost")

    @property
    def localised(self) -> tuple[BlockFinding, ...]:
        """The blocks that are not right."""
        return tuple(block for block in self.blocks if block.verdict != "right")

    def arguments(self, probe: int = 0) -> dict[str, Any]:
        """The arguments of one of the calls, to repeat it."""
        assert self.way is not None
        return self.way.direct(self.probes[probe])

    def expected(self, probe: int = 0) -> tuple[float, Array]:
        """J and the gradient that one of the calls should have given, in theta's own order."""
        return Memo().truth(self.probes[probe], self.base)

    def mistaken(self, probe: int = 0) -> tuple[float, Array] | None:
        """J and the gradient of the true algorithm with the causes put into it."""
        if not self.causes:
            return None
        do = steps(self.base, tuple(cause.mutant for cause in self.causes))
        with np.errstate(all="ignore"):
            p = algorithm.forward(Memo().probe(self.probes[probe], self.base), do)
            Ds = algorithm.backward(p, do)
            return algorithm.cost(p, do), np.concatenate([D.ravel() for D in Ds])

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
            "conventions": [convention.to_dict(lang) for convention in self.conventions],
            "explained": self.explained,
            "consistent": self.consistent,
            "error": None if self.raised is None else self.raised.to_dict(lang),
            "evidence": [finding.to_dict(lang) for finding in self.evidence],
            "training": [finding.to_dict(lang) for finding in self.training],
            "tried": list(self.tried),
            "adapter": self.adapter,
            "entry": self.entry,
            "notes": [list(note) for note in self.notes],
            "check": None if self.check is None else self.check.to_dict(),
            "probes": [
                {"layer_sizes": list(p.network.layer_sizes), "m": p.m, "lambda": p.lambda_}
                for p in self.probes
            ],
            "layout": None if self.way is None else self.way.layout,
            "labels": None if self.way is None else self.way.labels,
            "dtype": self.dtype,
            "seed": self.seed,
        }

    def report(self, lang: str | None = None, solution: bool = False) -> str:
        """The report for a terminal of 80 columns; with the corrected lines if `solution`."""
        return face(self, "text")(self, lang or self.lang, solution)

    def html(self, lang: str | None = None, solution: bool = False) -> str:
        """The report as a page that stands alone, with a heat map of every Theta."""
        return face(self, "page")(self, lang or self.lang, solution)

    def __str__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        return face(self, "fragment")(self, self.lang, False)
