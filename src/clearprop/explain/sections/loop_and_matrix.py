"""The loop and the matrix: the course's algorithm and the vectorised one, on the same numbers."""

from __future__ import annotations

from clearprop.explain.blocks import Block, Columns, Heading, Paragraph, Table
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import digits_for
from clearprop.explain.sample_loop import is_small
from clearprop.explain.sentences import NamedSentences
from clearprop.explain.symbols import symbol
from clearprop.explain.trace import Trace
from clearprop.network.architecture import Array

__all__ = ["loop_and_matrix"]


def loop_and_matrix(e: Explanation, say: NamedSentences) -> list[Block]:
    """Both programs line by line, and every number if the network is small."""
    found, m = e.loop, len(e.loop.turns)
    blocks: list[Block] = [
        Heading(2, say("loop.heading")),
        Paragraph(say("loop.idea")),
        Columns((say("loop.loop"), say("loop.matrix")), _lines(e.batch, say)),
        Paragraph(
            say(
                "loop.same" if m > 1 else "loop.same-alone",
                m=m,
                difference=f"{found.difference:.1e}",
            )
        ),
    ]
    return blocks + (_numbers(e, say) if is_small(e.batch) else [])


def _lines(batch: Trace, say: NamedSentences) -> tuple[tuple[str, str], ...]:
    """Both algorithms for this network's layers and cost."""
    last = batch.n_layers
    hidden, weights = range(last - 1, 1, -1), range(1, last)
    lines = [(say("loop.zero"), ""), (say("loop.for"), say("loop.all"))]
    for l in weights:
        g = "h" if l + 1 == last else "g"
        lines.append((f"  z{l + 1} = Theta{l} [1; a{l}]", f"Z{l + 1} = [1 A{l}] @ B{l}"))
        lines.append((f"  a{l + 1} = {g}(z{l + 1})", f"A{l + 1} = {g}(Z{l + 1})"))
    one, all_ = f"a{last} - y", f"A{last} - Y"
    cost, t = batch.network.cost, batch.network.threshold
    if cost == "quadratic":
        one = f"({one}) .* a{last} .* (1 - a{last})"
        all_ = f"({all_}) * A{last} * (1 - A{last})"
    elif cost == "huber":
        one, all_ = (f"clip({off}, {-t:g}, {t:g})" for off in (one, all_))
    elif cost == "quantile":
        one = f"(a{last} > y) .* (1 - tau) - (a{last} < y) .* tau"
        all_ = f"(A{last} > Y) * (1 - tau) - (A{last} < Y) * tau"
    lines.append((f"  delta{last} = {one}", f"delta{last} = {all_}"))
    for l in hidden:
        back, rows = f"(Theta{l}' delta{l + 1})", f"(delta{l + 1} @ B{l}[1:].T)"
        lines.append((f"  delta{l} = {back} .* g'(z{l})", f"delta{l} = {rows} * g'(Z{l})"))
    for l in weights:
        one = f"  Delta{l} = Delta{l} + delta{l + 1} [1; a{l}]'"
        lines.append((one, f"Delta{l} = [1 A{l}].T @ delta{l + 1}"))
    lines.append(("D = Delta / m + lambda / m * Theta", "D = Delta / m + lambda / m * B"))
    return tuple(lines)


def _numbers(e: Explanation, say: NamedSentences) -> list[Block]:
    """Every z, a and delta: row i of the matrix is what turn i of the loop computes."""
    one, last = e.batch, e.batch.n_layers
    blocks: list[Block] = [Paragraph(say("loop.rows", first=e.number(0)))]
    for l in range(1, last + 1):
        values = [("a", one.a(l))] if l == 1 else [("z", one.z(l)), ("a", one.a(l))]
        blocks += [_matrix(say, name, l, array) for name, array in values]
    blocks += [_matrix(say, "delta", l, one.delta(l)) for l in range(last, 1, -1)]
    for l in range(1, last):
        blocks.append(_accumulation(e, say, l))
    return blocks


def _matrix(say: NamedSentences, name: str, l: int, values: Array) -> Table:
    way = digits_for([*values.ravel()])
    head = (symbol(name, l), *(str(k + 1) for k in range(values.shape[1])))
    rows = tuple(
        (say("loop.turn", i=i + 1), *(way.show(float(value)) for value in row))
        for i, row in enumerate(values)
    )
    return Table(head, rows)


def _accumulation(e: Explanation, say: NamedSentences, l: int) -> Table:
    """Delta^(l) in the course's order, after each turn and from the matrices."""
    states = [running[l - 1].T for running in e.loop.running]  # (s_{l+1}, s_l + 1) each
    way = digits_for([*e.batch.Delta(l).ravel(), *(x for state in states for x in state.ravel())])
    rows = []
    for i, state in enumerate([*states, e.batch.Delta(l).T]):
        label = say("loop.after", i=i + 1) if i < len(states) else say("loop.at-once")
        for k, row in enumerate(state):
            first = f"{label} k={k + 1}"
            rows.append((first, *(way.show(float(value)) for value in row)))
    columns = e.batch.network.layer_sizes[l - 1] + 1
    return Table((symbol("Delta", l), *(f"j={j}" for j in range(columns))), tuple(rows))
