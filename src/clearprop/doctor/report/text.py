"""A diagnosis as a report for a terminal of 80 columns."""

from __future__ import annotations

import math

from clearprop.doctor.diagnosis import Cause, Diagnosis
from clearprop.doctor.evidence import Evidence
from clearprop.doctor.report.content import (
    alternatives,
    block_sentence,
    evidence,
    evidence_sentence,
    how,
    marked_parts,
    remarks,
    sentences,
    shown,
    unit_rows,
    verdict_sentence,
)
from clearprop.language import cells, shorten, wrapped

__all__ = ["marked", "text"]

_COLUMNS = 79
_MARGIN = 11


def text(diagnosis: Diagnosis, lang: str, solution: bool) -> str:
    """The whole report."""
    lines = wrapped(verdict_sentence(diagnosis, lang), _COLUMNS)
    lines += ["", *wrapped(diagnosis.entry, _COLUMNS)] if diagnosis.entry else []
    if diagnosis.raised is not None:
        lines += ["", *_raised(diagnosis, lang)]
    lines += _asking(diagnosis, lang)
    if diagnosis.check is not None:
        lines += ["", str(diagnosis.check)]
        for found in shown(diagnosis):
            lines += ["", *_shown(found, lang)]
        lines += _remarks(diagnosis, lang)
        return "\n".join(lines)
    for convention in diagnosis.conventions:
        label = sentences(lang)("report.convention")
        lines += ["", *_labelled(label, f"{convention.sentence(lang)} [{convention.id}]")]
    for number, cause in enumerate(diagnosis.causes, start=1):
        lines += ["", *_cause(diagnosis, cause, number, lang, solution)]
    if diagnosis.causes and diagnosis.answers:
        lines += ["", *_evidence(diagnosis, lang)]
    elif not diagnosis.causes and not diagnosis.right and diagnosis.raised is None:
        lines += ["", *wrapped(sentences(lang)("report.unknown-cause"), _COLUMNS)]
    if not diagnosis.right and diagnosis.blocks:
        lines += ["", *_blocks(diagnosis, lang)]
    for found in shown(diagnosis):
        lines += ["", *_shown(found, lang)]
    for training in diagnosis.training:
        label = sentences(lang)("report.training")
        lines += ["", *_labelled(label, training.to_dict(lang)["sentence"])]
    lines += _remarks(diagnosis, lang)
    sentence = how(diagnosis, lang)
    lines += ["", *wrapped(sentence, _COLUMNS)] if sentence else []
    return "\n".join(lines)


def _filled(label: str) -> str:
    """A label in the margin."""
    return label + " " * (_MARGIN - cells(label))


def _labelled(label: str, content: str) -> list[str]:
    """A label in the margin, and its text beside it."""
    lines = wrapped(content, _COLUMNS - _MARGIN)
    margins = [_filled(label), *[_filled("")] * (len(lines) - 1)]
    return [margin + line for margin, line in zip(margins, lines, strict=True)]


def _raised(diagnosis: Diagnosis, lang: str) -> list[str]:
    raised = diagnosis.raised
    assert raised is not None
    lines = wrapped(f"{raised.kind}: {raised.sentence(lang)}", _COLUMNS)
    if raised.line:
        lines += [f"  {raised.file}:{raised.line}", f"    {shorten(raised.code, _COLUMNS - 4)}"]
    if diagnosis.probes:
        probe = diagnosis.probes[0]
        sizes = "-".join(map(str, probe.network.layer_sizes))
        lines += wrapped(sentences(lang)("report.raised-where", sizes=sizes, m=probe.m), _COLUMNS)
    return lines


