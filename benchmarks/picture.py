"""Draws the ratios: how many times as long the best of each peer takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from clearprop.bench.table import COLUMNS, best_of
from clearprop.figures.drawing import Picture, styled

COLOURS = {"PyTorch": "#de6b48", "JAX": "#7768ae", "sklearn": "#e5b25d"}
TICKS = (1, 2, 5, 10, 20, 50)
LONG = {"H": "H  cold start, digits", "K": "K  MNIST to 98 %, cold"}


def rows_of(kept: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Label to peer to ratio, for the works that were timed."""
    found = dict(kept["results"])
    if nielsen := found.pop("J", None):
        found.update({f"J {chapter}": result for chapter, result in nielsen.items()})
    rows = {}
    for name, result in sorted(found.items()):
        if "medians" not in result:
            continue  # peak memory is no time
        mine = result["medians"]["clearprop"]
        label = LONG.get(name) or f"{name}  {result.get('what', 'of Nielsen, MNIST')}"
        times = {peer: best_of(result, peer) for peer in COLOURS if peer in COLUMNS}
        rows[label] = {peer: time / mine for peer, time in times.items() if time is not None}
    return rows


def draw(rows: dict[str, dict[str, float]], path: Path) -> None:
    """Write the picture: a group of bars for each work, on a logarithmic axis."""
    height = 0.8 / len(COLOURS)
    with styled():
        figure = Figure(figsize=(8, 0.5 * len(rows) + 1.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        for i, (peer, colour) in enumerate(COLOURS.items()):
            at = [j for j, ratios in enumerate(rows.values()) if peer in ratios]
            widths = [ratios[peer] for ratios in rows.values() if peer in ratios]
            bars = axes.barh(
                [j + (i - 1) * height for j in at], widths, height, color=colour, label=peer
            )
            axes.bar_label(bars, list(map(rounded, widths)), padding=2, fontsize=7)
        axes.axvline(1, color="#333333", linewidth=1)
        axes.set_xscale("log")
        axes.set_xticks(TICKS, [f"{tick}x" for tick in TICKS], fontsize=9)
        axes.minorticks_off()
        axes.set_yticks(range(len(rows)), list(rows), fontsize=8)
        axes.invert_yaxis()
        axes.set_xlabel(
            "times as long as Clearprop (1: the same), the peer's best setting", fontsize=10
        )
        axes.legend(fontsize=8, loc="lower right")
    told = (
        f"{label}: {', '.join(f'{peer} {rounded(ratio)}' for peer, ratio in ratios.items())}"
        for label, ratios in rows.items()
    )
    title = "How many times as long as Clearprop the best setting of each peer takes"
    Picture(figure, title, "; ".join(told)).save(path)


def rounded(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
