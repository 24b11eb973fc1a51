"""The blocks of an explanation in one language, in the order in which they are read."""

from __future__ import annotations

from clearprop.explain.blocks import Block, Paragraph
from clearprop.explain.explanation import Explanation
from clearprop.explain.sections.backward import backward
from clearprop.explain.sections.batch import batch
from clearprop.explain.sections.forward import forward
from clearprop.explain.sections.loop_and_matrix import loop_and_matrix
from clearprop.explain.sections.opening import opening, opening_of_units
from clearprop.explain.sections.unit import unit
from clearprop.explain.sections.wishes import wishes
from clearprop.explain.sentences import NamedSentences

__all__ = ["assemble", "assemble_units"]


def assemble(e: Explanation, lang: str) -> list[Block]:
    """The whole explanation. Its backward parts are there only if there are targets.

    A text of units that were asked for is :func:`assemble_units`.

    Examples
    --------
    >>> from clearprop import Network, explain
    >>> assemble(explain(Network((2, 1)), [0.5, 1.0, -1.0], [3.0, 1.0], 1), "zh")[0]
    Heading(level=1, text='一个样本：逐步讲解')
    """
    say = NamedSentences(lang, e.names)
    blocks = opening(e, say) + forward(e, say)
    if not e.backward:
        return [*blocks, Paragraph(say("backward.no-target"))]
    return blocks + backward(e, say) + wishes(e, say) + batch(e, say) + loop_and_matrix(e, say)


def assemble_units(e: Explanation, lang: str) -> list[Block]:
    """The units that were asked for, each by itself, and how to see the rest.

    Examples
    --------
    >>> from clearprop import Network, explain
    >>> asked = explain(Network((2, 1)), [0.5, 1.0, -1.0], [3.0, 1.0], 1, units=[(2, 1)])
    >>> [block.title for block in assemble_units(asked, "zh") if hasattr(block, "title")]
    ['第 2 层第 1 个单元']
    """
    say = NamedSentences(lang, e.names)
    units = [unit(e, say, layer, k) for layer, k in e.asked]
    no_target = [] if e.backward else [Paragraph(say("backward.no-target"))]
    rest = Paragraph(say("unit.whole" if len(units) == 1 else "unit.several"))
    return [*opening_of_units(e, say), *units, *no_target, rest]
