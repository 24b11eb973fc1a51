"""The doctor's sentences, each once a language: ``catalogue/en.toml`` and ``catalogue/zh.toml``."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from clearprop.gradients.mutations import Mutant

__all__ = ["LANGUAGES", "mutation_words", "where", "width", "words", "wrapped"]

LANGUAGES = ("en", "zh")


@cache
def catalogue(lang: str) -> Mapping[str, Any]:
    """The whole catalogue of a language: tables ``report``, ``where`` and ``mutations``."""
    text = files("clearprop.gradients").joinpath(f"catalogue/{lang}.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))


def words(key: str, lang: str, **values: Any) -> str:
    """A sentence of the report, with its values put in."""
    sentence: str = catalogue(lang)["report"][key]
    return sentence.format(**values)


def mutation_words(id: str, lang: str) -> Mapping[str, str]:  # noqa: A002
    """Symptom, cause and hint of a mutation.

    Examples
    --------
    >>> mutation_words("slope-missing", "en")["cause"]
    "The slope g'(z) is missing from delta."
    """
    entry: Mapping[str, str] = catalogue(lang)["mutations"][id]
    return entry


def where(mutant: Mutant, lang: str) -> str:
    """The place of a mutant in words."""
    mutation, layers = mutant.mutation, mutant.layers
    places: Mapping[str, str] = catalogue(lang)["where"]
    place = "Theta" if mutation.place == "inner Theta" else mutation.place
    pattern = places[f"{mutation.half}-{place.replace('layer', 'hidden')}"]
    if layers is None:
        return pattern
    symbol = {"delta": "delta^({})", "Theta": "Theta^({})"}.get(place, "{}")
    return pattern.format(", ".join(symbol.format(l) for l in layers))


def width(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two.

    Examples
    --------
    >>> width("delta"), width("误差")
    (5, 4)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


# Marks that no line begins with (避头).
_NOT_FIRST = "，。；：、！？）」』”’》…,.;:!?)"


def wrapped(text: str, columns: int) -> list[str]:
    """A text in lines of at most so many columns: between words, or between Chinese characters.

    Examples
    --------
    >>> wrapped("a slope is missing", 10)
    ['a slope is', 'missing']
    """
    tokens: list[str] = []
    for c in text:
        wide = unicodedata.east_asian_width(c) in "WF"
        joins = tokens and not wide and c != " " and tokens[-1] != " " and width(tokens[-1][-1]) < 2
        if joins or (tokens and c in _NOT_FIRST and tokens[-1] != " "):
            tokens[-1] += c
        else:
            tokens.append(c)
    lines, line = [], ""
    for token in tokens:
        if width(line + token) > columns and line.strip():
            lines.append(line.rstrip())
            line = "" if token == " " else token
        else:
            line += token
    return [*lines, line.rstrip()] if line.strip() else lines
