"""An explanation as a page that stands alone, and as a fragment for notebooks.

The blocks are those of the text, so every number is the same. A page adds the network: an element
that steps through the pass and opens a unit's arithmetic. Without a script, a diagram stands in its
place, and the arithmetic is a list to unfold.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache, cached_property
from html import escape
from importlib.resources import files
from itertools import groupby

import numpy as np

from clearprop.explain.assemble import assemble
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
from clearprop.explain.excerpt import excerpt
from clearprop.explain.explanation import Explanation
from clearprop.explain.legend import legend
from clearprop.explain.live import live_record
from clearprop.explain.mathml import inline, mathml
from clearprop.explain.sections.unit import unit
from clearprop.explain.sentences import NamedSentences
from clearprop.page import fragment, page
from clearprop.web import element, script

__all__ = ["explanation_fragment", "explanation_page"]

# A table of more columns may be wider than a telephone, so it scrolls by itself.
_NARROW = 4
# Kinds of blocks that are set side by side if several follow each other, and their CSS class.
_ABREAST = {Unit: "units", Table: "tables"}
# The most characters of a live drawing's record, in a page and in a notebook: about 45,000 weights
# and 11,000, or twice as many of float32. So a page stays under 1 MB, and a notebook's output under
# 350 kB. A larger network is shown as a diagram.
_PAGE_RECORD, _NOTEBOOK_RECORD = 480_000, 120_000
# A cell of a column of numbers: numbers, and products and quotients of them.
_NUMERIC = re.compile(r"[-+×/ ]*(?:(?:[\d.]+(?:e[-+]\d+)?|nan|inf)[-+×/ ]*)*")


def explanation_page(e: Explanation, lang: str) -> str:
    """The explanation as a page that stands alone; it loads nothing."""
    blocks = assemble(e, lang)
    title = next(block.text for block in blocks if isinstance(block, Heading))
    body = _Renderer(e, lang, "cp", alone=True).report(blocks)
    return page(title, lang, f"<main>{body}</main>")


def explanation_fragment(e: Explanation, lang: str) -> str:
    """The explanation without a page around it, for a notebook.

    Its styles touch nothing outside. Its ids are the same in every run, so a notebook does not
    change when it is run again. Different explanations have different ids. One explanation may also
    occur twice in a notebook, because every element looks only inside itself.
    """
    return _Renderer(e, lang, _prefix(e, lang), alone=False).report(assemble(e, lang))


def _prefix(e: Explanation, lang: str) -> str:
    """What the ids of a fragment begin with: a hash of all that the fragment is made of."""
    batch = e.batch
    digest = hashlib.sha256(
        repr((batch.network, e.sample, e.penalty.rows, e.asked, e.names, lang)).encode()
    )
    for array in (batch.theta, batch.X, batch.Y):
        digest.update(b"" if array is None else array.tobytes())
    return f"cp{digest.hexdigest()[:12]}"


@cache
def _asset(name: str) -> str:
    return files("clearprop.explain").joinpath(f"assets/{name}").read_text(encoding="utf-8")


class _Renderer:
    """Turns blocks into HTML. Ids begin with `prefix`. `alone` is True for a page and False for a
    fragment, which may share its page with others.
    """

    def __init__(self, e: Explanation, lang: str, prefix: str, alone: bool) -> None:
        self.e, self.lang, self.prefix, self.alone = e, lang, prefix, alone
        self.say = NamedSentences(lang, e.names)
        self.shown = excerpt(e)
        most = _PAGE_RECORD if alone else _NOTEBOOK_RECORD
        self.live = live_record(e, self.say, self.shown, most)

    def report(self, blocks: Sequence[Block]) -> str:
        """Everything: a header, the diagram, and a section for each heading of level 2."""
        opening, *parts = _parts(blocks)
        diagram_at = next(i for i, block in enumerate(opening) if isinstance(block, Diagram))
        made = [
            f"<header>{self._blocks(opening[:diagram_at])}</header>",
            self._blocks(opening[diagram_at:]),
        ]
        if self.alone:
            made.append(self._contents(parts))
        for i, part in enumerate(parts):
            made.append(f'<section id="{self.prefix}-part-{i + 1}">{self._blocks(part)}</section>')
        if self.live:
            made.append(f"<script>{script('pass')}</script>")
        body = "\n".join(made)
        return fragment(body, self.lang, kind="cpx", style=_asset("explain.css"), id=self.prefix)

    def _blocks(self, blocks: Sequence[Block]) -> str:
        """Blocks one after the other. Consecutive units, or tables, are set side by side."""
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
            case Heading(level, text):
                return f"<h{level}>{inline(text)}</h{level}>"
            case Paragraph(text):
                return f"<p>{inline(text)}</p>"
            case Formula(_, latex):
                return f'<div class="formula">{mathml(latex, display=True)}</div>'
            case Sum():
                return self._sum(block)
            case Table():
                return self._table(block)
            case Columns():
                return self._columns(block)
            case Image():
                return ""  # the diagram shows it
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
        head = "".join(f'<th scope="col">{inline(title)}</th>' for title in block.heads)
        rows = "".join(
            "<tr>" + "".join(f"<td><code>{escape(code)}</code></td>" for code in line) + "</tr>"
            for line in block.lines
        )
        table = f'<table class="code"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        return self._scrolling(table)

    def _scrolling(self, table: str) -> str:
        """Let a table that may be wider than the screen scroll, by keyboard as well."""
        name = escape(self.say("page.table"))
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">{table}</div>'

    # -- The diagram and the arithmetic of its units -----------------------------------------------

    def _stage(self, block: Diagram) -> str:
        """The network: the element, or what stands for it without a script."""
        figure = diagram(self.e, self.say, self.shown, self.prefix, linked=bool(self._panels))
        still = (
            f"<figure>{figure}<figcaption>{inline(block.caption)}</figcaption></figure>"
            f"{self._panels}{legend(self.e, self.say)}"
        )
        title = escape(self.say("page.network"))
        drawn = self._element(still) + self._limits()
        return f'<section class="stage"><h2>{title}</h2>{drawn}</section>'

    def _element(self, still: str) -> str:
        if self.live is None:
            return still
        return element("clearprop-player", self.live.record, still, self.lang)

    def _limits(self) -> str:
        """What a network of many weights costs the drawing: digits, or its life."""
        if self.live and not self.live.rounded:
            return ""
        said = "page.rounded" if self.live else "page.still"
        return f'<p class="soft">{escape(self.say(said, n=f"{self.e.batch.theta.size:,}"))}</p>'

    @cached_property
    def _panels(self) -> str:
        """The arithmetic of every unit that is drawn, to unfold.

        A notebook keeps what is shown in it, so it is spared what the live drawing and the text
        tell.
        """
        if self.live and not self.alone:
            return ""
        layers = self.shown.layers[1:]
        panels = [self._panel(layer.layer, k) for layer in layers for k in layer.units]
        return f'<div class="panels">{"".join(panels)}</div>'

    def _panel(self, layer: int, k: int) -> str:
        """A unit's arithmetic, to unfold. Units that are told have it in the text as well.

        On a page only one panel is open at a time, because all share one name. Panels of a fragment
        have no name: browsers would close those of another copy of the same explanation.
        """
        made = unit(self.e, self.say, layer, k)
        told = " told" * (k in self.e.told(layer))
        group = f' name="{self.prefix}-unit"' * self.alone
        is_open = " open" * ((layer, k) == self._first())
        label = unit_label(self.e, self.say, layer, k)
        return (
            f'<details class="panel{told}"{group}{is_open}>'
            f"<summary><h3>{inline(made.title)}</h3></summary>"
            f'<div id="{panel_id(self.prefix, layer, k)}">'
            f'<p class="soft">{escape(label)}</p>{self._blocks(made.blocks)}</div></details>'
        )

    def _first(self) -> tuple[int, int]:
        """The unit whose panel is open at first.

        It is in the last layer that is told, and has the largest ``|delta|`` there (without
        targets, the largest ``|a|``).
        """
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
