"""What texts in English and Chinese need: their catalogues, and lines that fit a terminal.

Every sentence stands once in each language, in a room's ``catalogue/en.toml`` and
``catalogue/zh.toml``. :class:`Sentences` looks them up. A test calls :func:`catalogue_problems` for
every room, so that both languages hold the same sentences.
"""

from __future__ import annotations

import string
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = [
    "HTML_LANG",
    "LANGUAGES",
    "Sentences",
    "catalogue",
    "catalogue_problems",
    "cells",
    "printable",
    "shorten",
    "wrapped",
]

LANGUAGES = ("en", "zh")

# What a page says of its language.
HTML_LANG = {"en": "en", "zh": "zh-CN"}


@cache
def catalogue(room: str, lang: str) -> Mapping[str, Any]:
    """The catalogue of a room in a language: tables of sentences.

    Parameters
    ----------
    room
        The package that carries it, such as ``"clearprop.explain"``.
    lang
        One of :data:`LANGUAGES`.

    Examples
    --------
    >>> catalogue("clearprop.explain", "zh")["costs"]["softmax"]
    'softmax 代价'
    """
    text = files(room).joinpath(f"catalogue/{lang}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class Sentences:
    """The sentences of a room in one language, looked up by a call.

    Attributes
    ----------
    room
        The package that carries the catalogue, such as ``"clearprop.explain"``.
    lang
        One of :data:`LANGUAGES`.

    Examples
    --------
    >>> say = Sentences("clearprop.explain", "en")
    >>> say("names.pixel", row=2, column=5)
    'row 2, column 5'
    """

    room: str
    lang: str

    def __call__(self, key: str, /, **values: Any) -> str:
        """The sentence under ``"table.key"``, with the values filled in.

        Raises
        ------
        KeyError
            For a sentence that the catalogue lacks, or a value that it needs and did not get.
        """
        table, _, entry = key.partition(".")
        sentence: str = catalogue(self.room, self.lang)[table][entry]
        return sentence.format(**values)


def catalogue_problems(room: str) -> list[str]:
    """Where the two languages of a room differ: a sentence is missing, or needs other values.

    Examples
    --------
    >>> catalogue_problems("clearprop.explain")
    []
    """
    first, *others = LANGUAGES
    expected = dict(_entries(catalogue(room, first)))
    problems = []
    for lang in others:
        found = dict(_entries(catalogue(room, lang)))
        problems += [f"{lang}: lacks {key}" for key in expected if key not in found]
        problems += [f"{first}: lacks {key}" for key in found if key not in expected]
        problems += [
            f"{lang}: {key}: has the values {sorted(_fields(found[key]))}; "
            f"{first} has {sorted(_fields(text))}"
            for key, text in expected.items()
            if key in found and _fields(found[key]) != _fields(text)
        ]
    return problems


def _entries(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _entries(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _fields(text: str) -> set[str]:
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:  # a text that is not formatted, and has braces of its own
        return set()
    return {name for _, name, _, _ in parsed if name is not None}


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two.

    Examples
    --------
    >>> cells("delta"), cells("误差")
    (5, 4)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def printable(text: object) -> str:
    r"""The text in one line, with line ends, escape codes and the like spelt out.

    Labels, columns and files may be called anything; what they are called must not move the cursor.

    Examples
    --------
    >>> printable("two" + chr(10) + "lines, 中文")
    'two\\nlines, 中文'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


def shorten(text: str, width: int) -> str:
    """The text, cut to `width` columns with an ellipsis where it is longer.

    Examples
    --------
    >>> shorten("Iris versicolor", 8)
    'Iris ...'
    """
    short = text[: 4 * width]  # characters that take no column still take time
    if short == text and cells(text) <= width:
        return text
    while cells(short) > width - 3:
        short = short[:-1]
    return short + "..."


# Marks that no line begins with (避头), and that none ends with (避尾).
_NOT_FIRST = "，。；：、！？）」』”’》…,.;:!?)"
_NOT_LAST = "（「『“‘《"


def wrapped(text: str, columns: int) -> list[str]:
    """A text in lines of at most so many columns: between words, or between Chinese characters.

    Examples
    --------
    >>> wrapped("a slope is missing", 10)
    ['a slope is', 'missing']
    >>> wrapped("a/long/path.csv", 10)  # a word that is longer than a line is cut
    ['a/long/pat', 'h.csv']
    """
    tokens: list[str] = []
    for c in text:
        wide = unicodedata.east_asian_width(c) in "WF"
        joins = tokens and not wide and c != " " and tokens[-1] != " " and cells(tokens[-1][-1]) < 2
        opened = tokens and tokens[-1][-1] in _NOT_LAST and c != " "
        if joins or opened or (tokens and c in _NOT_FIRST and tokens[-1] != " "):
            tokens[-1] += c
        else:
            tokens.append(c)
    lines, line = [], ""
    for token in (part for uncut in tokens for part in _cut(uncut, columns)):
        if cells(line + token) > columns and line.strip():
            lines.append(line.rstrip())
            line = "" if token == " " else token
        else:
            line += token
    return [*lines, line.rstrip()] if line.strip() else lines


def _cut(token: str, columns: int) -> Iterator[str]:
    """The token in parts of at most so many columns."""
    part = ""
    for c in token:
        if part and cells(part + c) > columns:
            yield part
            part = ""
        part += c
    yield part
