"""A diagnosis as a report for a terminal of 80 columns."""

from __future__ import annotations

import math

import numpy as np

from clearprop.gradients.diagnosis import Cause, Diagnosis
from clearprop.gradients.localize import BlockFinding
from clearprop.gradients.report import blocks_of
from clearprop.gradients.words import mutation_words, where, words
from clearprop.language import cells, wrapped

__all__ = [
    "block_sentence",
    "evidence",
    "how",
    "marked",
    "marked_parts",
    "remarks",
    "text",
    "verdict_sentence",
]

_COLUMNS = 79
_MARGIN = 11


def text(diagnosis: Diagnosis, lang: str, solution: bool) -> str:
    """The whole report."""
    lines = wrapped(verdict_sentence(diagnosis, lang), _COLUMNS)
    if diagnosis.raised is not None:
        lines += ["", *_raised(diagnosis, lang)]
    if diagnosis.check is not None:
        lines += ["", str(diagnosis.check)]
        return "\n".join(lines)
    for number, cause in enumerate(diagnosis.causes, start=1):
        lines += ["", *_cause(diagnosis, cause, number, lang, solution)]
    if diagnosis.causes:
        lines += ["", *_evidence(diagnosis, lang)]
    elif not diagnosis.right and diagnosis.raised is None:
        lines += ["", *wrapped(words("unknown-cause", lang), _COLUMNS)]
    if not diagnosis.right and diagnosis.blocks:
        lines += ["", *_blocks(diagnosis, lang)]
    lines += _remarks(diagnosis, lang)
    sentence = how(diagnosis, lang)
    lines += ["", *wrapped(sentence, _COLUMNS)] if sentence else []
    return "\n".join(lines)


def verdict_sentence(diagnosis: Diagnosis, lang: str) -> str:
    """The first line: what is right and what is wrong."""
    if diagnosis.raised is not None:
        return words("verdict-raised", lang, name=diagnosis.name)
    if diagnosis.check is not None:
        return words(f"verdict-check-{diagnosis.check.verdict}", lang, name=diagnosis.name)
    if diagnosis.right:
        return words("verdict-right", lang, name=diagnosis.name)
    halves = {
        (True, False): "verdict-gradient",
        (False, True): "verdict-cost",
        (False, False): "verdict-both",
    }[bool(diagnosis.cost_right), bool(diagnosis.gradient_right)]
    return words(halves, lang, name=diagnosis.name)


def _labelled(label: str, content: str) -> list[str]:
    """A label in the margin, and its text beside it."""
    lines = wrapped(content, _COLUMNS - _MARGIN)
    margins = [label + " " * (_MARGIN - cells(label)), *[" " * _MARGIN] * (len(lines) - 1)]
    return [margin + line for margin, line in zip(margins, lines, strict=True)]


def _raised(diagnosis: Diagnosis, lang: str) -> list[str]:
    raised = diagnosis.raised
    assert raised is not None
    lines = wrapped(f"{raised.kind}: {raised.message}", _COLUMNS)
    if raised.line:
        lines += [f"  {raised.file}:{raised.line}", f"    {raised.code}"]
    if diagnosis.probes:
        probe = diagnosis.probes[0]
        sizes = "-".join(map(str, probe.network.layer_sizes))
        lines += wrapped(words("raised-where", lang, sizes=sizes, m=probe.m), _COLUMNS)
    return lines


def _cause(diagnosis: Diagnosis, cause: Cause, number: int, lang: str, solution: bool) -> list[str]:
    entry = mutation_words(cause.id, lang)
    label = words("cause", lang)
    if len(diagnosis.causes) > 1:
        label += f" {number}"
    lines = _labelled(label, f"{entry['cause']} [{cause.id}]")
    lines += _labelled(words("where", lang), where(cause.mutant, lang))
    equation, carets = marked(cause.mutant.mutation.equation)
    label = words("equation", lang)
    lines.append(label + " " * (_MARGIN - cells(label)) + equation)
    lines.append(" " * _MARGIN + carets)
    lines += _labelled(words("hint", lang), entry["hint"])
    if solution:
        label = words("solution", lang)
        lines.append(label + " " * (_MARGIN - cells(label)) + cause.mutant.mutation.line)
    if cause.alternatives:
        names = ", ".join(sorted({other.mutation.id for other in cause.alternatives}))
        lines += _labelled("", words("alternatives", lang, names=names))
    return lines


def marked_parts(equation: str) -> list[tuple[str, bool]]:
    """An equation in parts, each with whether it stands in ``[[ ]]``.

    Examples
    --------
    >>> marked_parts("D = [[1/m]] Delta")
    [('D = ', False), ('1/m', True), (' Delta', False)]
    """
    parts, text, inside, i = [], "", False, 0
    while i < len(equation):
        # "]]]" closes a bracket of the mathematics first.
        closes = equation.startswith("]]", i) and not equation.startswith("]]]", i)
        if closes if inside else equation.startswith("[[", i):
            parts.append((text, inside))
            text, inside, i = "", not inside, i + 2
        else:
            text, i = text + equation[i], i + 1
    return [part for part in [*parts, (text, inside)] if part[0]]


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


