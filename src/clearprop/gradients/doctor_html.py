"""A diagnosis as a page that stands alone, and as a fragment for notebooks.

Every Theta is drawn as a heat map of the relative error of its gradient: rows are units of the next
layer, columns the bias and the units of this one, as in the course. Colours follow the reader's
choice of light or dark; all text is text, and each map says in words what it shows.
"""

from __future__ import annotations

from html import escape

import numpy as np

from clearprop.gradients.diagnosis import Cause, Diagnosis
from clearprop.gradients.doctor_text import (
    block_sentence,
    evidence,
    how,
    marked_parts,
    remarks,
    verdict_sentence,
)
from clearprop.gradients.words import mutation_words, where, words
from clearprop.network.architecture import Array
from clearprop.network.equations import split
from clearprop.page import fragment as styled
from clearprop.page import page as whole_page

__all__ = ["fragment", "page"]

# A larger map is drawn in tiles, each as bad as the worst entry in it.
_ROWS, _COLUMNS = 48, 96
_CELL = 12

_STYLE = """
.cpd{--mark:#ffe08a;--e0:#e8edf2;--e1:#fbd3a0;--e2:#f08a4b;--e3:#c8361f;--e4:#7a0f16}
@media screen and (prefers-color-scheme:dark){.cpd{--mark:#7a5c00;--e0:#28313b;--e1:#6b4a24;
--e2:#b35a24;--e3:#e5533d;--e4:#ff9d94}}
.cpd h1{font-size:1.3rem;margin:.2rem 0}.cpd h2{font-size:1.05rem;margin:1.4rem 0 .4rem}
.cpd .right{color:var(--good)}.cpd .wrong,.cpd .unknown{color:var(--bad)}
.cpd dl{display:grid;grid-template-columns:6.5rem 1fr;gap:.3rem 1rem;margin:.6rem 0}
.cpd dt{color:var(--soft)}.cpd dd{margin:0;min-width:0;overflow-wrap:anywhere}
.cpd mark{background:var(--mark);color:inherit;border-radius:.2em;padding:0 .15em}
.cpd pre{overflow-x:auto;margin:.3rem 0}
.cpd table{border-collapse:collapse}.cpd th,.cpd td{padding:.15rem .7rem .15rem 0;
border-bottom:1px solid var(--line);text-align:left;font-variant-numeric:tabular-nums}
.cpd td.n{text-align:right;font-family:ui-monospace,Consolas,monospace}
.cpd svg{display:block;max-width:100%;height:auto}
.cpd .e0{fill:var(--e0)}.cpd .e1{fill:var(--e1)}.cpd .e2{fill:var(--e2)}.cpd .e3{fill:var(--e3)}
.cpd .e4{fill:var(--e4)}.cpd svg text{fill:var(--soft);font:10px system-ui,sans-serif}
.cpd details summary{cursor:pointer;color:var(--soft)}
"""


def page(diagnosis: Diagnosis, lang: str, solution: bool) -> str:
    """The report as a page that stands alone; it loads nothing."""
    title = verdict_sentence(diagnosis, lang)
    return whole_page(title, lang, f"<main>{fragment(diagnosis, lang, solution)}</main>")


def fragment(diagnosis: Diagnosis, lang: str, solution: bool) -> str:
    """The report without a page around it."""
    title = escape(verdict_sentence(diagnosis, lang))
    parts = [f'<h1 class="{diagnosis.verdict}">{title}</h1>']
    if diagnosis.raised is not None:
        parts += _raised(diagnosis)
    if diagnosis.check is not None:
        parts.append(f'<pre class="scroll">{escape(str(diagnosis.check))}</pre>')
    for cause in diagnosis.causes:
        parts += _cause(cause, lang, solution)
    if diagnosis.verdict == "unknown" and diagnosis.raised is None and diagnosis.check is None:
        parts.append(f"<p>{escape(words('unknown-cause', lang))}</p>")
    parts += _evidence(diagnosis, lang)
    parts += _blocks(diagnosis, lang)
    parts += [f"<p>{escape(remark)}</p>" for remark in remarks(diagnosis, lang)]
    parts += _maps(diagnosis, lang)
    sentence = how(diagnosis, lang)
    if sentence:
        parts.append(f'<p class="soft">{escape(sentence)}</p>')
    return styled("\n".join(parts), lang, kind="cpd", style=_STYLE)


