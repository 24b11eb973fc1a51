"""Forward: each z from its terms, each a from its z, and the cost of each output."""

from __future__ import annotations

from clearprop.explain import formulas
from clearprop.explain.blocks import Block, Heading, Paragraph, Row, Sum, Table, Unit
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import addition, digits_for, significant
from clearprop.explain.sentences import NamedSentences
from clearprop.explain.symbols import symbol, theta_symbol
from clearprop.explain.units import UnitStory

__all__ = ["forward", "forward_sum", "rest_rows", "unit_title"]


def forward(e: Explanation, say: NamedSentences) -> list[Block]:
    """From the inputs to the outputs, layer by layer, and to the cost."""
    network, last = e.batch.network, e.batch.n_layers
    blocks: list[Block] = [
        Heading(2, say("forward.heading")),
        Paragraph(say("forward.idea")),
        formulas.FORWARD,
    ]
    if last > 2:
        blocks.append(formulas.ACTIVATION[network.activation])
    for l in range(2, last + 1):
        blocks += _layer(e, say, l)
    return blocks + _outputs(e, say)


def _layer(e: Explanation, say: NamedSentences, l: int) -> list[Block]:
    told, size = e.told(l), e.batch.network.layer_sizes[l - 1]
    if not told:
        return []
    kind = "forward.outputs" if l == e.batch.n_layers else "forward.layer"
    blocks: list[Block] = [Heading(3, say(kind, layer=l, size=size))]
    if l == e.batch.n_layers:
        blocks.append(formulas.OUTPUT[e.batch.network.cost])
    if len(told) < size and not e.asked:
        key = "forward.chosen" if e.backward else "forward.chosen-forward"
        blocks.append(Paragraph(say(key, n=len(told), size=size)))
    for k in told:
        story = e.unit(l, k)
        blocks.append(Unit(l, k, unit_title(e, say, l, k), (forward_sum(e, say, story),)))
    return blocks


def unit_title(e: Explanation, say: NamedSentences, l: int, k: int) -> str:
    """What a unit is called over its arithmetic."""
    name = say.output(k) if l == e.batch.n_layers else ""
    return say("forward.unit-named" if name else "forward.unit", layer=l, unit=k, name=name)


def forward_sum(e: Explanation, say: NamedSentences, story: UnitStory) -> Sum:
    """``z = bias + terms + rest``, then ``a = g(z)``."""
    l, k, incoming = story.layer, story.unit, story.incoming
    rest = incoming.rest if incoming.n_rest else None
    shown = addition([story.bias, *(term.product for term in incoming.terms)], story.z, rest)
    bias = theta_symbol(l - 1, k, 0)
    rows = [Row(say("forward.bias", symbol=bias), f"{significant(story.bias)} × 1", shown.terms[0])]
    for term, value in zip(incoming.terms, shown.terms[1:], strict=True):
        source = symbol("a", l - 1, term.unit)
        name = say.input(term.unit) if l == 2 else ""
        product = f"{significant(term.weight)} × {significant(term.value)}"
        rows.append(Row(say.named(source, name), product, value))
    rows += rest_rows(say, incoming.n_rest, shown.rest, shown.rounding)
    total = Row(symbol("z", l, k), "", shown.total)
    g = "h" if l == e.batch.n_layers else "g"
    a = Row(symbol("a", l, k), f"`{g}(z)`", significant(story.a))
    return Sum(tuple(rows), total, (a,))


def rest_rows(say: NamedSentences, n: int, rest: str | None, rounding: str | None) -> list[Row]:
    """The lines of a sum after its named terms."""
    rows = []
    if rest is not None:
        rows.append(Row(say("sum.rest", n=f"{n:,}"), "", rest))
    if rounding is not None:
        rows.append(Row(say("sum.rounding"), "", rounding))
    return rows


def _outputs(e: Explanation, say: NamedSentences) -> list[Block]:
    """The answer, and its cost if there are targets."""
    one, last = e.one, e.one.n_layers
    z, a = one.z(last)[0], one.a(last)[0]  # (K,)
    way = digits_for([*z])
    rows = [
        [say.named(str(k + 1), say.output(k + 1)), way.show(float(z[k])), significant(a[k])]
        for k in range(len(z))
    ]
    head = [say("forward.output"), "`z`", "`a = h(x)`"]
    if one.Y is None or one.per_output is None:
        return [Heading(3, say("forward.answer")), _table(head, rows)]
    costs = one.per_output[0]  # (K,)
    shown = addition([*map(float, costs)], float(costs.sum()))
    for row, y, J_k in zip(rows, one.Y[0], shown.terms, strict=True):
        row += [significant(y), J_k]
    if shown.rounding is not None:
        rows.append([say("sum.rounding"), "", "", "", shown.rounding])
    rows.append([say("forward.sample-cost"), "", "", "", shown.total])
    return [
        Heading(3, say("forward.cost")),
        Paragraph(say("forward.cost-idea", name=say(f"costs.{one.network.cost}"))),
        formulas.cost_of(one.network),
        _table([*head, "`y`", "`J_k`"], rows, total=True),
    ]


def _table(head: list[str], rows: list[list[str]], total: bool = False) -> Table:
    return Table(tuple(head), tuple(map(tuple, rows)), total)
