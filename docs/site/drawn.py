"""The figures of a page's ``$ clearprop figure ...`` commands, drawn while the page is built.

Each is computed once in a process, for both languages. What one process of a build has drawn, the
others find in a folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
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
    if _kept is None:
        return _svg(figure)
    sizes = "" if figure.layers is None else "-".join(map(str, figure.layers))
    file = _kept / f"{figure.name}{sizes}.{figure.lang}.svg"
    if not file.exists():
        whole = file.with_suffix(f".{os.getpid()}")
        whole.write_text(_svg(figure), encoding="utf-8")
        whole.replace(file)  # no other process sees a part of it
    return file.read_text(encoding="utf-8")


_kept: Path | None = None


def keep_in(folder: Path) -> None:
    """Keep drawn figures in `folder`, where other processes find them, until this process ends."""
    global _kept
    folder.mkdir(parents=True, exist_ok=True)
    _kept = folder


def _svg(figure: Figure) -> str:
    return _computed(figure.name, figure.layers)(figure.lang).to_bytes(".svg").decode()


@cache
def _computed(name: str, layers: tuple[int, ...] | None) -> Callable[[str], figures.Picture]:
    return figures.FIGURES[name].compute(figures.Asked(layers=layers))
