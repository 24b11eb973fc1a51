"""What was decided while a table was read, as sentences in English or Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clearprop.language import Sentences, printable

__all__ = ["noted"]

# The most names that one sentence lists.
_LISTED = 6


def noted(say: Sentences, key: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a :class:`clearprop.data.reading.Note`; lines may break at ``¦``.

    Parameters
    ----------
    say
        The sentences of the room `clearprop.experiment`; the table ``notes`` has one for each key.

    Examples
    --------
    >>> facts = {"column": "age", "kind": "numbers", "markers": {"-": 31}}
    >>> noted(Sentences("clearprop.experiment", "en"), "markers", facts)
    "age: numbers;¦'-' is read as empty¦in 31 cells"
    """
    words = _WORDS.get(key, _as_they_are)
    return say(f"notes.{key}", **words(say, facts))


def _as_they_are(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: printable(str(value)) for name, value in facts.items()}


def _names(say: Sentences, names: Any) -> str:
    """The names, at most _LISTED of them."""
    shown = [printable(str(name)) for name in list(names)[:_LISTED]]
    text = say("notes.comma").join(shown)
    return text if len(names) <= _LISTED else say("notes.more", names=text, n=len(names) - _LISTED)


def _quoted(say: Sentences, texts: Any) -> str:
    return _names(say, [repr(text) for text in texts])


def _cells(say: Sentences, n: int) -> str:
    return say("notes.cell" if n == 1 else "notes.cells", n=f"{n:,}")


def _markers(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    markers = facts["markers"]
    return {
        "column": printable(facts["column"]),
        "kind": say(f"notes.kind-{facts['kind']}"),
        "markers": _quoted(say, markers),
        "cells": _cells(say, sum(markers.values())),
    }


def _kept_markers(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    markers = facts["markers"]
    return {
        "column": printable(facts["column"]),
        "markers": _quoted(say, markers),
        "first": printable(next(iter(markers))),
        "cells": _cells(say, sum(markers.values())),
    }


def _numbers_as_categories(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    return {"column": printable(facts["column"]), "text": _quoted(say, [facts["text"]])}


def _columns(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    names = facts["columns"]
    first = printable(str(next(iter(names))))
    return {"columns": _names(say, names), "first": first}


def _numerals(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    example = printable(facts["example"])
    return _columns(say, facts) | {"example": example, "value": f"{facts['value']:.15g}"}


def _filled(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    cells = facts["cells"]
    return {"columns": _names(say, cells), "cells": _cells(say, sum(cells.values()))}


def _levels(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    return _columns(say, facts) | {"kept": f"{max(facts['columns'].values()):,}"}


def _counts(say: Sentences, facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{number:,}" for name, number in facts.items()}


_WORDS: dict[str, Callable[[Sentences, Mapping[str, Any]], dict[str, str]]] = {
    "markers": _markers,
    "kept-markers": _kept_markers,
    "numbers-as-categories": _numbers_as_categories,
    "numerals": _numerals,
    "dates": _columns,
    "counts-rows": _columns,
    "filled": _filled,
    "levels": _levels,
    "bins": _counts,
    "no-bins": _counts,
}
