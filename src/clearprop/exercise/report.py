"""A marked sheet as text: every stage in a line, and what is wrong in the first wrong one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from clearprop.doctor.report.text import marked as marked_equation
from clearprop.exercise.contents import parts_of
from clearprop.exercise.marks import Blank, Cause, Marked, StageMark
from clearprop.exercise.sentences import sentences
from clearprop.exercise.solution import worked_solution
from clearprop.explain.blocks import Formula
from clearprop.explain.text import text_of
from clearprop.language import cells, wrapped

__all__ = ["first_mistake", "report"]

_COLUMNS, _MARGIN = 79, 14
_VERDICTS = ("right", "carried", "wrong", "coarse", "unknown", "missing")


def report(marked: Marked, lang: str, hint: int | None = None, solution: bool = False) -> str:
    """The report in one language.

    Parameters
    ----------
    hint
        1, 2 or 3: the mistake is not named, and a hint of this level is given in its place.
    solution
        Whether the first wrong blank is worked out.
    """
    say, sheet = sentences(lang), marked.sheet
    head = say("sheet.number", name=sheet.name, seed=sheet.seed)
    if marked.pupil:
        head = say("report.of", sheet=head, pupil=marked.pupil)
    counted = [
        say(f"report.count-{verdict}", n=n)
        for verdict in _VERDICTS
        if (n := marked.count(verdict)) or verdict == "right"
    ]
    line = say("report.counts", n=len(marked.blanks), counted=say("report.separator").join(counted))
    lines = [*wrapped(head, _COLUMNS), *wrapped(line, _COLUMNS), ""]
    for stage in marked.stages:
        lines += _labelled("  " + stage.stage.symbol, _stage_line(stage, lang))
    wrong = marked.first_wrong
    lines.append("")
    if wrong is None:
        return "\n".join([*lines, *wrapped(_nothing_wrong(marked, lang), _COLUMNS)])
    lines += wrapped(_before(marked, wrong, lang), _COLUMNS)
    if hint is not None:
        lines += _hints(marked, wrong, lang, hint)
    else:
        for stage in marked.stages:
            lines += _mistakes(stage, lang)
    if solution:
        blank = wrong.of("wrong")[0]
        lines += ["", say("report.solution", blank=_named([blank], wrong, lang)), ""]
        lines += text_of(worked_solution(sheet, blank, lang)).splitlines()
    return "\n".join(lines)


def first_mistake(marked: Marked, lang: str) -> str:
    """The first mistake in one sentence, or what there is to say instead."""
    wrong = marked.first_wrong
    if wrong is None:
        return _nothing_wrong(marked, lang)
    return _sentences(wrong, lang)[0]


def _labelled(label: str, content: str) -> list[str]:
    first, *more = wrapped(content, _COLUMNS - _MARGIN) or [""]
    margin = label + " " * max(1, _MARGIN - cells(label))
    return [(margin + first).rstrip(), *(" " * _MARGIN + line for line in more)]


def _stage_line(stage: StageMark, lang: str) -> str:
    """The verdict of all blanks; or the bad ones by name, and the verdict of the others."""
    say = sentences(lang)
    by_verdict = [(verdict, found) for verdict in _VERDICTS if (found := stage.of(verdict))]
    if len(by_verdict) == 1:
        return say(f"report.{by_verdict[0][0]}")
    (first, _), *others = by_verdict
    said = [
        say("report.some", verdict=say(f"report.{verdict}"), blanks=_named(found, stage, lang))
        for verdict, found in others
    ]
    rest = say("report.others", verdict=say(f"report.{first}"))
    return say("report.sentence-separator").join([*said, rest])


def _named(blanks: Sequence[Blank], stage: StageMark, lang: str) -> str:
    """Blanks by their symbols; the whole stage by its own. Several samples are told apart."""
    say = sentences(lang)
    if len(blanks) == len(stage.blanks):
        return stage.stage.symbol
    several = any(blank.sample not in (None, 1) for blank in stage.blanks)
    parts = []
    for sample, found in groupby(blanks, lambda blank: blank.sample):
        names = say("report.separator").join(blank.symbol for blank in found)
        if sample is not None and several:
            names = say("report.sample", blanks=names, i=sample)
        parts.append(names)
    return say("report.separator").join(parts)


def _nothing_wrong(marked: Marked, lang: str) -> str:
    say, missing = sentences(lang), marked.count("missing")
    if missing == len(marked.blanks):
        return say("report.empty")
    if marked.count("coarse"):
        return say("report.too-coarse")
    return say("report.all-right" if marked.right else "report.nothing-wrong")


def _before(marked: Marked, wrong: StageMark, lang: str) -> str:
    say, at = sentences(lang), marked.stages.index(wrong)
    earlier = [blank for stage in marked.stages[:at] for blank in stage.blanks]
    if not earlier:
        return say("report.first")
    filled = all(blank.verdict == "right" for blank in earlier)
    return say("report.before" if filled else "report.before-filled", stage=wrong.stage.symbol)


# -- The mistakes of a stage -----------------------------------------------------------------------


def _sentences(stage: StageMark, lang: str) -> list[str]:
    """What is wrong, in a sentence for each mistake, each slip, and what is left."""
    say, found = sentences(lang), []
    left = stage.of("wrong")
    for cause in stage.causes:
        said = cause.mutant.mutation.description(lang).cause
        found.append(
            say("report.cause", blanks=_named(cause.blanks, stage, lang), cause=said, id=cause.id)
        )
        left = [blank for blank in left if blank not in cause.blanks]
    for kind, blanks in stage.slips:
        found.append(say(f"report.slip-{kind}", blanks=_named(blanks, stage, lang)))
        left = [blank for blank in left if blank not in blanks]
    if left:
        found.append(say("report.no-cause", blanks=_named(left, stage, lang)))
    return found


def _mistakes(stage: StageMark, lang: str) -> list[str]:
    if not stage.of("wrong"):
        return []
    say, lines = sentences(lang), []
    for i, sentence in enumerate(_sentences(stage, lang)):
        lines += ["", *_labelled(say("report.mistake"), sentence)]
        if i < len(stage.causes):
            lines += _equation(stage.causes[i], lang)
            if stage.causes[i].alternatives:
                names = ", ".join(m.mutation.id for m in stage.causes[i].alternatives)
                lines += _labelled("", say("report.alternatives", names=names))
    return lines


def _equation(cause: Cause, lang: str) -> list[str]:
    equation, carets = marked_equation(cause.mutant.mutation.equation)
    label = sentences(lang)("report.equation")
    return [label + " " * (_MARGIN - cells(label)) + equation, " " * _MARGIN + carets]


def _hints(marked: Marked, wrong: StageMark, lang: str, level: int) -> list[str]:
    """Hints up to a level: where to look; a question; the equation."""
    say = sentences(lang)
    blanks = _named(wrong.of("wrong"), wrong, lang)
    lines = ["", *_labelled(say("report.hint", level=1), say("report.hint-where", blanks=blanks))]
    cause = wrong.causes[0] if wrong.causes else None
    if level >= 2:
        question = say(f"report.hint-stage-{wrong.stage.kind}")
        if cause is not None:
            question = cause.mutant.mutation.description(lang).hint
        lines += _labelled(say("report.hint", level=2), question)
    if level >= 3:
        label = say("report.hint", level=3)
        if cause is not None:
            equation, carets = marked_equation(cause.mutant.mutation.equation)
            lines += _labelled(label, equation)
            lines.append(" " * _MARGIN + carets)
        else:
            part = next(p for p in parts_of(marked.sheet, lang) if wrong.stage in p.stages)
            plain = [block.plain for block in part.blocks if isinstance(block, Formula)]
            lines += _labelled(label, plain[0])
            lines += [" " * _MARGIN + line for line in plain[1:]]
    return lines
