"""A sheet as the record of `<clearprop-exercise>`: what it shows, says and marks with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.report.content import marked_parts
from clearprop.exercise.contents import parts_of, title
from clearprop.exercise.page import block_html, given_html
from clearprop.exercise.program import empty_blanks, program
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.solution import worked_solution
from clearprop.exercise.stages import stages_of
from clearprop.explain.blocks import Formula
from clearprop.language import catalogue

__all__ = ["sheet_record"]

# What the element says in the words of the command line.
_SENTENCES = (
    *(f"report.{verdict}" for verdict in ("right", "carried", "wrong", "coarse", "unknown")),
    *(f"report.count-{verdict}" for verdict in ("right", "carried", "wrong", "coarse")),
    *("report.count-unknown", "report.count-missing", "report.counts", "report.separator"),
    *("report.all-right", "report.nothing-wrong", "report.too-coarse", "report.empty"),
    *("report.hint-where", "report.no-cause", "report.alternatives", "report.cause"),
    *("report.slip-sign", "report.slip-point", "report.slip-swapped", "report.sample"),
    *(f"report.hint-stage-{kind}" for kind in ("z", "a", "J", "delta", "Delta", "D")),
    *("report.solution", "sheet.sample", "sheet.number"),
)


def sheet_record(sheet: Sheet, langs: Sequence[str] = ("en", "zh")) -> dict[str, Any]:
    """The record of a sheet.

    Returns
    -------
    ``program`` is :func:`clearprop.exercise.program.program`; ``parts`` name the stages of each
    part, with its formulas; ``mistakes`` tells the equation and the corrected line of every mistake
    that the program has; ``languages`` holds what a language says.

    Examples
    --------
    >>> from clearprop.exercise.sheets import make_sheet
    >>> record = sheet_record(make_sheet("published-2-2-2"), ("en",))
    >>> record["languages"]["en"]["sentences"]["report.right"], [p["key"] for p in record["parts"]]
    ('right', ['forward', 'cost', 'backward', 'accumulate', 'gradient'])
    """
    made = program(sheet)
    known = {mistake["id"] for stage in made["stages"] for mistake in stage["mistakes"]}
    stages = stages_of(sheet.network)
    return {
        "version": 1,
        "sheet": {"name": sheet.name, "seed": sheet.seed},
        "samples": sheet.probe.m,
        "program": made,
        "parts": [
            {
                "key": part.key,
                "stages": [stages.index(stage) for stage in part.stages],
                "formulas": [
                    block_html(block, langs[0])
                    for block in part.blocks
                    if isinstance(block, Formula)
                ],
            }
            for part in parts_of(sheet, langs[0])
        ],
        "mistakes": {
            mutation.id: {"equation": marked_parts(mutation.equation), "line": mutation.line}
            for mutation in CATALOGUE
            if mutation.id in known
        },
        "languages": {lang: _said(sheet, lang, known) for lang in langs},
    }


def _said(sheet: Sheet, lang: str, known: set[str]) -> dict[str, Any]:
    told = catalogue("clearprop.exercise", lang)
    texts = {key: told[table][entry] for key in _SENTENCES for table, entry in [key.split(".")]}
    return {
        "title": title(sheet, lang),
        "given": given_html(sheet, lang),
        "parts": [part.title for part in parts_of(sheet, lang)],
        "sentences": texts,
        "mistakes": {
            mutation.id: {
                "cause": mutation.description(lang).cause,
                "hint": mutation.description(lang).hint,
            }
            for mutation in CATALOGUE
            if mutation.id in known
        },
        "solutions": [
            [
                "".join(block_html(block, lang) for block in worked_solution(sheet, blank, lang))
                for blank in empty_blanks(stage, sheet)
            ]
            for stage in stages_of(sheet.network)
        ],
    }
