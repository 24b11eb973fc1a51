"""The figures of a page's ``$ clearprop figure ...`` commands, drawn while the page is built.

Each is computed once in a process, also when several pages show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from clearprop import figures

_COMMAND = re.compile(
    r"\$ clearprop figure (?P<name>\S+)( --layers (?P<layers>[\d,]+))?( --lang (?P<lang>\w+))?\n"
)


class Figure(NamedTuple):
    """What a command asks for."""

    name: str
    layers: tuple[int, ...] | None
    lang: str


def asked(code: str) -> Figure | None:
    """The figure that the command writes; None for code that is no such command alone."""
    command = _COMMAND.fullmatch(code)
    if command is None or command["name"] not in figures.FIGURES:
        return None
    layers = command["layers"]
    sizes = None if layers is None else tuple(map(int, layers.split(",")))
    return Figure(command["name"], sizes, command["lang"] or "en")


def drawn(code: str) -> str | None:
    """The SVG that the command writes; None for other code."""
    figure = asked(code)
    if figure is None:
        return None
    picture = _computed(figure.name, figure.layers)(figure.lang)
    return picture.to_bytes(".svg").decode()


@cache
def _computed(name: str, layers: tuple[int, ...] | None) -> Callable[[str], figures.Picture]:
    return figures.FIGURES[name].compute(figures.Asked(layers=layers))
