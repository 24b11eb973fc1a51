"""Backward: each unit's delta, where it comes from, what it means, and what gradient it makes."""

from __future__ import annotations

import math

import numpy as np

from clearprop.explain import formulas
from clearprop.explain.blocks import Block, Heading, Paragraph, Row, Sum, Table, Unit
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import addition, significant
from clearprop.explain.sections.forward import rest_rows, unit_title
from clearprop.explain.sentences import NamedSentences
from clearprop.explain.symbols import symbol, theta_symbol
from clearprop.explain.units import Nudge, UnitStory
from clearprop.network.activations import ACTIVATIONS, KINKED
from clearprop.network.architecture import Array, Network

__all__ = ["backward", "backward_blocks", "share_table"]

# If the two-sided slope and delta differ by a larger share, a reader sees it in the printed digits.
_AGREES = 1e-3
# How many weights' slopes a table names: the products differ by the activation alone.
_SHARES = 5
# Rounding may change a cost, a sum of some dozen terms, by about this share.
_ROUNDING = 1e-14


def backward(e: Explanation, say: NamedSentences) -> list[Block]:
    """From the cost back to every unit and every weight."""
    network, last = e.batch.network, e.batch.n_layers
    blocks: list[Block] = [
        Heading(2, say("backward.heading")),
        Paragraph(say("backward.idea")),
        formulas.MEANING,
        Heading(3, say("backward.outputs", layer=last)),
        formulas.delta_output_of(network),
        Paragraph(say(f"why.{network.cost}")),
        *_units(e, say, last),
    ]
    explained = False
    for l in range(last - 1, 1, -1):
        units = _units(e, say, l)
        if not units:
            continue
        blocks.append(Heading(3, say("backward.hidden", layer=l)))
        if explained:
            blocks.append(Paragraph(say("backward.hidden-again", above=l + 1)))
        else:
            blocks += [
                Paragraph(say("backward.hidden-idea", above=l + 1)),
                formulas.DELTA_HIDDEN,
                formulas.SLOPE[network.activation],
            ]
        blocks += units
        explained = True
    return [
        *blocks,
        Heading(3, say("backward.gradient")),
        Paragraph(say("backward.gradient-idea")),
        formulas.SHARE,
        formulas.BIAS,
        *_shares(e, say),
    ]


def _units(e: Explanation, say: NamedSentences, l: int) -> list[Block]:
    return [
        Unit(l, k, unit_title(e, say, l, k), tuple(backward_blocks(e, say, e.unit(l, k))))
        for k in e.told(l)
    ]


def backward_blocks(e: Explanation, say: NamedSentences, story: UnitStory) -> list[Block]:
    """One unit's delta, and the proof of what it means."""
    l, k = story.layer, story.unit
    own: Block = _output_sum(e, say, story) if story.outgoing is None else _hidden_sum(say, story)
    assert story.nudge is not None
    assert story.delta is not None
    blocks = [own, Paragraph(_meaning(e, say, story, story.nudge, story.delta))]
    if story.slope == story.nudge.raised == story.nudge.lowered == 0:
        blocks.append(Paragraph(say("backward.stopped", delta=symbol("delta", l, k))))
    return blocks


def _output_sum(e: Explanation, say: NamedSentences, story: UnitStory) -> Sum:
    """``a - y``, which is delta itself under most costs, and otherwise what delta is made of it."""
    l, k = story.layer, story.unit
    assert story.y is not None
    assert story.delta is not None
    difference = story.a - story.y
    shown = addition([story.a, -story.y], difference)
    rows = (
        Row(symbol("a", l, k), "", shown.terms[0]),
        Row(say("backward.minus-y"), "", shown.terms[1]),
        *rest_rows(say, 0, None, shown.rounding),
    )
    delta = symbol("delta", l, k)
    after: tuple[Row, ...] = ()
    match e.batch.network.cost:
        case "quadratic":
            assert story.slope is not None
            after = (Row(say("backward.output-slope"), "`a (1 - a)`", significant(story.slope)),)
            made = f"{significant(difference)} × {significant(story.slope)}"
        case "huber":
            t = significant(e.batch.network.threshold)
            made = f"max(-{t}, min({t}, {significant(difference)}))"
        case "quantile":
            made = _side(e.batch.network, k, difference)
        case _:
            return Sum(rows, Row(delta, "", shown.total))
    return Sum(
        rows,
        Row("`a - y`", "", shown.total),
        (*after, Row(delta, made, significant(story.delta))),
    )


def _side(network: Network, k: int, difference: float) -> str:
    """Delta of output k (from 1) under the quantile cost, as the side on which a lies decides it.

    Examples
    --------
    >>> _side(Network((2, 2), cost="quantile", quantiles=(0.1, 0.9)), 2, -3.0)
    '-0.9 (`a` < `y`)'
    """
    level = significant(network.levels[k - 1])
    if math.isnan(difference):  # numbers of the pass have overflowed
        return ""
    if difference < 0:
        return f"-{level} (`a` < `y`)"
    return f"1 - {level} (`a` > `y`)" if difference > 0 else "0 (`a` = `y`)"


