"""What a report says, before it is set as text or as a page."""

from __future__ import annotations

import re

import numpy as np

from clearprop.doctor.diagnosis import Cause, Diagnosis
from clearprop.doctor.evidence import Evidence
from clearprop.doctor.learner.layouts import THRESHOLD
from clearprop.doctor.localize import BlockFinding
from clearprop.gradients.report import blocks_of
from clearprop.language import Sentences

__all__ = [
    "alternatives",
    "block_sentence",
    "evidence",
    "evidence_sentence",
    "how",
    "marked_parts",
    "remarks",
    "sentences",
    "shown",
    "unit_rows",
    "verdict_sentence",
]


def sentences(lang: str) -> Sentences:
    """The doctor's sentences: the tables ``report``, ``where`` and ``page``."""
    return Sentences("clearprop.doctor", lang)


def verdict_sentence(diagnosis: Diagnosis, lang: str) -> str:
    """The first line: what is right and what is wrong."""
    if diagnosis.raised is not None:
        key = "verdict-raised"
    elif diagnosis.check is not None:
        key = f"verdict-check-{diagnosis.check.verdict}"
    elif diagnosis.cost_right is None and diagnosis.blocks:
        key = f"verdict-alone-{diagnosis.verdict if diagnosis.right else 'wrong'}"
    elif diagnosis.verdict == "other-cost":
        key = "verdict-other-cost"
    elif ("labels-from-1", "") in diagnosis.notes:
        key = "verdict-right-from-1"
    else:
        key = {
            (True, True): "verdict-right",
            (True, False): "verdict-gradient",
            (False, True): "verdict-cost",
            (False, False): "verdict-both",
        }[bool(diagnosis.cost_right), bool(diagnosis.gradient_right)]
    activation = dict(diagnosis.notes).get("activation-found", "")
    if key == "verdict-right" and activation:
        key = "verdict-right-activation"
    return sentences(lang)(f"report.{key}", name=diagnosis.name, value=activation)


def alternatives(cause: Cause, lang: str) -> str:
    """The other mistakes that give the same numbers, or nothing."""
    if not cause.alternatives:
        return ""
    names = ", ".join(sorted({other.mutation.id for other in cause.alternatives}))
    return sentences(lang)("report.alternatives", names=names)


def marked_parts(equation: str) -> list[tuple[str, bool]]:
    """An equation in parts, each with whether it stands in ``[[ ]]``.

    Examples
    --------
    >>> marked_parts("D = [[1/m]] Delta")
    [('D = ', False), ('1/m', True), (' Delta', False)]
    """
    parts, text, inside, i = [], "", False, 0
    while i < len(equation):
        # In "]]]" the first bracket belongs to the mathematics.
        closes = equation.startswith("]]", i) and not equation.startswith("]]]", i)
        if closes if inside else equation.startswith("[[", i):
            parts.append((text, inside))
            text, inside, i = "", not inside, i + 2
        else:
            text, i = text + equation[i], i + 1
    return [part for part in [*parts, (text, inside)] if part[0]]


def evidence_sentence(diagnosis: Diagnosis, lang: str) -> str:
    """How closely the causes give the learner's numbers, and on how many probes."""
    match = max(cause.match for cause in diagnosis.causes)
    key = "report.evidence" if diagnosis.explained else "report.evidence-half"
    return sentences(lang)(key, n=len(diagnosis.probes), match=f"{match:.1e}")