def _asking(diagnosis: Diagnosis, lang: str) -> list[str]:
    """What was tried in vain, and lines by which the code can be asked."""
    say, lines = sentences(lang), []
    if diagnosis.tried:
        lines += ["", *wrapped(say("report.tried"), _COLUMNS)]
        for line in diagnosis.tried:
            first, *more = wrapped(line, _COLUMNS - 2)
            lines += ["- " + first, *("  " + rest for rest in more)]
    if diagnosis.adapter is not None:
        lines += ["", *wrapped(say("report.adapter"), _COLUMNS), ""]
        lines += ["    " + line if line else "" for line in diagnosis.adapter.splitlines()]
    return lines


def _cause(diagnosis: Diagnosis, cause: Cause, number: int, lang: str, solution: bool) -> list[str]:
    say, mutation = sentences(lang), cause.mutant.mutation
    described = mutation.description(lang)
    label = say("report.cause")
    if len(diagnosis.causes) > 1:
        label += f" {number}"
    lines = _labelled(label, f"{described.cause} [{cause.id}]")
    lines += _labelled(say("report.where"), cause.mutant.where(lang))
    equation, carets = marked(mutation.equation)
    lines.append(_filled(say("report.equation")) + equation)
    lines.append(_filled("") + carets)
    lines += _labelled(say("report.hint"), described.hint)
    if solution:
        lines.append(_filled(say("report.solution")) + mutation.line)
    if cause.alternatives:
        lines += _labelled("", alternatives(cause, lang))
    return lines


def marked(equation: str) -> tuple[str, str]:
    """An equation and, for the line below, carets under what is marked in it.

    Examples
    --------
    >>> for line in marked("D = [[1/m]] Delta"):
    ...     print(line)
    D = 1/m Delta
        ^^^
    """
    parts = marked_parts(equation)
    carets = "".join(("^" if inside else " ") * len(part) for part, inside in parts)
    return "".join(part for part, _ in parts), carets.rstrip()


def _evidence(diagnosis: Diagnosis, lang: str) -> list[str]:
    say = sentences(lang)
    lines = _labelled(say("report.evidence-label"), evidence_sentence(diagnosis, lang))
    rows = evidence(diagnosis, lang)
    if not rows:
        return lines
    heads = ("", say("report.yours"), say("report.right"), say("report.planted"))
    return [*lines, *map(_row, [heads, *rows])]


def _row(row: tuple[str, str, str, str]) -> str:
    name, *numbers = row
    line = " " * 2 + name + " " * max(0, 26 - cells(name))
    for number in numbers:
        line += " " * max(1, 17 - cells(number)) + number
    return line.rstrip()


def _shown(found: Evidence, lang: str) -> list[str]:
    lines = _labelled(sentences(lang)("evidence.label"), found.sentence(lang))
    for unit, *numbers in unit_rows(found, lang):
        line = "  " + unit + " " * (4 - cells(unit))
        for number in numbers:
            line += " " * max(1, 12 - cells(number)) + number
        lines.append(line.rstrip())
    left = len(found.units) - len(unit_rows(found, lang)) + 1
    return [*lines, "  " + sentences(lang)("evidence.more", n=left)] if left > 1 else lines


def _blocks(diagnosis: Diagnosis, lang: str) -> list[str]:
    say, lines = sentences(lang), []
    for block in diagnosis.blocks:
        verdict = say(f"report.block-{block.verdict}")
        name = say(f"report.block-{block.block}")
        error = f"{block.error:.1e}" if math.isfinite(block.error) else "-"
        line = f"  Theta^({block.layer})  {name}{' ' * (9 - cells(name))}"
        line += f"{verdict}{' ' * (7 - cells(verdict))}{error:>8}  "
        first, *more = wrapped(block_sentence(block, lang), _COLUMNS - cells(line)) or [""]
        lines.append((line + first).rstrip())
        lines += [" " * cells(line) + rest for rest in more]
    return lines


def _remarks(diagnosis: Diagnosis, lang: str) -> list[str]:
    lines = []
    for remark in remarks(diagnosis, lang):
        first, *more = wrapped(remark, _COLUMNS - 2)
        lines += ["", "- " + first, *("  " + rest for rest in more)]
    return lines
