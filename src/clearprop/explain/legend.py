"""How a diagram is read: each mark beside a sentence that says what it stands for."""

from __future__ import annotations

from html import escape

from clearprop.explain.explanation import Explanation
from clearprop.explain.sentences import NamedSentences

__all__ = ["legend"]


def _svg(marks: str) -> str:
    return f'<svg width="34" height="22" viewBox="0 0 34 22" aria-hidden="true">{marks}</svg>'


_FILL = "".join(
    f'<circle class="paper" cx="{x}" cy="11" r="5"/><circle class="fill f{level}" cx="{x}" cy="11" '
    'r="5"/>'
    for x, level in ((6, 0), (17, 4), (28, 8))
)


def _ring(sign: str) -> str:
    return (
        '<circle class="paper" cx="17" cy="11" r="5"/>'
        f'<circle class="ring {sign}" cx="17" cy="11" r="8" stroke-width="3"/>'
    )


def _line(sign: str) -> str:
    return f'<line class="{sign}" x1="2" y1="11" x2="32" y2="11" stroke-width="3"/>'


def legend(e: Explanation, say: NamedSentences) -> str:
    """The list under a diagram. It explains rings only if there are targets."""
    entries = [("fill", _FILL)]
    if e.backward:
        entries += [("up", _ring("up")), ("down", _ring("down"))]
    entries += [("lines-up", _line("up")), ("lines-down", _line("down"))]
    items = "".join(
        f"<li>{_svg(marks)}<span>{escape(say(f'page.legend-{name}'))}</span></li>"
        for name, marks in entries
    )
    return f'<ul class="legend">{items}</ul>'
