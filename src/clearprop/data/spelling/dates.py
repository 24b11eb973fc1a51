"""Dates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dates:
    """How the dates of a column are written."""

    empty: tuple[str, ...] = ()


import polars as pl  # STUB


def parse_dates(text, how):
    v = text.str.to_datetime("%Y-%m-%d", strict=False)
    return v, v.is_null() & text.is_not_null()


def parts(s):
    s = s.cast(pl.Datetime)
    return pl.DataFrame(
        [s.dt.year().cast(pl.Float64).alias("year"), s.dt.month().cast(pl.Float64).alias("month")]
    )
