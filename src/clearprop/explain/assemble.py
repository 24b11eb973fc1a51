"""The blocks of an explanation in one language, in the order in which they are read."""

from __future__ import annotations

from clearprop.explain.blocks import Block, Paragraph
from clearprop.explain.explanation import Explanation
from clearprop.explain.sections.backward import backward
from clearprop.explain.sections.batch import batch
from clearprop.explain.sections.forward import forward
from clearprop.explain.sections.loop_and_matrix import loop_and_matrix
from clearprop.explain.sections.opening import opening
from clearprop.explain.sections.wishes import wishes
from clearprop.explain.sentences import NamedSentences

__all__ = ["assemble"]


def assemble(e: Explanation, lang: str) -> list[Block]:
    """The whole explanation. Its backward parts are there only if there are targets.

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