def _raised(diagnosis: Diagnosis) -> list[str]:
    raised = diagnosis.raised
    assert raised is not None
    lines = f"{raised.kind}: {raised.message}"
    if raised.line:
        lines += f"\n{raised.file}:{raised.line}\n    {raised.code}"
    return [f"<pre>{escape(lines)}</pre>"]


def _cause(cause: Cause, lang: str, solution: bool) -> list[str]:
    entry, mutation = mutation_words(cause.id, lang), cause.mutant.mutation
    equation = "".join(
        f"<mark>{escape(part)}</mark>" if is_marked else escape(part)
        for part, is_marked in marked_parts(mutation.equation)
    )
    rows = [
        (words("cause", lang), f"<strong>{escape(entry['cause'])}</strong>"),
        (words("where", lang), escape(where(cause.mutant, lang))),
        (words("equation", lang), f"<code>{equation}</code>"),
        (words("hint", lang), escape(entry["hint"])),
    ]
    line = f"<code>{escape(mutation.line)}</code>"
    if not solution:
        line = f"<details><summary>…</summary>{line}</details>"
    rows.append((words("solution", lang), line))
    if cause.alternatives:
        names = ", ".join(sorted({other.mutation.id for other in cause.alternatives}))
        rows.append(("", escape(words("alternatives", lang, names=names))))
    return ["<dl>", *(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in rows), "</dl>"]


def _evidence(diagnosis: Diagnosis, lang: str) -> list[str]:
    rows = [] if diagnosis.right else evidence(diagnosis, lang)
    if not rows:
        return []
    parts = [f"<h2>{words('evidence-label', lang)}</h2>"]
    if diagnosis.causes:
        match = max(cause.match for cause in diagnosis.causes)
        key = "evidence" if diagnosis.explained else "evidence-half"
        sentence = words(key, lang, n=len(diagnosis.probes), match=f"{match:.1e}")
        parts.append(f"<p>{escape(sentence)}</p>")
    heads = ["", words("yours", lang), words("right", lang)]
    heads += [words("planted", lang)] if diagnosis.causes else []
    parts.append('<div class="scroll"><table><tr>')
    parts.append("".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>")
    for name, *numbers in rows:
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers[: len(heads) - 1])
        parts.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    return [*parts, "</table></div>"]


def _blocks(diagnosis: Diagnosis, lang: str) -> list[str]:
    if diagnosis.right or not diagnosis.blocks or diagnosis.check is not None:
        return []
    parts = [f"<h2>{words('where', lang)}</h2>", '<div class="scroll"><table>']
    for block in diagnosis.blocks:
        verdict = words(f"block-{block.verdict}", lang)
        cells = f"<td>Theta^({block.layer})</td><td>{words(f'block-{block.block}', lang)}</td>"
        cells += f'<td class="{block.verdict}">{verdict}</td><td class="n">{block.error:.1e}</td>'
        parts.append(f"<tr>{cells}<td>{escape(block_sentence(block, lang))}</td></tr>")
    return [*parts, "</table></div>"]


# -- Heat maps -------------------------------------------------------------------------------------


def _maps(diagnosis: Diagnosis, lang: str) -> list[str]:
    if not diagnosis.answers or diagnosis.answers[0].gradient is None:
        return []
    probe, answer = diagnosis.probes[0], diagnosis.answers[0]
    assert answer.gradient is not None
    network = probe.network
    right = split(network, diagnosis.expected()[1])
    mine = split(network, answer.gradient)
    parts = [f"<h2>{words('map', lang)}</h2>", f'<p class="soft">{words("map-legend", lang)}</p>']
    parts.append(_legend())
    for l, (D, R) in enumerate(zip(mine, right, strict=True), start=1):
        errors = _relative(D, R).T  # (s_{l+1}, s_l + 1), as the course draws it
        name = f"Theta^({l})"
        label = words("map-label", lang, name=name, wrong=int((errors > 1e-6).sum()), n=errors.size)
        parts.append(f"<h3>{name}</h3>")
        parts.append(_map(errors, label))
    return parts


def _relative(D: Array, R: Array) -> Array:
    scale = np.maximum(np.abs(D), np.abs(R))
    scale = np.maximum(scale, 1e-3 * float(np.abs(R).max()) + 1e-300)
    errors = np.abs(D - R) / scale
    return np.where(np.isfinite(errors), errors, np.inf)


_LEVELS = (1e-6, 1e-3, 1e-2, 1e-1)


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
