"""The wishes: what outputs ask of weights, bias and activations, and what they ask together."""

from __future__ import annotations

from clearprop.explain import formulas
from clearprop.explain.blocks import Block, Heading, Paragraph, Table
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import addition, significant
from clearprop.explain.sentences import NamedSentences
from clearprop.explain.symbols import symbol, theta_symbol
from clearprop.explain.wishes import Wish

__all__ = ["wishes"]

# The most outputs that fit beside each other. With more outputs only the largest wishes are shown.
_BESIDE = 3


def wishes(e: Explanation, say: NamedSentences) -> list[Block]:
    """One sample's wishes, output by output, then added up for the layer before."""
    blocks: list[Block] = [
        Heading(2, say("wishes.heading")),
        Paragraph(say("wishes.idea")),
        formulas.WISH_WEIGHT,
    ]
    for wish in e.wishes:
        blocks += _one(e, say, wish)
    return blocks + _together(e, say)


def _one(e: Explanation, say: NamedSentences, wish: Wish) -> list[Block]:
    layer, k = e.one.n_layers - 1, wish.output
    output = say.named(symbol("a", layer + 1, k), say.output(k))
    blocks: list[Block] = [Heading(3, say("wishes.output", output=output))]
    if not abs(wish.bias) > 0:  # 0, or NaN after an overflow
        return [*blocks, Paragraph(say("wishes.none", delta=significant(wish.bias)))]
    blocks += [
        Paragraph(say("wishes.up" if wish.bias > 0 else "wishes.down", bias=significant(wish.bias)))
    ]
    head = (say("wishes.weight"), "`-delta × a`", say("wishes.wish"))
    rows = tuple(
        (
            _weight(say, layer, k, term.unit),
            f"{significant(term.weight)} × {significant(term.value)}",
            significant(term.product),
        )
        for term in wish.weights
    )
    blocks.append(Table(head, rows))
    if layer == 1:
        return [*blocks, Paragraph(say("wishes.inputs-given"))]
    head = (say("wishes.activation"), "`Theta × -delta`", say("wishes.wish"))
    rows = tuple(
        (
            symbol("a", layer, term.unit),
            f"{significant(term.weight)} × {significant(term.value)}",
            significant(term.product),
        )
        for term in wish.activations
    )
    return [*blocks, Table(head, rows)]


def _weight(say: NamedSentences, layer: int, k: int, j: int) -> str:
    return say.named(theta_symbol(layer, k, j), say.input(j) if layer == 1 else "")


def _together(e: Explanation, say: NamedSentences) -> list[Block]:
    if not e.together:
        return []
    layer = e.one.n_layers - 1
    blocks: list[Block] = [
        Heading(3, say("wishes.together", layer=layer)),
        Paragraph(say("wishes.together-idea", layer=layer)),
        formulas.WISH_ACTIVATION,
    ]
    K = e.one.network.n_outputs
    loudest = sorted(range(K), key=lambda k: -abs(e.one.delta(layer + 1)[0, k]))[:_BESIDE]
    shown = sorted(loudest) if K > _BESIDE + 1 else list(range(K))
    others = [k for k in range(K) if k not in shown]
    head = [say("wishes.activation")]
    head += [say.named(str(k + 1), say.output(k + 1)) for k in shown]
    head += [say("sum.others", n=len(others))] if others else []
    head += [say("wishes.sum")]
    roundings, rows = False, []
    for unit in e.together:
        rest = sum(unit.wishes[k] for k in others) if others else None
        added = addition([unit.wishes[k] for k in shown], unit.total, rest)
        cells = [*added.terms, *([] if added.rest is None else [added.rest])]
        rows.append([symbol("a", layer, unit.unit), *cells, added.rounding or "", added.total])
        roundings = roundings or added.rounding is not None
    if roundings:
        head.insert(-1, say("sum.rounding"))
    else:
        rows = [[*row[:-2], row[-1]] for row in rows]
    return [*blocks, Table(tuple(head), tuple(map(tuple, rows)))]
