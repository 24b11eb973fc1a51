"""From one sample to the batch: the average of the slopes, and what the cost reacts to most.

A batch of some rows shows the data's part of J and of the gradient. Lambda's part stands beside it.
"""

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
        formulas.GRADIENT_IN_TRAINING if e.penalty.trained else formulas.GRADIENT,
    ]
    if e.penalty.strength:
        blocks.append(Paragraph(_which_m(e, say)))
    blocks.append(Paragraph(say("batch.largest" if e.batch.m > 1 else "batch.largest-alone")))
    for average in e.averages:
        blocks += _average(e, say, average)
    return blocks + _sensitivities(e, say)


def _which_m(e: Explanation, say: NamedSentences) -> str:
    """Where lambda's m comes from."""
    if e.penalty.rows is None:
        return say("batch.m-unknown")
    key = "batch.m-trained" if e.penalty.trained else "batch.m-own"
    return say(key, m=_rows(e.penalty.rows))


def _rows(m: float) -> str:
    """How many rows, which weights may have made a fraction."""
    return f"{m:,.10g}"


def _lambda_m(e: Explanation) -> str:
    """``lambda / m``, where m is that of the batch or of the training."""
    return "lambda / m_train" if e.penalty.trained else "lambda / m"


def _average(e: Explanation, say: NamedSentences, average: Average) -> list[Block]:
    m, shown = e.batch.m, _shown(e)
    others = [average.samples[i] for i in range(m) if i not in shown]
    added = addition(
        [average.samples[i] for i in shown], average.Delta, sum(others) if others else None
    )
    name = _symbol(average.parameter)
    rows = [
        Row(say("batch.this" if i == e.sample else "batch.sample", i=e.number(i)), "", value)
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
    labels = [say("batch.mean")]
    products = [f"{significant(average.Delta)} / {e.batch.m}"]
    terms = [average.mean]
    if average.D is None:
        return Sum((), Row(labels[0], products[0], significant(average.mean)))
    if e.penalty.strength and e.penalty.rows and average.parameter.source:
        assert average.penalty is not None
        labels.append(f"`{_lambda_m(e)} × Theta`")
        share = f"{e.penalty.strength:g} / {e.penalty.rows:.10g}"
        products.append(f"{share} × {significant(average.parameter.value)}")
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
    head = [say("batch.entry"), say("batch.from"), say("batch.to"), "`dJ/dTheta`",
            say("batch.change")]  # fmt: skip
    told = bool(e.penalty.strength and e.penalty.rows)
    if told:
        head.append(say("batch.of-lambda"))
    rows = []
    for entry in e.sensitivities:
        row = [_symbol(entry.parameter), *_ends(e, say, entry.parameter)]
        row += [significant(entry.mean), significant(entry.change)]
        rows.append((*row, *([significant(entry.penalty or 0.0)] if told else [])))
    return [
        Heading(2, say("batch.sensitivity")),
        Paragraph(
            say(
                "batch.sensitivity-idea" if e.batch.m > 1 else "batch.sensitivity-idea-alone",
                step=step,
                m=e.batch.m,
                J=significant(e.batch.J or 0.0),
            )
        ),
        *([Paragraph(_lambda_part(e, say))] if e.penalty.strength else []),
        Table(tuple(head), tuple(rows)),
    ]


def _lambda_part(e: Explanation, say: NamedSentences) -> str:
    """What lambda adds to J, and with which m."""
    if e.penalty.rows is None or e.penalty.J is None:
        return say("batch.lambda-unknown")
    formula = f"{_lambda_m(e)} × Theta"
    key = "batch.lambda-trained" if e.penalty.trained else "batch.lambda-own"
    J, m = significant(e.penalty.J), _rows(e.penalty.rows)
    return say(key, J=J, m=m, formula=formula)


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
