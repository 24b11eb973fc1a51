"""The records of the pad for drawn digits, of the wishes and of the exercise sheets."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import clearprop
from clearprop import web
from clearprop.exercise.record import sheet_record
from clearprop.exercise.sheets import make_sheet


def record(tag: str, language: str) -> dict[str, Any] | None:
    """The record of an element by its opening tag, or None for other elements.

    ``<clearprop-exercise sheet="samples-2-3-2">`` says which sheet; `language` is Sphinx's name.
    """
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "drawing": web.reader,
        "wishes": wishes,
        "exercise": partial(exercise, _attribute(tag, "sheet"), language[:2]),
    }
    name = re.match(r"<clearprop-(\w+)", tag)
    return makers[name[1]]() if name and name[1] in makers else None


def wishes() -> dict[str, Any]:
    """The films' untrained network with the first ten digits; a 2 is shown first."""
    digits = clearprop.read("digits")
    network = clearprop.Network((64, 16, 16, 10), cost="quadratic")
    theta = clearprop.initial_theta(network, seed=0, init="nielsen")
    names = [str(digit) for digit in range(10)]
    return web.record(
        network, theta, digits.X[:10] / 16, digits.y[:10], outputs=names, sample=2, image=(8, 8)
    )


def exercise(sheet: str, language: str) -> dict[str, Any]:
    """A sheet with its first numbers."""
    return sheet_record(make_sheet(sheet), (language,))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    return found[1] if found else ""
