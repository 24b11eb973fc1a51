"""A sheet as a page: to read on a screen, or to print and write on."""

from __future__ import annotations

from html import escape

from clearprop.exercise.contents import Part, given, parts_of, title
from clearprop.exercise.sentences import sentences
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.stages import Stage, shape_of
from clearprop.explain.blocks import Block, Formula, Heading, Paragraph, Sum, Table, Unit
from clearprop.explain.mathml import inline, mathml
from clearprop.page import fragment, page

__all__ = ["block_html", "given_html", "sheet_page"]

# Rules begin with the class of the report. On paper a blank is high enough for a pen.
_STYLE = """
.cpe{max-width:52rem}
.cpe h1{font-size:1.5rem;line-height:1.25;margin:.3rem 0 .6rem}
.cpe h2{font-size:1.15rem;margin:1.8rem 0 .4rem;border-bottom:1px solid var(--line)}
.cpe .who{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.2rem 2rem}
.cpe .who .line{display:inline-block;min-width:12rem;border-bottom:1px solid var(--ink)}
.cpe .tables{display:flex;flex-wrap:wrap;gap:.4rem 2.5rem;align-items:flex-start}
.cpe .formula{overflow-x:auto;overflow-y:hidden;margin:.5rem 0;padding:.2rem 0}
.cpe .formula math{display:inline math}
.cpe table{border-collapse:collapse;margin:.5rem 0}
.cpe :is(th,td){font-weight:400;padding:.2rem .55rem;text-align:right;
font-variant-numeric:tabular-nums;white-space:nowrap}
.cpe .given tbody tr{border-top:1px solid var(--line)}
.cpe .blanks td{border:1px solid var(--soft);min-width:5.2rem;height:1.7rem;text-align:left;
vertical-align:top}
.cpe .blanks thead th{text-align:center}
.cpe .scroll{max-width:100%}
.cpe .room{height:4.5cm;border:1px dashed var(--line);padding:.1rem .4rem;font-size:.8rem;
color:var(--soft);margin:.6rem 0}
@media (max-width:30rem){.cpe :is(th,td){padding:.15rem .35rem}.cpe .blanks td{min-width:3.6rem}
.cpe math{font-size:.92em}}
@media print{@page{size:A4;margin:1.6cm}.cpe{font-size:10.5pt;max-width:none;padding:0}
.cpe .scroll,.cpe .formula{overflow:visible}
.cpe .blanks td{height:.95cm;min-width:2cm;border-color:#000}
.cpe section,.cpe .blank,.cpe .room,.cpe .formula{break-inside:avoid}
.cpe.paper section{break-inside:auto}.cpe h2{break-after:avoid}}
"""


def sheet_page(sheet: Sheet, lang: str, pupil: str = "", paper: bool = False) -> str:
    """The page, which loads nothing.

    Parameters
    ----------
    paper
        Whether there is room to calculate in every part.

    Examples
    --------
    >>> from clearprop.exercise.sheets import make_sheet
    >>> html = sheet_page(make_sheet("published-2-2-2"), "zh")
    >>> html.count('<table class="blanks"'), "<script" in html
    (11, False)
    """
    say, name = sentences(lang), title(sheet, lang)
    line = escape(pupil) if pupil else '<span class="line">&nbsp;</span>'
    number = say("sheet.number", name=sheet.name, seed=sheet.seed)
    body = [
        f"<header><h1>{escape(name)}</h1>",
        f'<p class="who"><span>{escape(say("sheet.name"))}{line}</span>'
        f'<span class="soft">{escape(number)}</span></p></header>',
        given_html(sheet, lang),
    ]
    for i, part in enumerate(parts_of(sheet, lang), start=1):
        body.append(_part(i, part, sheet, lang, paper))
    kind = "cpe paper" if paper else "cpe"
    whole = fragment("\n".join(body), lang, kind=kind, style=_STYLE)
    return page(name if not pupil else f"{name}: {pupil}", lang, f"<main>{whole}</main>")


def given_html(sheet: Sheet, lang: str) -> str:
    """What is given, as HTML."""
    blocks = given(sheet, lang)
    texts = "".join(block_html(block, lang) for block in blocks if isinstance(block, Paragraph))
    tables = "".join(block_html(block, lang) for block in blocks if isinstance(block, Table))
    return f'<section>{texts}<div class="tables">{tables}</div></section>'


def block_html(block: Block, lang: str) -> str:
    """A block of a sheet or of a worked solution as HTML."""
    match block:
        case Paragraph(text):
            return f"<p>{inline(text)}</p>"
        case Formula(_, latex):
            return f'<div class="formula">{mathml(latex, display=True)}</div>'
        case Table(head, rows):
            return _scrolling(_table("given", head, rows), lang)
        case Heading(_, text):
            return f"<h4>{inline(text)}</h4>"
        case Unit(_, _, name, blocks):
            return f"<h4>{inline(name)}</h4>" + "".join(block_html(b, lang) for b in blocks)
        case Sum(rows, total, after):
            lines = [*((row, "") for row in rows), (total, "total"), *((row, "") for row in after)]
            body = "".join(
                f'<tr class="{kind}"><th scope="row">{inline(row.label)}</th>'
                f'<td class="product">{inline(row.product)}</td>'
                f'<td class="n">{escape(row.value)}</td></tr>'
                for row, kind in lines
            )
            return _scrolling(f'<table class="sum"><tbody>{body}</tbody></table>', lang)
    raise TypeError(block)


def _table(kind: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    heads = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{inline(first)}</th>'
        + "".join(f"<td>{inline(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>'


def _scrolling(table: str, lang: str) -> str:
    """Let a table that may be wider than the screen scroll, by keyboard as well."""
    name = escape(sentences(lang)("sheet.table"))
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">{table}</div>'


def _part(number: int, part: Part, sheet: Sheet, lang: str, paper: bool) -> str:
    say = sentences(lang)
    blocks = "".join(block_html(block, lang) for block in part.blocks)
    blanks = "".join(_blanks(stage, sheet, lang) for stage in part.stages)
    room = f'<div class="room">{escape(say("sheet.working"))}</div>' if paper else ""
    return (
        f"<section><h2>{number}. {inline(part.title)}</h2>{blocks}"
        f'<div class="tables">{blanks}</div>{room}</section>'
    )


def _blanks(stage: Stage, sheet: Sheet, lang: str) -> str:
    """A stage's blanks: a row for each sample, or for each unit that weights lead to."""
    say, shape = sentences(lang), shape_of(stage, sheet.probe)
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    if stage.kind == "J":
        head, rows = ("", "`J`"), (("", ""),)
    elif stage.per_sample:
        head = ("", *(f"`{stage.symbol}_{j + 1}`" for j in range(shape[1])))
        samples = range(1, shape[0] + 1)
        first = [say("sheet.sample", i=i) if shape[0] > 1 else "" for i in samples]
        rows = tuple((name, *[""] * shape[1]) for name in first)
    else:
        head = (f"`{stage.symbol}`", *(f"`j = {j}`" for j in range(shape[0])))
        rows = tuple((f"`k = {k + 1}`", *[""] * shape[0]) for k in range(shape[1]))
    return f'<div class="blank">{_scrolling(_table("blanks", head, rows), lang)}</div>'
