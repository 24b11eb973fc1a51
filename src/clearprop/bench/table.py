"""The results as a table of 80 columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clearprop.language import cells

# The settings of a column, of which the best is shown, and the column's width.
COLUMNS: dict[str, tuple[tuple[str, ...], int]] = {
    "clearprop": (("clearprop",), 9),
    "PyTorch": (("torch", "torch 1 thread", "torch.compile"), 9),
    "JAX": (("jax",), 8),
    "sklearn": (("sklearn",), 9),
    "NumPy": (("numpy",), 9),
}


def best_of(result: dict[str, Any], column: str) -> float | None:
    """The median of the best setting in a column, in seconds; None if none was timed."""
    medians = result["medians"]
    return min((medians[peer] for peer in COLUMNS[column][0] if peer in medians), default=None)


def table(found: dict[str, Any], say: Callable[[str], str] = str) -> str:
    """Microseconds a step, the share of the machine's limit, the ratio to the best peer.

    `say` puts the words into a language.

    Examples
    --------
    >>> medians = {"clearprop": 1e-5, "torch": 2.5e-4, "torch 1 thread": 2e-4, "numpy": 1e-4}
    >>> results = {"A": {"medians": medians, "limit": 5e-6, "what": "784-16-16-10, SGD"}}
    >>> print(table({"results": results, "about": {"threads": 2, "processor": "this one"}}))
    this one, 2 threads; medians, microseconds a step
    <BLANKLINE>
          clearprop  PyTorch     NumPy  of limit  to best
    A          10.0    200.0     100.0     50 %    10.0 x
    <BLANKLINE>
    A   784-16-16-10, SGD
    """
    results, about = found["results"], found["about"]
    shown = [c for c in COLUMNS if any(best_of(r, c) is not None for r in results.values())]
    head = "".join(f"{c:>{COLUMNS[c][1]}}" for c in shown)
    lines = [
        say(f"{about['processor']}, {about['threads']} threads; medians, microseconds a step"),
        "",
        f"      {head}{_right(say('of limit'), 10)}{_right(say('to best'), 9)}",
    ]
    for name, result in results.items():
        times = {c: best_of(result, c) for c in shown}
        cells = "".join(f"{_us(times[c]):>{COLUMNS[c][1]}}" for c in shown)
        mine = result["medians"]["clearprop"]
        others = [time for c, time in times.items() if c != "clearprop" and time is not None]
        ratio = f"{min(others) / mine:7.1f} x" if others else ""
        lines.append(f"{name:<6}{cells}{result['limit'] / mine:7.0%}".replace("%", " %") + ratio)
    return "\n".join([*lines, "", *(f"{n:<4}{say(r['what'])}" for n, r in results.items())])


def _right(text: str, width: int) -> str:
    return " " * (width - cells(text)) + text


def _us(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1e6:,.1f}" if seconds < 1e-3 else f"{seconds * 1e6:,.0f}"
