"""HTML that reports share: their style, the page around a report, the fragment for a notebook.

A page loads nothing: no script, style, font or image from elsewhere. A notebook shows the same
report as a fragment, so every rule of a style begins with a class of the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from clearprop.language import HTML_LANG

__all__ = ["TABLE_STYLE", "fragment", "page", "table"]

# Colours follow the reader's choice of light or dark; paper is always light.
_STYLE = """
.clearprop{--ink:#1b1f24;--soft:#57606a;--paper:#fff;--card:#f6f8fa;--line:#d0d7de;--good:#1a7f37;
--bad:#b3261e;--link:#0b57b0;color:var(--ink);background:var(--paper);color-scheme:light dark;
font:16px/1.55 system-ui,"Segoe UI","Noto Sans","Noto Sans SC","Noto Sans CJK SC","PingFang SC",
"Microsoft YaHei",sans-serif;max-width:60rem;margin:0 auto;padding:1rem;box-sizing:border-box}
@media screen and (prefers-color-scheme:dark){.clearprop{--ink:#e6edf3;--soft:#9aa5b1;
--paper:#12161b;--card:#1a2028;--line:#39424d;--good:#5fd07d;--bad:#ff8a80;--link:#79b8ff}}
.clearprop code,.clearprop pre{font-family:ui-monospace,Consolas,"DejaVu Sans Mono",monospace;
font-size:.92em}
.clearprop .scroll{overflow-x:auto}.clearprop .soft{color:var(--soft)}
"""

# For `fragment(..., style=TABLE_STYLE)` around what `table` makes. Notebooks have styles of their
# own for the rows of tables; the class is named twice to win over them.
TABLE_STYLE = """
.clearprop.clearprop .cells{border-collapse:collapse;border:0;margin:.6rem 0;font-size:.94rem}
.clearprop.clearprop .cells tr{background:none}
.clearprop.clearprop .cells :is(th,td){padding:.2rem 1.2rem .2rem 0;border:0;
border-bottom:1px solid var(--line);color:var(--ink);text-align:left;font-weight:400}
.clearprop.clearprop .cells thead th{color:var(--soft)}
.clearprop.clearprop .cells .n{text-align:right;font-variant-numeric:tabular-nums}
"""


def page(title: str, lang: str, body: str) -> str:
    """A whole HTML page, which stands alone, around a body.

    Parameters
    ----------
    title
        Plain text.
    lang
        One of :data:`~clearprop.language.LANGUAGES`.
    body
        HTML, such as ``<main>`` with a :func:`fragment` in it.

    Examples
    --------
    >>> page("a < b", "zh", "").splitlines()[1]
    '<html lang="zh-CN">'
    """
    return (
        f'<!doctype html>\n<html lang="{HTML_LANG[lang]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n"
        "<style>body{margin:0}@media screen and (prefers-color-scheme:dark)"
        "{body{background:#12161b}}</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def fragment(body: str, lang: str, *, kind: str = "", style: str = "", id: str = "") -> str:  # noqa: A002
    """A report with its styles, for a notebook or for the body of a page.

    The styles touch nothing outside, as long as every rule of `style` begins with ``.clearprop`` or
    with the report's own class.

    Parameters
    ----------
    body
        HTML.
    lang
        One of :data:`~clearprop.language.LANGUAGES`.
    kind
        A class of the report's own, such as ``"cpx"``; none by default.
    style
        The report's own rules, after those that all reports share.
    id
        The id of the element around the report; none by default.

    Examples
    --------
    >>> print(fragment("<p>31 parameters</p>", "en").partition("</style>")[2].strip())
    <div class="clearprop" lang="en">
    <p>31 parameters</p>
    </div>
    """
    classes = f"clearprop {kind}".strip()
    named = f' id="{id}"' * bool(id)
    return (
        f"<style>{_STYLE}{style}</style>\n"
        f'<div class="{classes}"{named} lang="{HTML_LANG[lang]}">\n{body}\n</div>'
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of plain text: the first column names the rows, the others hold numbers.

    Its style is :data:`TABLE_STYLE`.

    Examples
    --------
    >>> table(["layer", "error"], [["Theta^(1)", "1e-10"]]).partition("<tbody>")[2]
    '<tr><th scope="row">Theta^(1)</th><td class="n">1e-10</td></tr></tbody></table>'
    """
    first, *others = head
    heads = f'<th scope="col">{escape(first)}</th>'
    heads += "".join(f'<th scope="col" class="n">{escape(name)}</th>' for name in others)
    lines = ""
    for name, *cells in rows:
        numbers = "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
        lines += f'<tr><th scope="row">{escape(name)}</th>{numbers}</tr>'
    made = f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody>"
    return f'<table class="cells">{made}</table>'
