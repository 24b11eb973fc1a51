"""A gradient report as text: the summary, and a table of 79 columns."""

from __future__ import annotations

from clearprop.gradients.report import BlockReport, GradientReport

__all__ = ["HEADINGS", "cells", "headline", "method", "report_text"]

HEADINGS = (
    "layer", "block", "verdict", "count", "entries", "whole", "worst entry", "analytic", "numerical"
)  # fmt: skip
_WIDTHS = (5, -7, -7, 5, 7, 7, -13, 10, 10)  # 71, and 8 spaces: 79 columns; below 0: to the left


def report_text(report: GradientReport) -> str:
    """The report for a terminal.

    Examples
    --------
    >>> from clearprop.gradients.check import check_gradient
    >>> right = check_gradient(lambda theta: (theta @ theta, 2 * theta), [1.0, 2.0])
    >>> print(report_text(right).splitlines()[3].split()[:6])
    ['layer', 'block', 'verdict', 'count', 'entries', 'whole']
    """
    lines = [headline(report), f"({method(report)})"]
    if report.blocks:
        lines += ["", _row(HEADINGS), *(_row(cells(block)) for block in report.blocks)]
    if report.n_at_kinks:
        lines += ["", f"At a kink, or within a step of one: {report.n_at_kinks}"]
    if report.problems:
        lines += ["", *(f"- {problem}" for problem in report.problems)]
    return "\n".join(lines)


def headline(report: GradientReport) -> str:
    """The summary as a sentence of its own."""
    return report.summary[0].upper() + report.summary[1:]


def method(report: GradientReport) -> str:
    """How the derivatives were taken, in a line."""
    how = (
        f"complex step {report.step:g}"
        if report.method == "complex"
        else f"two-sided differences, step {report.step:g}"
    )
    engine = f"engine {report.engine}, " if report.engine else ""
    masks = f"; under the masks of dropout {report.dropout:g}" if report.dropout else ""
    return f"{engine}{report.dtype}; {how}; tolerance {report.tolerance:g}{masks}"


def _row(cells: tuple[str, ...]) -> str:
    padded = (
        cell.ljust(-width) if width < 0 else cell.rjust(width)
        for cell, width in zip(cells, _WIDTHS, strict=True)
    )
    return " ".join(padded).rstrip()


def cells(block: BlockReport) -> tuple[str, ...]:
    """The row of a block, under :data:`HEADINGS`."""
    worst = block.worst
    return (
        "-" if block.layer is None else str(block.layer),
        block.block,
        block.verdict.upper() if block.verdict == "wrong" else block.verdict,
        str(block.n_checked),
        f"{block.largest_relative_difference:.1e}",
        f"{block.whole_difference:.1e}",
        worst.name,
        f"{worst.analytic:.3e}",
        f"{worst.numerical:.3e}",
    )
