"""What a marked sheet says: a verdict for every blank, and the mistake of each stage."""

from __future__ import annotations

from dataclasses import dataclass

from clearprop.doctor.mistakes.mutation import Mutant
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.stages import Stage
from clearprop.exercise.typed import Typed

__all__ = ["Blank", "Cause", "Marked", "StageMark"]


@dataclass(frozen=True)
class Blank:
    """One blank.

    Attributes
    ----------
    stage, index
        Where it stands: the stage, and the index in the stage's array.
    typed
        What was typed, or None.
    verdict
        ``"right"``; ``"carried"`` (right from the learner's own earlier numbers, among which is a
        wrong one); ``"wrong"``; ``"coarse"`` (too few digits to tell); ``"unknown"`` (no number
        follows from those before, as with the logarithm of a negative number); ``"missing"``.
    expected
        What follows from the learner's own earlier numbers.
    tolerance
        How far off it may be.
    """

    stage: Stage
    index: tuple[int, ...]
    typed: Typed | None
    verdict: str
    expected: float
    tolerance: float

    @property
    def symbol(self) -> str:
        """Its name in the course's notation; units count from 1, the bias unit from 0.

        Examples
        --------
        >>> Blank(Stage("z", 3), (1, 0), None, "missing", 0.5, 0.0).symbol
        'z^(3)_1'
        >>> Blank(Stage("Delta", 2), (0, 1), None, "missing", 0.5, 0.0).symbol
        'Delta^(2)_2,0'
        """
        if self.stage.kind == "J":
            return "J"
        if self.stage.per_sample:
            return f"{self.stage.symbol}_{self.index[1] + 1}"
        return f"{self.stage.symbol}_{self.index[1] + 1},{self.index[0]}"

    @property
    def sample(self) -> int | None:
        """The sample that it belongs to, from 1, or None."""
        return self.index[0] + 1 if self.stage.per_sample else None


@dataclass(frozen=True)
class Cause:
    """A mistake that gives the learner's own numbers.

    Attributes
    ----------
    mutant
        The mistake and its place.
    blanks
        The blanks that it explains.
    alternatives
        Other mistakes that give the same numbers here.
    """

    mutant: Mutant
    blanks: tuple[Blank, ...]
    alternatives: tuple[Mutant, ...]

    @property
    def id(self) -> str:
        """The mistake's name in the doctor's catalogue."""
        return self.mutant.mutation.id


@dataclass(frozen=True)
class StageMark:
    """A stage.

    Attributes
    ----------
    stage, blanks
        Which one, and its blanks.
    causes
        The mistakes that are made in it.
    slips
        Slips of the pen, each with its blanks; see :mod:`clearprop.exercise.slips`.
    """

    stage: Stage
    blanks: tuple[Blank, ...]
    causes: tuple[Cause, ...] = ()
    slips: tuple[tuple[str, tuple[Blank, ...]], ...] = ()

    def of(self, *verdicts: str) -> list[Blank]:
        """The blanks with one of these verdicts."""
        return [blank for blank in self.blanks if blank.verdict in verdicts]


@dataclass(frozen=True)
class Marked:
    """A marked sheet."""

    sheet: Sheet
    pupil: str
    stages: tuple[StageMark, ...]

    @property
    def blanks(self) -> list[Blank]:
        """Every blank, in the order of the calculation."""
        return [blank for stage in self.stages for blank in stage.blanks]

    def count(self, *verdicts: str) -> int:
        """How many blanks have one of these verdicts."""
        return sum(blank.verdict in verdicts for blank in self.blanks)

    @property
    def first_wrong(self) -> StageMark | None:
        """The first stage with a wrong blank."""
        return next((stage for stage in self.stages if stage.of("wrong")), None)

    @property
    def right(self) -> bool:
        """Whether every blank is filled in and right."""
        return self.count("right") == len(self.blanks)
