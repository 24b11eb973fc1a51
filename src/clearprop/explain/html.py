"""An explanation as a page that stands alone, and as a fragment for notebooks.

The blocks are those of the text, so every number is the same; a page adds the network as a drawing
whose circles open their unit's arithmetic. Without a script that arithmetic is a list to unfold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from uuid import uuid4

import numpy as np

from clearprop.explain.blocks import (
    Block,
    Columns,
    Diagram,
    Formula,
    Heading,
    Image,
    Paragraph,
    Row,
    Sum,
    Table,
    Unit,
)
from clearprop.explain.diagram import diagram, panel_id, unit_label
from clearprop.explain.document import document as blocks_of
from clearprop.explain.drawing import draw
from clearprop.explain.explanation import Explanation
from clearprop.explain.legend import legend
from clearprop.explain.mathml import inline, mathml
from clearprop.explain.sections.unit import unit
from clearprop.explain.words import Words
from clearprop.page import fragment as styled
from clearprop.page import page as whole_page

__all__ = ["fragment", "page"]

# A table of more columns may be wider than a telephone: it scrolls by itself.
_NARROW = 4
_ABREAST = {Unit: "units", Table: "tables"}
_NUMERIC = re.compile(r"[-+×/ ]*(?:(?:[\d.]+(?:e[-+]\d+)?|nan|inf)[-+×/ ]*)*")


def page(e: Explanation, lang: str) -> str:
    """The explanation as a page that stands alone; it loads nothing."""
    blocks = blocks_of(e, lang)
    title = next(block.text for block in blocks if isinstance(block, Heading))
    body = _Renderer(e, lang, "cp").report(blocks, contents=True)
    return whole_page(title, lang, f"<main>{body}</main>")


def fragment(e: Explanation, lang: str) -> str:
    """The explanation without a page around it.

    Its styles touch nothing outside, and its ids are its own: several stand in one notebook.
    """
    return _Renderer(e, lang, f"cp{uuid4().hex[:12]}").report(blocks_of(e, lang), contents=False)


@cache
def _asset(name: str) -> str:
    return files("clearprop.explain").joinpath(f"assets/{name}").read_text(encoding="utf-8")


class _Renderer:
    """Blocks to HTML; ids begin with `prefix`."""

    def __init__(self, e: Explanation, lang: str, prefix: str) -> None:
        self.e, self.lang, self.prefix = e, lang, prefix
        self.say = Words(lang, e.names)

    def report(self, blocks: Sequence[Block], contents: bool) -> str:
        """Everything: a header, the drawing, and a section for each heading of level 2."""
        opening, *parts = _parts(blocks)
        drawing = next(i for i, block in enumerate(opening) if isinstance(block, Diagram))
        made = [
            f"<header>{self._blocks(opening[:drawing])}</header>",
            self._blocks(opening[drawing:]),
        ]
        if contents:
            made.append(self._contents(parts))
        for i, part in enumerate(parts):
            made.append(f'<section id="{self.prefix}-part-{i + 1}">{self._blocks(part)}</section>')
        script = _asset("explain.js").replace("PREFIX", self.prefix)
        body = "\n".join([*made, f"<script>{script}</script>"])
        return styled(body, self.lang, kind="cpx", style=_asset("explain.css"), id=self.prefix)

    def _blocks(self, blocks: Sequence[Block]) -> str:
        """Blocks one after the other; units that follow each other, and tables, stand abreast."""
        made = []
        for kind, group in groupby(blocks, lambda block: _ABREAST.get(type(block))):
            inner = "".join(map(self.block, group))
            made.append(f'<div class="{kind}">{inner}</div>' if kind else inner)
        return "".join(made)

    def _contents(self, parts: Sequence[Sequence[Block]]) -> str:
        """Links to the parts."""
        links = "".join(
            f'<li><a href="#{self.prefix}-part-{i + 1}">{inline(part[0].text)}</a></li>'
            for i, part in enumerate(parts)
            if isinstance(part[0], Heading)
        )
        return f'<nav aria-label="{escape(self.say("page.contents"))}"><ol>{links}</ol></nav>'

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Heading(level, words):
                return f"<h{level}>{inline(words)}</h{level}>"
            case Paragraph(words):
                return f"<p>{inline(words)}</p>"
            case Formula(_, latex):
                return f'<div class="formula">{mathml(latex, display=True)}</div>'
            case Sum():
                return self._sum(block)
            case Table():
                return self._table(block)
            case Columns():
                return self._columns(block)
            case Image():
                return ""  # the drawing shows it
            case Unit():
                inner = self._blocks(block.blocks)
                return f'<div class="unit"><h4>{inline(block.title)}</h4>{inner}</div>'
            case Diagram():
                return self._stage(block)

    # -- Sums and tables ---------------------------------------------------------------------------

    def _sum(self, block: Sum) -> str:
        heads = "".join(
            f'<th scope="col">{escape(self.say(f"page.{name}"))}</th>'
            for name in ("term", "product", "value")
        )
        rows = "".join(_row(row, "", "") for row in block.rows)
        rows += _row(block.total, "=", "total")
        rows += "".join(_row(row, "=", "") for row in block.after)
        return (
            f'<table class="sum"><thead class="unseen"><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )

    def _table(self, block: Table) -> str:
        columns = range(len(block.head))
        numeric = [all(_NUMERIC.fullmatch(row[j]) for row in block.rows) for j in columns]
        kinds = [' class="n"' if numbers else "" for numbers in numeric]
        head = "".join(
            f'<th scope="col"{kinds[j] if j else ""}>{inline(block.head[j])}</th>' for j in columns
        )
        rows = []
        for i, (first, *others) in enumerate(block.rows):
            total = block.total and i == len(block.rows) - 1
            cells = [f"<td{kinds[j]}>{inline(cell)}</td>" for j, cell in enumerate(others, 1)]
            rows.append(
                f'<tr{" class=total" * total}><th scope="row">{inline(first)}</th>'
                f"{''.join(cells)}</tr>"
            )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        return self._scrolling(table) if len(columns) > _NARROW else table

    def _columns(self, block: Columns) -> str:
        head = "".join(f'<th scope="col">{inline(words)}</th>' for words in block.heads)
        rows = "".join(
            "<tr>" + "".join(f"<td><code>{escape(code)}</code></td>" for code in line) + "</tr>"
            for line in block.lines
        )
        table = f'<table class="code"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        return self._scrolling(table)

    def _scrolling(self, table: str) -> str:
        """Around what may be wider than the screen, within reach of the keyboard."""
        name = escape(self.say("page.table"))
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">{table}</div>'

    # -- The drawing and the arithmetic of its units -----------------------------------------------

    def _stage(self, block: Diagram) -> str:
        drawing = draw(self.e)
        after = f"{self.prefix}-units"
        svg = diagram(self.e, self.say, drawing, self.prefix)
        panels = [self._panel(layer.layer, k) for layer in drawing.layers[1:] for k in layer.units]
        # The attribute leaves keys that are pressed in here to the script, in JupyterLab too.
        return (
            '<section class="stage" data-lm-suppress-shortcuts="true">'
            f"<h2>{escape(self.say('page.network'))}</h2>"
            f'<a class="skip" href="#{after}">{escape(self.say("page.skip"))}</a>'
            f'<figure><div class="scroll">{svg}</div>'
            f"<figcaption><p>{inline(block.caption)}</p>{legend(self.e, self.say)}</figcaption>"
            f'</figure><div class="panels" id="{after}">'
            f'<p class="soft">{escape(self.say("page.choose"))}</p>{"".join(panels)}'
            "</div></section>"
        )

    def _panel(self, layer: int, k: int) -> str:
        """A unit's arithmetic, to unfold; those that are told stand in the parts as well."""
        made = unit(self.e, self.say, layer, k)
        told = " told" * (k in self.e.told(layer))
        is_open = " open" * ((layer, k) == self._first())
        label = unit_label(self.e, self.say, layer, k)
        return (
            f'<details class="panel{told}" name="{self.prefix}-unit"{is_open}>'
            f"<summary><h3>{inline(made.title)}</h3></summary>"
            f'<div id="{panel_id(self.prefix, layer, k)}">'
            f'<p class="soft">{escape(label)}</p>{self._blocks(made.blocks)}</div></details>'
        )

    def _first(self) -> tuple[int, int]:
        """The unit that is open at first: of the last told layer, the largest delta or a."""
        last = max(l for l in range(2, self.e.one.n_layers + 1) if self.e.told(l))
        told = self.e.told(last)
        values = self.e.one.delta(last)[0] if self.e.backward else self.e.one.a(last)[0]  # (s_l,)
        sizes = np.abs(values[np.array(told) - 1])  # (n,)
        return last, told[int(sizes.argmax())]


def _parts(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks before the first heading of level 2, then those from each one to the next."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            parts.append([])
        parts[-1].append(block)
    return parts


def _row(row: Row, sign: str, kind: str) -> str:
    product = f"{inline(row.product)} {sign}".strip()
    return (
        f'<tr{f" class={kind}" * bool(kind)}><th scope="row">{inline(row.label)}</th>'
        f'<td class="n product">{product}</td><td class="n">{row.value}</td></tr>'
    )
