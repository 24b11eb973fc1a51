"""A gradient report as text: the summary, and a table of at most 79 columns."""

from __future__ import annotations

from itertools import groupby

from clearprop.gradients.report import BlockReport, GradientReport
from clearprop.language import Sentences, catalogue
from clearprop.language import cells as columns
from clearprop.messages.chinese import translated

__all__ = ["cells", "headings", "headline", "kinks", "method", "report_text"]

_ROOM = "clearprop.gradients"
_WIDTHS = (-10, -8, 5, 8, 8, -13, 10, 10)  # 72, and 7 spaces: 79 columns; below 0: to the left


def report_text(report: GradientReport, lang: str = "en") -> str:
    """The report for a terminal.

    Examples
    --------
    >>> from clearprop.gradients.check import check_gradient
    >>> right = check_gradient(lambda theta: (theta @ theta, 2 * theta), [1.0, 2.0])
    >>> print(report_text(right).splitlines()[3].split()[:6])
    ['block', 'verdict', 'count', 'entries', 'whole', 'worst']
    """
    lines = [headline(report, lang), f"({method(report, lang)})"]
    if lang == "zh":
        lines[1] = f"（{method(report, lang)}）"
    if report.blocks:
        lines += ["", _row(headings(lang))]
        for matrix, blocks in groupby(report.blocks, lambda block: block.matrix):
            inset = "  " if matrix else ""
            lines += [matrix] if matrix else []
            for name, *numbers in (cells(block, lang) for block in blocks):
                lines.append(_row((inset + name, *numbers)))
    if report.n_at_kinks:
        lines += ["", kinks(report, lang)]
    if report.problems:
        say = str if lang == "en" else translated
        lines += ["", *(f"- {say(problem)}" for problem in report.problems)]
    return "\n".join(lines)


def headline(report: GradientReport, lang: str = "en") -> str:
    """The summary as a sentence of its own."""
    say = Sentences(_ROOM, lang)
    slope = report.taylor_slope
    return say(
        "report.headline",
        verdict=say(f"report.{report.verdict}"),
        checked=f"{report.n_checked:,}",
        parameters=f"{report.n_parameters:,}",
        difference=f"{report.largest_relative_difference:.1e}",
        slope=say("report.no-slope") if slope is None else f"{slope:.2f}",
    )


def method(report: GradientReport, lang: str = "en") -> str:
    """How the derivatives were taken, in a line."""
    say = Sentences(_ROOM, lang)
    engine, dropout = report.engine, report.dropout
    return say(
        "report.method",
        engine=say("report.engine", engine=engine) if engine else "",
        dtype=report.dtype,
        how=say(f"report.{report.method}", step=f"{report.step:g}"),
        tolerance=f"{report.tolerance:g}",
        masks=say("report.dropout", share=f"{dropout:g}") if dropout else "",
    )


def kinks(report: GradientReport, lang: str = "en") -> str:
    """How many parameters are at a kink."""
    return Sentences(_ROOM, lang)("report.kinks", n=report.n_at_kinks)


def headings(lang: str = "en") -> tuple[str, ...]:
    """The headings of the table."""
    return tuple(catalogue(_ROOM, lang)["headings"].values())


def _row(cells: tuple[str, ...]) -> str:
    padded = (
        cell + _blanks(cell, -width) if width < 0 else _blanks(cell, width) + cell
        for cell, width in zip(cells, _WIDTHS, strict=True)
    )
    return " ".join(padded).rstrip()


def _blanks(cell: str, width: int) -> str:
    return " " * (width - columns(cell))


def cells(block: BlockReport, lang: str = "en") -> tuple[str, ...]:
    """The row of a block, under :func:`headings`."""
    worst, words = block.worst, catalogue(_ROOM, lang)["words"]
    return (
        words[block.block],
        words[block.verdict],
        str(block.n_checked),
        f"{block.largest_relative_difference:.1e}",
        f"{block.whole_difference:.1e}",
        worst.name.replace("bias", words["bias"]),
        f"{worst.analytic:.3e}",
        f"{worst.numerical:.3e}",
    )