def evidence(diagnosis: Diagnosis, lang: str, count: int = 5) -> list[tuple[str, str, str, str]]:
    """Numbers side by side: parameter, the learner's, the right one, with the mistake put in.

    J first where it is wrong, then the entries of the gradient that differ the most.
    """
    if not diagnosis.answers or not diagnosis.probes:
        return []
    answer = diagnosis.answers[0]
    J, D = diagnosis.expected()
    mistaken = diagnosis.mistaken()
    rows = []

    def row(name: str, mine: float, right: float, planted: float | None) -> None:
        rows.append(
            (name, _number(mine), _number(right), "" if planted is None else _number(planted))
        )

    if not diagnosis.cost_right:
        row("J", answer.J, J, None if mistaken is None else mistaken[0])
    if not diagnosis.gradient_right and answer.gradient is not None:
        far = np.abs(np.nan_to_num(answer.gradient - D, nan=np.inf))
        blocks = blocks_of(diagnosis.probes[0].network.layer_sizes)
        for index in np.sort(np.argsort(-far, kind="stable")[:count]).tolist():
            block = next(b for b in blocks if b.start <= index < b.stop)
            planted = None
            if mistaken is not None and mistaken[1].shape == D.shape and diagnosis.explained:
                planted = float(mistaken[1][index])
            entry = block.entry_name(index).replace("bias", words("block-bias", lang))
            name = f"Theta^({block.layer}), {entry}"
            row(name, float(answer.gradient[index]), float(D[index]), planted)
    return rows


def _number(value: float) -> str:
    return f"{value:+.9f}" if 1e-4 < abs(value) < 1e5 or value == 0 else f"{value:+.8e}"


def _evidence(diagnosis: Diagnosis, lang: str) -> list[str]:
    match = max(cause.match for cause in diagnosis.causes)
    key = "evidence" if diagnosis.explained else "evidence-half"
    sentence = words(key, lang, n=len(diagnosis.probes), match=f"{match:.1e}")
    lines = _labelled(words("evidence-label", lang), sentence)
    rows = evidence(diagnosis, lang)
    if not rows:
        return lines
    heads = ("", words("yours", lang), words("right", lang), words("planted", lang))
    lines.append(_row(heads))
    return lines + [_row(row) for row in rows]


def _row(row: tuple[str, str, str, str]) -> str:
    name, *numbers = row
    line = " " * 2 + name + " " * max(0, 26 - cells(name))
    for number in numbers:
        line += " " * max(1, 17 - cells(number)) + number
    return line.rstrip()


def block_sentence(block: BlockFinding, lang: str) -> str:
    """What a wrong block has in common with the right numbers."""
    if block.kind is None:
        sentence = ""
    else:
        kind = block.kind.replace(" ", "-")
        if kind == "theta" and block.value is None:
            kind = "lambda"
        sentence = words(f"kind-{kind}", lang, value=block.value)
    if block.units:
        units = ", ".join(map(str, block.units))
        sentence += (" " if sentence and lang == "en" else "") + words("units", lang, units=units)
    return sentence


def _blocks(diagnosis: Diagnosis, lang: str) -> list[str]:
    lines = []
    for block in diagnosis.blocks:
        verdict = words(f"block-{block.verdict}", lang)
        name = words(f"block-{block.block}", lang)
        error = f"{block.error:.1e}" if math.isfinite(block.error) else "-"
        line = f"  Theta^({block.layer})  {name}{' ' * (9 - cells(name))}"
        line += f"{verdict}{' ' * (7 - cells(verdict))}{error:>8}  "
        first, *more = wrapped(block_sentence(block, lang), _COLUMNS - cells(line)) or [""]
        lines.append((line + first).rstrip())
        lines += [" " * cells(line) + rest for rest in more]
    return lines


def remarks(diagnosis: Diagnosis, lang: str) -> list[str]:
    """What else is to be said, a sentence or two each."""
    found = []
    if diagnosis.causes and not diagnosis.explained:
        found.append(words("half-unknown", lang))
    if diagnosis.consistent is not None and not diagnosis.cost_right:
        found.append(words("consistent" if diagnosis.consistent else "inconsistent", lang))
    for key, value in dict.fromkeys(diagnosis.notes):
        values = value.split("|", 1)
        found.append(words(f"note-{key}", lang, value=values[0], more=values[-1]))
    return found


def _remarks(diagnosis: Diagnosis, lang: str) -> list[str]:
    lines = []
    for remark in remarks(diagnosis, lang):
        first, *more = wrapped(remark, _COLUMNS - 2)
        lines += ["", "- " + first, *("  " + rest for rest in more)]
    return lines


def how(diagnosis: Diagnosis, lang: str) -> str:
    """What was asked, and how theta and y were read."""
    if diagnosis.convention is None or not diagnosis.probes or diagnosis.raised is not None:
        return ""
    convention = diagnosis.convention
    layout = convention.layout.replace(",", "-").replace(" ", "-")
    asked = ", ".join(
        dict.fromkeys(
            f"{'-'.join(map(str, p.network.layer_sizes))} m={p.m} lambda={p.lambda_:g}"
            for p in diagnosis.probes
        )
    )
    return words(
        "how",
        lang,
        asked=asked,
        seed=diagnosis.seed,
        layout=words(f"layout-{layout}", lang),
        labels=words(f"labels-{convention.labels.split()[0]}", lang),
        dtype=diagnosis.dtype,
    )