def _hidden_sum(say: NamedSentences, story: UnitStory) -> Sum:
    """What is passed back, term by term, and delta: that sum times the slope."""
    l, j, outgoing = story.layer, story.unit, story.outgoing
    assert outgoing is not None
    assert story.slope is not None
    assert story.delta is not None
    rest = outgoing.rest if outgoing.n_rest else None
    shown = addition([term.product for term in outgoing.terms], outgoing.total, rest)
    rows = [
        Row(
            say("backward.from", symbol=symbol("delta", l + 1, term.unit)),
            f"{significant(term.weight)} × {significant(term.value)}",
            value,
        )
        for term, value in zip(outgoing.terms, shown.terms, strict=True)
    ]
    rows += rest_rows(say, outgoing.n_rest, shown.rest, shown.rounding)
    product = f"{significant(outgoing.total)} × {significant(story.slope)}"
    return Sum(
        tuple(rows),
        Row(say("backward.passed-back"), "", shown.total),
        (
            Row(say("backward.slope"), "`g'(z)`", significant(story.slope)),
            Row(symbol("delta", l, j), product, significant(story.delta)),
        ),
    )


def _meaning(
    e: Explanation, say: NamedSentences, story: UnitStory, nudge: Nudge, delta: float
) -> str:
    step = f"{nudge.step:g}"
    text = say(
        "backward.nudge",
        z=symbol("z", story.layer, story.unit),
        step=step,
        raised=significant(nudge.raised),
        product=significant(delta * nudge.step),
        delta=significant(delta),
        lowered=significant(nudge.lowered),
        slope=significant(nudge.slope),
    )
    if not math.isfinite(nudge.slope + delta):
        return text + say("backward.overflow")
    kink = _kink(e, story, nudge.step)
    z = "" if kink is None else symbol("z", *kink)
    if kink is not None and kink[0] == e.batch.n_layers:
        # Also where slope and delta agree: around the median both sides grow alike, and delta is 0.
        return text + say("backward.output-kink", z=z, step=step)
    apart = abs(nudge.slope - delta)
    if apart <= _AGREES * abs(delta):
        return text
    if apart <= _ROUNDING * (nudge.cost + abs(story.z)) / nudge.step:
        return text + say("backward.cancelled")
    return text + say("backward.curved" if kink is None else "backward.kink", z=z, step=step)


def _kink(e: Explanation, story: UnitStory, step: float) -> tuple[int, int] | None:
    """Layer and unit (from 1) whose kink the nudge of a unit crosses, or None.

    The unit's own z moves by `step`. How far the z of later layers move is another matter, but one
    that lies at its kink crosses it, as soon as it moves at all.
    """
    network, one, l, k = e.batch.network, e.one, story.layer, story.unit
    kinks = _kinks(e, l)
    if kinks is not None and abs(story.z - kinks[k - 1]) < step:
        return l, k
    moves = np.arange(1, network.layer_sizes[l - 1] + 1) == k  # (s_l,)
    while l < one.n_layers:
        # Where g is flat, nothing passes on.
        moves &= ACTIVATIONS[network.activation].prime(np, one.z(l)[0], one.a(l)[0]) != 0
        moves = (one.Theta(l)[1:][moves] != 0).any(axis=0)  # (s_{l+1},)
        l += 1
        kinks = _kinks(e, l)
        if kinks is not None and (there := np.flatnonzero(moves & (one.z(l)[0] == kinks))).size:
            return l, int(there[0]) + 1
    return None


def _kinks(e: Explanation, l: int) -> Array | None:
    """The z at which the units of a layer have a kink ``(s_l,)``; None where all is smooth."""
    network = e.batch.network
    if l == network.n_layers:
        assert e.one.Y is not None
        kinks: Array | None = e.one.Y[0] if network.cost == "quantile" else None
        return kinks
    kinked = network.activation in KINKED
    return np.zeros(network.layer_sizes[l - 1]) if kinked else None


def _shares(e: Explanation, say: NamedSentences) -> list[Block]:
    """``delta a_j`` for the weights into the units that are told."""
    return [
        Unit(l, k, unit_title(e, say, l, k), (share_table(say, e.unit(l, k)),))
        for l in range(e.one.n_layers, 1, -1)
        for k in e.told(l)
    ]


def share_table(say: NamedSentences, story: UnitStory) -> Table:
    """``dJ_i/dTheta = delta a`` of a unit's bias and of its weights."""
    l, k = story.layer, story.unit
    assert story.delta is not None
    rows = [
        (theta_symbol(l - 1, k, 0), f"{significant(story.delta)} × 1", significant(story.delta))
    ]
    for term in story.shares[:_SHARES]:
        name = say.input(term.unit) if l == 2 else ""
        weight = say.named(theta_symbol(l - 1, k, term.unit), name)
        product = f"{significant(term.weight)} × {significant(term.value)}"
        rows.append((weight, product, significant(term.product)))
    return Table((say("backward.weight"), "`delta × a`", "`dJ_i/dTheta`"), tuple(rows))
