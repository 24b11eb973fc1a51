"""Dates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dates:
    """How the dates of a column are written."""

    empty: tuple[str, ...] = ()
