"""A diagnosis as a page that stands alone, and as a fragment for notebooks.

Colours follow the reader's choice of light or dark. There are no ids, so that any number of
fragments can stand in one notebook.
"""

from __future__ import annotations

from html import escape

from clearprop.doctor.diagnosis import Cause, Diagnosis
from clearprop.doctor.evidence import Evidence
from clearprop.doctor.report.content import (
    alternatives,
    block_sentence,
    evidence,
    evidence_sentence,
    how,
    marked_parts,
    remarks,
    sentences,
    shown,
    unit_rows,
    verdict_sentence,
)
from clearprop.doctor.report.heat_map import heat_maps
from clearprop.page import fragment as styled
from clearprop.page import page as whole_page

__all__ = ["fragment", "page"]

_STYLE = """
.cpd{--mark:#ffe08a;--e0:#e8edf2;--e1:#fbd3a0;--e2:#f08a4b;--e3:#c8361f;--e4:#7a0f16}
@media screen and (prefers-color-scheme:dark){.cpd{--mark:#7a5c00;--e0:#28313b;--e1:#6b4a24;
--e2:#b35a24;--e3:#e5533d;--e4:#ff9d94}}
.cpd h1{font-size:1.3rem;margin:.2rem 0}.cpd h2{font-size:1.05rem;margin:1.4rem 0 .4rem}
.cpd .right,.cpd .other-cost{color:var(--good)}.cpd .wrong,.cpd .unknown{color:var(--bad)}
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
    verdict = escape(verdict_sentence(diagnosis, lang))
    parts = [f'<h1 class="{diagnosis.verdict}">{verdict}</h1>']
    if diagnosis.entry:
        parts.append(f"<p>{escape(diagnosis.entry)}</p>")
    if diagnosis.raised is not None:
        parts += _raised(diagnosis, lang)
    parts += _asking(diagnosis, lang)
    if diagnosis.check is not None:
        parts.append(f'<pre class="scroll">{escape(str(diagnosis.check))}</pre>')
    parts += _conventions(diagnosis, lang)
    for cause in diagnosis.causes:
        parts += _cause(cause, lang, solution)
    unexplained = not diagnosis.causes and not diagnosis.right
    if unexplained and diagnosis.raised is None and diagnosis.check is None:
        parts.append(f"<p>{escape(sentences(lang)('report.unknown-cause'))}</p>")
    parts += _evidence(diagnosis, lang)
    parts += _blocks(diagnosis, lang)
    for found in shown(diagnosis):
        parts += _shown(found, lang)
    for training in diagnosis.training:
        parts.append(f"<p>{escape(training.to_dict(lang)['sentence'])}</p>")
    parts += [f"<p>{escape(remark)}</p>" for remark in remarks(diagnosis, lang)]
    parts += heat_maps(diagnosis, lang)
    sentence = how(diagnosis, lang)
    if sentence:
        parts.append(f'<p class="soft">{escape(sentence)}</p>')
    return styled("\n".join(parts), lang, kind="cpd", style=_STYLE)


def _raised(diagnosis: Diagnosis, lang: str) -> list[str]:
    raised = diagnosis.raised
    assert raised is not None
    lines = f"{raised.kind}: {raised.sentence(lang)}"
    if raised.line:
        lines += f"\n{raised.file}:{raised.line}\n    {raised.code}"
    return [f"<pre>{escape(lines)}</pre>"]


def _asking(diagnosis: Diagnosis, lang: str) -> list[str]:
    say, parts = sentences(lang), []
    if diagnosis.tried:
        parts.append(f"<p>{escape(say('report.tried'))}</p><ul>")
        parts += [f"<li>{escape(line)}</li>" for line in diagnosis.tried]
        parts.append("</ul>")
    if diagnosis.adapter is not None:
        parts.append(f"<p>{escape(say('report.adapter'))}</p>")
        parts.append(f"<pre>{escape(diagnosis.adapter)}</pre>")
    return parts


def _conventions(diagnosis: Diagnosis, lang: str) -> list[str]:
    if not diagnosis.conventions:
        return []
    term = f"<dt>{sentences(lang)('report.convention')}</dt>"
    rows = [f"{term}<dd>{escape(c.sentence(lang))}</dd>" for c in diagnosis.conventions]
    return ["<dl>", *rows, "</dl>"]


def _cause(cause: Cause, lang: str, solution: bool) -> list[str]:
    say, mutation = sentences(lang), cause.mutant.mutation
    described = mutation.description(lang)
    equation = "".join(
        f"<mark>{escape(part)}</mark>" if is_marked else escape(part)
        for part, is_marked in marked_parts(mutation.equation)
    )
    line = f"<code>{escape(mutation.line)}</code>"
    if not solution:
        line = f"<details><summary>…</summary>{line}</details>"
    rows = [
        (say("report.cause"), f"<strong>{escape(described.cause)}</strong>"),
        (say("report.where"), escape(cause.mutant.where(lang))),
        (say("report.equation"), f"<code>{equation}</code>"),
        (say("report.hint"), escape(described.hint)),
        (say("report.solution"), line),
    ]
    if cause.alternatives:
        rows.append(("", escape(alternatives(cause, lang))))
    return ["<dl>", *(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in rows), "</dl>"]


def _evidence(diagnosis: Diagnosis, lang: str) -> list[str]:
    rows = [] if diagnosis.right else evidence(diagnosis, lang)
    if not rows:
        return []
    say = sentences(lang)
    parts = [f"<h2>{say('report.evidence-label')}</h2>"]
    if diagnosis.causes and diagnosis.answers:
        parts.append(f"<p>{escape(evidence_sentence(diagnosis, lang))}</p>")
    heads = ["", say("report.yours"), say("report.right")]
    heads += [say("report.planted")] if diagnosis.causes else []
    parts.append('<div class="scroll"><table><tr>')
    parts.append("".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>")
    for name, *numbers in rows:
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers[: len(heads) - 1])
        parts.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    return [*parts, "</table></div>"]


def _shown(found: Evidence, lang: str) -> list[str]:
    parts = [f"<p>{escape(found.sentence(lang))}</p>"]
    heads, *rows = unit_rows(found, lang) or [[]]
    if rows:
        cells = "".join(f"<th>{escape(head)}</th>" for head in heads)
        parts.append(f'<div class="scroll"><table><tr>{cells}</tr>')
        for unit, *numbers in rows:
            cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
            parts.append(f"<tr><td>{unit}</td>{cells}</tr>")
        parts.append("</table></div>")
    return parts


def _blocks(diagnosis: Diagnosis, lang: str) -> list[str]:
    if diagnosis.right or not diagnosis.blocks or diagnosis.check is not None:
        return []
    say = sentences(lang)
    parts = [f"<h2>{say('report.where')}</h2>", '<div class="scroll"><table>']
    for block in diagnosis.blocks:
        name, verdict = say(f"report.block-{block.block}"), say(f"report.block-{block.verdict}")
        cells = f"<td>Theta^({block.layer})</td><td>{name}</td>"
        cells += f'<td class="{block.verdict}">{verdict}</td><td class="n">{block.error:.1e}</td>'
        parts.append(f"<tr>{cells}<td>{escape(block_sentence(block, lang))}</td></tr>")
    return [*parts, "</table></div>"]
