"""From one sample to the batch: the average of the wishes, and what J reacts to most."""

from __future__ import annotations

from clearprop.explain import formulas
from clearprop.explain.averages import Average, Parameter
from clearprop.explain.blocks import Block, Heading, Paragraph, Row, Sum, Table
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import addition, significant
from clearprop.explain.sections.forward import rest_rows
from clearprop.explain.sentences import NamedSentences
from clearprop.explain.symbols import theta_symbol

__all__ = ["batch"]


def batch(e: Explanation, say: NamedSentences) -> list[Block]:
    """How the samples make a gradient together, and which of its entries are largest."""
    blocks: list[Block] = [
        Heading(2, say("batch.heading" if e.batch.m > 1 else "batch.heading-alone", m=e.batch.m)),
        Paragraph(say("batch.idea" if e.batch.m > 1 else "batch.idea-alone", m=e.batch.m)),
        formulas.GRADIENT,
    ]
    for average in e.averages:
        blocks += _average(e, say, average)
    return blocks + _sensitivities(e, say)


def _average(e: Explanation, say: NamedSentences, average: Average) -> list[Block]:
    m, shown = e.batch.m, _shown(e)
    others = [average.samples[i] for i in range(m) if i not in shown]
    added = addition(
        [average.samples[i] for i in shown], average.Delta, sum(others) if others else None
    )
    name = _symbol(average.parameter)
    rows = [
        Row(say("batch.this" if i == e.sample else "batch.sample", i=i + 1), "", value)
        for i, value in zip(shown, added.terms, strict=True)
    ]
    rows += rest_rows(say, len(others), added.rest, added.rounding)
    return [
        Heading(3, say("batch.parameter", symbol=name, place=_place(e, say, average.parameter))),
        Sum(tuple(rows), Row(say("batch.Delta"), "", added.total)),
        _mean_and_penalty(e, say, average),
    ]


def _shown(e: Explanation) -> list[int]:
    """The samples that are told one by one (from 0): the first ones, the explained one included."""
    shown = list(range(e.shown_samples))
    return shown if e.sample in shown else [*shown[:-1], e.sample]


def _mean_and_penalty(e: Explanation, say: NamedSentences, average: Average) -> Sum:
    """``D = Delta/m + (lambda/m) Theta``; a bias has no second term."""
    m, lambda_ = e.batch.m, e.batch.network.regularization
    labels = [say("batch.mean")]
    products = [f"{significant(average.Delta)} / {m}"]
    terms = [average.Delta / m]
    if lambda_ and average.parameter.source:
        labels.append(say("batch.penalty"))
        products.append(f"{lambda_:g} / {m} × {significant(average.parameter.value)}")
        terms.append(average.penalty)
    added = addition(terms, average.D)
    rows = list(map(Row, labels, products, added.terms))
    rows += rest_rows(say, 0, None, added.rounding)
    step = Row(say("batch.step"), "", significant(-average.D))
    return Sum(
        tuple(rows),
        Row(say("batch.D", symbol=_symbol(average.parameter)), "", added.total),
        (step,),
    )


def _sensitivities(e: Explanation, say: NamedSentences) -> list[Block]:
    step = f"{e.sensitivities[0].step:g}"
    head = (say("batch.entry"), say("batch.from"), say("batch.to"), "`dJ/dTheta`",
            say("batch.change"))  # fmt: skip
    rows = tuple(
        (
            _symbol(entry.parameter),
            *_ends(e, say, entry.parameter),
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


def _place(e: Explanation, say: NamedSentences, p: Parameter) -> str:
    """Where a parameter stands: from which unit it leads to which."""
    source, target = _ends(e, say, p)
    if p.source == 0:
        return say("batch.bias-of", layer=p.layer + 1, unit=target)
    return say("batch.from-to", source=source, layer=p.layer, target=target, above=p.layer + 1)


def _symbol(p: Parameter) -> str:
    return theta_symbol(p.layer, p.target, p.source)


def _ends(e: Explanation, say: NamedSentences, p: Parameter) -> tuple[str, str]:
    """The units that a parameter leads from and to."""
    output = say.output(p.target) if p.layer == e.batch.n_layers - 1 else ""
    target = say.named(str(p.target), output)
    if p.source == 0:
        return say("batch.bias"), target
    return say.named(str(p.source), say.input(p.source) if p.layer == 1 else ""), target
