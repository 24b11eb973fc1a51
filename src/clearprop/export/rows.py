"""Rows to compare an export on, made from what the encoder knows of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clearprop.data.column import TRUTH
from clearprop.data.encoding import Encoder
from clearprop.data.spelling.dates import Dates
from clearprop.data.table import Table
from clearprop.model import Model
from clearprop.network.architecture import Array

if TYPE_CHECKING:
    import polars

__all__ = ["made_rows"]

_SOURCE = "made rows"  # as messages call them
_GAPS, _UNSEEN = 0.05, 0.05  # the shares of empty cells and of values that training has not seen
_DAY = 86400  # seconds


def made_rows(model: Model, m: int, seed: int = 0) -> Table:
    """Rows ``(m, n)`` that reach every input of the network: gaps, bins and unseen values too.

    Numbers lie in the range of training and a fifth of it beyond; a third of those with bins are
    edges. The cells are float64, texts, and whole seconds of dates. A matrix holds numbers of
    float32, since that is what an array source becomes elsewhere.

    Examples
    --------
    >>> from clearprop.data.targets import Targets
    >>> from clearprop.network.architecture import Network
    >>> model = Model(Network((2, 1)), [0.0, 1.0, 1.0], Targets.fit([0, 1, 1]))
    >>> made_rows(model, 1000).X.shape
    (1000, 2)
    """
    draw, encoder = np.random.default_rng(seed), model.encoder
    if encoder is None:
        X = draw.standard_normal((m, model.network.n_inputs))  # (m, s_1)
        return _matrix(X)
    if encoder.columns is None:
        X = np.stack([_numbers(encoder, j, m, draw) for j in range(encoder.n_columns)], axis=1)
        return _matrix(X)
    import polars as pl  # start-up time: matrices do not need it

    from clearprop.data.spelling.numerals import sentinels

    made: list[polars.Series] = []
    for j, (column, levels) in enumerate(zip(encoder.columns, encoder.levels, strict=True)):
        if levels is not None:
            texts = _texts((*levels.values, *column.empty), m, draw, column.kind == "booleans")
            series = pl.Series(column.name, texts)
        elif column.dates is not None:
            seconds = _seconds(column.dates, *_days(encoder, j), m, draw)
            series = pl.Series(column.name, seconds)
            if column.dates.has_month:
                series = (series * 1_000_000).cast(pl.Datetime("us"))
            else:
                series = (series * 1_000_000_000).cast(pl.Time)
        else:
            numbers = _numbers(encoder, j, m, draw)
            for marker in sentinels(column.numerals) if column.numerals.empty else ():
                numbers[draw.random(m) < _GAPS] = marker
            series = pl.Series(column.name, numbers, nan_to_null=True)
        made.append(series.set(pl.Series(draw.random(m) < _GAPS), None))
    frame = pl.DataFrame(made)
    return Table(_SOURCE, frame, None, tuple(frame.columns), None)


def _matrix(X: Array) -> Table:
    names = tuple(map(str, range(X.shape[1])))
    return Table(_SOURCE, X.astype(np.float32), None, names, None)


def _numbers(encoder: Encoder, j: int, m: int, draw: np.random.Generator) -> Array:
    """Numbers of column j, ``(m,)``; NaN in the gaps of a column that had some in training."""
    parts = np.flatnonzero(encoder.part_columns == j)
    if not len(parts):
        return np.zeros(m)
    k = int(parts[0])
    low, high = encoder.low[k], encoder.high[k]
    if not np.isfinite(low) or not np.isfinite(high):
        # Pixels: their range is the divisor. A scaler of another package knows no range.
        spread = encoder.scale[k]
        low, high = encoder.mean[k] - spread, encoder.mean[k] + spread
    beyond = 0.2 * (high - low)
    cells = draw.uniform(low - beyond, high + beyond, m)  # (m,)
    edges = encoder.edges[k]
    if len(edges):
        cells = np.where(draw.random(m) < 1 / 3, draw.choice(edges, m), cells)  # (m,)
    return np.where(encoder.gaps[j] & (draw.random(m) < _GAPS), np.nan, cells)  # (m,)


def _texts(values: tuple[str, ...], m: int, draw: np.random.Generator, truth: bool) -> Array:
    """Values of a column of categories, ``(m,)``, and some that it has not seen in training."""
    known = values or TRUTH
    cells = draw.choice(np.array(known, object), m)  # (m,)
    unseen = "neither" if truth else max(known, key=len) + "?"
    return np.where(draw.random(m) < _UNSEEN, unseen, cells)


def _days(encoder: Encoder, j: int) -> tuple[float, float]:
    """The first and the last day of a column of dates, since 1 January 1970."""
    parts = dict(zip(encoder.parts[j], np.flatnonzero(encoder.part_columns == j), strict=True))
    if "days" in parts:
        k = parts["days"]
        return float(encoder.low[k]), float(encoder.high[k])
    return -25_000.0, 25_000.0  # 1901 to 2038


def _seconds(how: Dates, first: float, last: float, m: int, draw: np.random.Generator) -> Array:
    """Moments of a column of dates in seconds since 1970, ``(m,)`` of int64."""
    if not how.has_month:
        return draw.integers(0, _DAY, m)
    beyond = 0.2 * (last - first) + 1
    days = draw.integers(int(first - beyond), int(last + beyond) + 1, m)  # (m,)
    if not how.has_day:
        months = days.astype("datetime64[D]").astype("datetime64[M]")
        days = months.astype("datetime64[D]").astype(np.int64)  # (m,)
    time = draw.integers(0, _DAY, m) if how.has_time else 0
    return days * _DAY + time
