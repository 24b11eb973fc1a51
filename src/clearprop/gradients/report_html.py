"""A gradient report as a fragment for notebooks: the sentences and numbers of the text."""

from __future__ import annotations

from html import escape

from clearprop.gradients.report import GradientReport
from clearprop.gradients.report_text import cells, headings, headline, kinks, method
from clearprop.page import TABLE_STYLE, fragment, table

__all__ = ["report_fragment"]

_STYLE = """
.clearprop.cpg .right{color:var(--good)}.clearprop.cpg .wrong{color:var(--bad)}
.clearprop.cpg p{margin:.4rem 0}
"""


def report_fragment(report: GradientReport) -> str:
    """The report for a notebook.

    Examples
    --------
    >>> from clearprop.gradients.check import check_gradient
    >>> right = check_gradient(lambda theta: (theta @ theta, 2 * theta), [1.0, 2.0])
    >>> '<strong class="right">Gradient right</strong>: 2 of 2' in report_fragment(right)
    True
    """
    verdict, _, numbers = headline(report).partition(":")
    parts = [
        f'<p><strong class="{report.verdict}">{escape(verdict)}</strong>:{escape(numbers)}</p>',
        f'<p class="soft">{escape(method(report))}</p>',
    ]
    if report.blocks:
        # The text has a line for each matrix; here one name heads each row.
        rows = table(headings(), [[block.place, *cells(block)[1:]] for block in report.blocks])
        parts.append(f'<div class="scroll">{rows}</div>')
    if report.n_at_kinks:
        parts.append(f"<p>{kinks(report)}</p>")
    if report.problems:
        items = "".join(f"<li>{escape(problem)}</li>" for problem in report.problems)
        parts.append(f"<ul>{items}</ul>")
    return fragment("\n".join(parts), "en", kind="cpg", style=TABLE_STYLE + _STYLE)
