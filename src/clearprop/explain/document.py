"""An explanation as blocks in one language: the parts in the order in which they are read."""

from __future__ import annotations

from clearprop.explain.blocks import Block, Paragraph
from clearprop.explain.explanation import Explanation
from clearprop.explain.sections.backward import backward
from clearprop.explain.sections.batch import batch
from clearprop.explain.sections.forward import forward
from clearprop.explain.sections.loop import loop
from clearprop.explain.sections.opening import opening
from clearprop.explain.sections.wishes import wishes
from clearprop.explain.words import Words

__all__ = ["document"]


def document(e: Explanation, lang: str) -> list[Block]:
    """The whole explanation."""
    say = Words(lang, e.names)
    blocks = opening(e, say) + forward(e, say)
    if not e.backward:
        return [*blocks, Paragraph(say("backward.no-target"))]
    return blocks + backward(e, say) + wishes(e, say) + batch(e, say) + loop(e, say)
