"""A heat map of every Theta: the relative error of its gradient.

Rows are units of the next layer; columns are the bias and the units of this one, as in the course.
All text is text, and each map says in words what it shows.
"""

from __future__ import annotations

from html import escape

import numpy as np

from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.report.content import sentences
from clearprop.network.architecture import Array
from clearprop.network.equations import split

__all__ = ["heat_maps"]

# A larger map is drawn in tiles. Each shows the worst entry in it.
_ROWS, _COLUMNS = 48, 96
_CELL = 12
_LEVELS = (1e-6, 1e-3, 1e-2, 1e-1)


def heat_maps(diagnosis: Diagnosis, lang: str) -> list[str]:
    """Parts of a page: the heading, the legend, and a map of each Theta; none without numbers."""
    if not diagnosis.answers or diagnosis.answers[0].gradient is None:
        return []
    say, answer = sentences(lang), diagnosis.answers[0]
    assert answer.gradient is not None
    network = diagnosis.probes[0].network
    right = split(network, diagnosis.expected()[1])
    mine = split(network, answer.gradient)
    parts = [f"<h2>{say('report.map')}</h2>", f'<p class="soft">{say("report.map-legend")}</p>']
    parts.append(_legend())
    for l, (D, R) in enumerate(zip(mine, right, strict=True), start=1):
        errors = _relative(D, R).T  # (s_{l+1}, s_l + 1), as the course draws it
        name, wrong = f"Theta^({l})", int((errors > 1e-6).sum())
        parts.append(f"<h3>{name}</h3>")
        parts.append(_map(errors, say("report.map-label", name=name, wrong=wrong, n=errors.size)))
    return parts


def _relative(D: Array, R: Array) -> Array:
    scale = np.maximum(np.abs(D), np.abs(R))
    scale = np.maximum(scale, 1e-3 * float(np.abs(R).max()) + 1e-300)
    errors = np.abs(D - R) / scale
    return np.where(np.isfinite(errors), errors, np.inf)


def _legend() -> str:
    cells, x = [], 0
    texts = ("< 1e-6", "< 1e-3", "< 1e-2", "< 1e-1", "> 1e-1")
    for level, text in enumerate(texts):
        cells.append(f'<rect class="e{level}" x="{x}" y="0" width="12" height="12"/>')
        cells.append(f'<text x="{x + 16}" y="10">{escape(text)}</text>')
        x += 66
    box = f'width="{x}" height="14" viewBox="0 0 {x} 14"'
    return f'<svg {box} aria-hidden="true">{"".join(cells)}</svg>'


def _map(errors: Array, label: str) -> str:
    rows, columns = errors.shape
    tall, wide = -(-rows // _ROWS), -(-columns // _COLUMNS)  # entries of a tile
    cells = []
    for i in range(0, rows, tall):
        for place, j in enumerate([0, *range(1, columns, wide)]):  # the bias has its own tiles
            tile = errors[i : i + tall, j : j + wide if j else 1]
            worst = float(tile.max())
            level = int(np.searchsorted(_LEVELS, worst, side="right"))
            x, y = place * _CELL + (2 if j else 0), i // tall * _CELL  # and stands apart
            cells.append(
                f'<rect class="e{level}" x="{x}" y="{y}" width="{_CELL - 1}" '
                f'height="{_CELL - 1}"><title>{_entry(i, j, tile)} {worst:.1e}</title></rect>'
            )
    width, height = (1 - (1 - columns) // wide) * _CELL + 2, -(-rows // tall) * _CELL
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(cells)}</svg>'
    )


def _entry(i: int, j: int, tile: Array) -> str:
    if tile.size == 1:
        return f"{'bias' if j == 0 else j} → {i + 1}:"
    return f"{j}…{j + tile.shape[1] - 1} → {i + 1}…{i + tile.shape[0]}:"
