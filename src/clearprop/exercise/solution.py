"""The worked solution of one blank, as the explanation of a network tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clearprop.exercise.marks import Blank
from clearprop.exercise.sentences import sentences
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.stages import Stage, solved
from clearprop.explain import formulas
from clearprop.explain.blocks import Block, Heading, Row, Sum, Unit
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import addition, significant
from clearprop.explain.request import explain
from clearprop.explain.sections.backward import backward_blocks
from clearprop.explain.sections.forward import forward, forward_sum, unit_title
from clearprop.explain.sentences import NamedSentences
from clearprop.network import equations

__all__ = ["worked_solution"]


def worked_solution(sheet: Sheet, blank: Blank, lang: str) -> list[Block]:
    """Every number of a blank put in, from the sheet's own numbers.

    Examples
    --------
    >>> from clearprop.exercise.sheets import make_sheet
    >>> from clearprop.explain.text import text_of
    >>> blank = Blank(Stage("D", 2), (1, 0), None, "missing", 0.0, 0.0)
    >>> print(text_of(worked_solution(make_sheet("published-2-2-2"), blank, "en")))
        sample 1       0.1385 × 0.59327   0.08217
                                          -------
        Delta^(2)_1,1                   = 0.08217
    <BLANKLINE>
        their mean  0.082167 / 1   0.08217
                                   -------
        D^(2)_1,1                = 0.08217
    """
    match blank.stage.kind:
        case "Delta":
            return [_accumulated(sheet, blank, lang)]
        case "D":
            return [_accumulated(sheet, blank, lang), _averaged(sheet, blank, lang)]
        case "J":
            return _J(sheet, lang)
    explained = _explained(sheet, blank.index[0], lang)
    layer, unit = blank.stage.layer, blank.index[1] + 1
    say = NamedSentences(lang, explained.names)
    story = explained.unit(layer, unit)
    if blank.stage.kind == "delta":
        blocks = tuple(backward_blocks(explained, say, story))
    else:
        blocks = (forward_sum(explained, say, story),)
    return [Unit(layer, unit, unit_title(explained, say, layer, unit), blocks)]


def _explained(sheet: Sheet, sample: int, lang: str) -> Explanation:
    probe = sheet.probe
    network = replace(probe.network, regularization=probe.lambda_)
    return explain(network, probe.theta, probe.X, probe.Y, sample=sample, lang=lang)


def _J(sheet: Sheet, lang: str) -> list[Block]:
    """The cost of each sample, output by output, and then their mean with the penalty."""
    say, probe = sentences(lang), sheet.probe
    blocks: list[Block] = []
    costs: list[float] = []
    for i in range(probe.m):
        explained = _explained(sheet, i, lang)
        told = NamedSentences(lang, explained.names)
        everything, cost = forward(explained, told), formulas.cost_of(probe.network)
        start = next(j for j, block in enumerate(everything) if block == cost)
        blocks += [Heading(3, say("sheet.sample", i=i + 1)), *everything[start:]]
        assert explained.one.per_output is not None
        costs.append(float(explained.one.per_output.sum()))
    labels, products = [say("solution.mean")], [_quotient(costs, probe.m)]
    terms = [sum(costs) / probe.m]
    if probe.lambda_:
        squares = sum((B[1:] ** 2).sum() for B in equations.split(sheet.network, probe.theta))
        labels.append(say("solution.penalty"))
        factor = f"{probe.lambda_:g} / (2 × {probe.m})"
        products.append(f"{factor} × {significant(float(squares))}")
        terms.append(probe.lambda_ / (2 * probe.m) * float(squares))
    return [*blocks, _sum("`J`", labels, products, terms)]


def _accumulated(sheet: Sheet, blank: Blank, lang: str) -> Sum:
    """Delta of one weight: its share from every sample."""
    say, values = sentences(lang), solved(sheet.probe)
    l, (j, k) = blank.stage.layer, blank.index
    delta = values[Stage("delta", l + 1)][:, k]  # (m,)
    a = sheet.probe.X if l == 1 else values[Stage("a", l)]  # (m, s_l)
    fed = [1.0] * sheet.probe.m if j == 0 else a[:, j - 1].tolist()
    return _sum(
        f"`Delta^({l})_{k + 1},{j}`",
        [say("sheet.sample", i=i + 1) for i in range(sheet.probe.m)],
        [f"{significant(d)} × {significant(x)}" for d, x in zip(delta.tolist(), fed, strict=True)],
        [d * x for d, x in zip(delta.tolist(), fed, strict=True)],
    )


def _averaged(sheet: Sheet, blank: Blank, lang: str) -> Sum:
    """D of one weight: the mean of its Delta, and the pull of lambda."""
    say, probe = sentences(lang), sheet.probe
    l, (j, k) = blank.stage.layer, blank.index
    Delta = float(solved(probe)[Stage("Delta", l)][j, k])
    labels, products = [say("solution.mean")], [_quotient([Delta], probe.m)]
    terms = [Delta / probe.m]
    if probe.lambda_ and j:
        weight = float(equations.split(sheet.network, probe.theta)[l - 1][j, k])
        labels.append(say("solution.decay"))
        products.append(f"{probe.lambda_:g} / {probe.m} × {significant(weight)}")
        terms.append(probe.lambda_ / probe.m * weight)
    return _sum(f"`D^({l})_{k + 1},{j}`", labels, products, terms)


def _quotient(terms: Sequence[float], m: int) -> str:
    added = " + ".join(map(significant, terms))
    return f"({added}) / {m}" if len(terms) > 1 else f"{added} / {m}"


def _sum(total: str, labels: Sequence[str], products: Sequence[str], terms: Sequence[float]) -> Sum:
    shown = addition(terms, sum(terms))
    return Sum(tuple(map(Row, labels, products, shown.terms)), Row(total, "", shown.total))