def evidence(diagnosis: Diagnosis, lang: str, count: int = 5) -> list[tuple[str, str, str, str]]:
    """Numbers side by side: parameter, the learner's, the right one, with the mistake put in.

    J comes first where it is wrong, then those entries of the gradient that differ most.
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

    if answer.J is not None and not diagnosis.cost_right:
        row("J", answer.J, J, None if mistaken is None else mistaken[0])
    if not diagnosis.gradient_right and answer.gradient is not None:
        far = np.abs(np.nan_to_num(answer.gradient - D, nan=np.inf))
        blocks = blocks_of(diagnosis.probes[0].network.layer_sizes)
        for index in np.sort(np.argsort(-far, kind="stable")[:count]).tolist():
            block = next(b for b in blocks if b.start <= index < b.stop)
            planted = None
            if mistaken is not None and mistaken[1].shape == D.shape and diagnosis.explained:
                planted = float(mistaken[1][index])
            bias = sentences(lang)("report.block-bias")
            name = f"Theta^({block.layer}), {block.entry_name(index).replace('bias', bias)}"
            row(name, float(answer.gradient[index]), float(D[index]), planted)
    return rows


def _number(value: float) -> str:
    return f"{value:+.9f}" if 1e-4 < abs(value) < 1e5 or value == 0 else f"{value:+.8e}"


def unit_rows(found: Evidence, lang: str, most: int = 12) -> list[list[str]]:
    """The table of a layer: its heads, and a row for each unit; none without a table."""
    if not found.units:
        return []
    say = sentences(lang)
    heads = [say("evidence.unit"), "z", *(say(f"evidence.{key}") for key in _COLUMNS)]
    rows = [[*heads, "g'(z)"]]
    for unit in found.units[:most]:
        numbers = (unit.z, unit.flow, unit.yours, unit.right, unit.used, unit.slope)
        rows.append([str(unit.unit), *("" if n is None else f"{n:+.6f}" for n in numbers)])
    return rows


_COLUMNS = ("flow", "yours", "right", "used")


def shown(diagnosis: Diagnosis) -> list[Evidence]:
    """The evidence that a report shows: all of it, where the causes do not explain everything."""
    explained = diagnosis.causes and diagnosis.explained
    return [found for found in diagnosis.evidence if not explained or found.kind == "size"]


def block_sentence(block: BlockFinding, lang: str) -> str:
    """What a wrong block has in common with the right numbers."""
    say, sentence = sentences(lang), ""
    if block.kind is not None:
        kind = block.kind.replace(" ", "-")
        if kind == "theta" and block.value is None:
            kind = "lambda"
        sentence = say(f"report.kind-{kind}", value=block.value)
    if block.units:
        units = ", ".join(map(str, block.units))
        sentence += (" " if sentence and lang == "en" else "") + say("report.units", units=units)
    return sentence


def remarks(diagnosis: Diagnosis, lang: str) -> list[str]:
    """What else is to be said, in a sentence or two each."""
    say, found = sentences(lang), []
    if diagnosis.causes and not diagnosis.explained:
        found.append(say("report.half-unknown"))
    if diagnosis.consistent is not None and diagnosis.cost_right is False:
        found.append(say("report.consistent" if diagnosis.consistent else "report.inconsistent"))
    for key, value in dict.fromkeys(diagnosis.notes):
        values = value.split("|", 1)
        found.append(say(f"report.note-{key}", value=values[0], more=values[-1]))
    return found


def how(diagnosis: Diagnosis, lang: str) -> str:
    """What was asked, and how theta and y were read."""
    if diagnosis.way is None or not diagnosis.probes or diagnosis.raised is not None:
        return ""
    say, way = sentences(lang), diagnosis.way
    layout = re.sub("[, ]+", "-", way.layout.removesuffix(THRESHOLD))
    written = say(f"report.layout-{layout}")
    if way.layout.endswith(THRESHOLD):
        written = say("report.thresholds", layout=written)
    asked = ", ".join(
        dict.fromkeys(
            f"{'-'.join(map(str, p.network.layer_sizes))} m={p.m} lambda={p.lambda_:g}"
            for p in diagnosis.probes
        )
    )
    return say(
        "report.how",
        asked=asked,
        seed=diagnosis.seed,
        layout=written,
        labels=say(f"report.labels-{way.labels.split()[0]}"),
        dtype=diagnosis.dtype,
    )
