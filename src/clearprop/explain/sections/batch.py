"""From one sample to the batch: the average of the wishes, and what J reacts to most."""

from __future__ import annotations

from clearprop.explain import formulas
from clearprop.explain.batch import Average, Parameter
from clearprop.explain.blocks import Block, Heading, Paragraph, Row, Sum, Table
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import addition, significant
from clearprop.explain.sections.forward import rest_rows
from clearprop.explain.words import Words, parameter

__all__ = ["batch"]


def batch(e: Explanation, say: Words) -> list[Block]:
    """How the samples of the batch agree on a gradient, and its largest entries."""
    blocks: list[Block] = [
        Heading(2, say("batch.heading", m=e.batch.m)),
        Paragraph(say("batch.idea", m=e.batch.m)),
        formulas.GRADIENT,
    ]
    for average in e.averages:
        blocks += _average(e, say, average)
    return blocks + _sensitivities(e, say)


def _average(e: Explanation, say: Words, average: Average) -> list[Block]:
    m, shown = e.batch.m, e.shown_samples
    rest = sum(average.samples[shown:]) if m > shown else None
    added = addition(list(average.samples[:shown]), average.Delta, rest)
    name = parameter(average.parameter)
    rows = [
        Row(say("batch.this" if i == e.sample else "batch.sample", i=i + 1), "", value)
        for i, value in enumerate(added.terms)
    ]
    rows += rest_rows(say, m - shown, added.rest, added.rounding)
    after = [Row(say("batch.mean"), f"{significant(average.Delta)} / {m}",
                 significant(average.Delta / m))]  # fmt: skip
    lambda_ = e.batch.network.regularization
    if lambda_ and average.parameter.source:
        product = f"{lambda_:g} / {m} × {significant(average.parameter.value)}"
        after.append(Row(say("batch.penalty"), product, significant(average.penalty)))
    after.append(Row(say("batch.D", symbol=name), "", significant(average.D)))
    after.append(Row(say("batch.step"), "", significant(-average.D)))
    return [
        Heading(3, say("batch.parameter", symbol=name, place=_place(e, say, average.parameter))),
        Sum(tuple(rows), Row(say("batch.Delta"), "", added.total), tuple(after)),
    ]


def _sensitivities(e: Explanation, say: Words) -> list[Block]:
    step = f"{e.sensitivities[0].step:g}"
    head = (say("batch.entry"), say("batch.place"), "dJ/dTheta", say("batch.change", step=step))
    rows = tuple(
        (
            parameter(entry.parameter),
            _place(e, say, entry.parameter),
            significant(entry.D),
            significant(entry.change),
        )
        for entry in e.sensitivities
    )
    return [
        Heading(2, say("batch.sensitivity")),
        Paragraph(say("batch.sensitivity-idea", step=step, J=significant(e.batch.J or 0.0))),
        Table(head, rows),
    ]


def _place(e: Explanation, say: Words, p: Parameter) -> str:
    """A parameter's place in words: from which unit to which."""
    target = (
        say.named(str(p.target), say.output(p.target))
        if p.layer == e.batch.n_layers - 1
        else str(p.target)
    )
    if p.source == 0:
        return say("batch.bias-of", layer=p.layer + 1, unit=target)
    source = say.named(str(p.source), say.input(p.source)) if p.layer == 1 else str(p.source)
    return say("batch.from-to", source=source, layer=p.layer, target=target, above=p.layer + 1)
