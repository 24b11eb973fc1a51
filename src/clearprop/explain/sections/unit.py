"""One unit by itself: what comes in, what is passed back, and what its weights learn from it."""

from __future__ import annotations

from clearprop.explain.blocks import Heading, Unit
from clearprop.explain.explanation import Explanation
from clearprop.explain.sections.backward import backward_blocks, share_table
from clearprop.explain.sections.forward import forward_sum, unit_title
from clearprop.explain.sentences import NamedSentences

__all__ = ["unit"]


def unit(e: Explanation, say: NamedSentences, layer: int, k: int) -> Unit:
    """All the arithmetic of unit k (from 1) of a layer (2 to L)."""
    story = e.unit(layer, k)
    title = unit_title(e, say, layer, k)
    forward = (Heading(4, say("page.forward")), forward_sum(e, say, story))
    if not e.backward:
        return Unit(layer, k, title, forward)
    backward = (Heading(4, say("page.backward")), *backward_blocks(e, say, story))
    gradient = (Heading(4, say("page.gradient")), share_table(say, story))
    return Unit(layer, k, title, forward + backward + gradient)
