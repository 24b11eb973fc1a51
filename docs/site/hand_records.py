"""The records of the wishes and of the exercise sheets."""

from __future__ import annotations

from typing import Any

import clearprop
from clearprop import web


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
    return clearprop.exercise.sheet_record(clearprop.exercise.make_sheet(sheet), (language,))
