"""Columns of dates: how they are written, their moments, and the parts of those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from clearprop.data.spelling.digits import dates_in_digits, moments_in_digits
from clearprop.data.spelling.markers import is_marker
from clearprop.data.spelling.moments import WITHOUT_DAY, moment, written
from clearprop.data.spelling.numerals import SHORT

_ISO = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:[0-5]\d(\.\d{1,6})?)?$"
# In microseconds.
_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_EPOCH, _MICROSECOND = datetime(1970, 1, 1), timedelta(microseconds=1)


@dataclass(frozen=True)
class Dates:
    """How the dates of a column are written, and what stands in them.

    Parameters
    ----------
    has_day
        The cells name a day. Without a day they name a month, or a time of day alone.
    has_month
        The cells name a month.
    has_time
        Some cells name a time of day that is not midnight.
    day_first
        Whether 6/5/2024 is in May; None if the column has no such dates.
    empty
        The texts of this column that stand for an empty cell, beside those that are always
        known (:func:`~clearprop.data.spelling.markers.is_marker`).

    Examples
    --------
    >>> how = Dates(has_time=True, empty=("never",))
    >>> Dates.from_dict(how.to_dict()) == how
    True
    """

    has_day: bool = True
    has_month: bool = True
    has_time: bool = False
    day_first: bool | None = None
    empty: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON has them."""
        return {**asdict(self), "empty": list(self.empty)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Dates:
        """The record that :meth:`to_dict` wrote."""
        return cls(**{**fields, "empty": tuple(fields["empty"])})

    def allows(self, has_month: bool, has_day: bool) -> bool:
        """Whether a cell that names these belongs into the column."""
        return self.has_month == has_month and (self.has_day == has_day or not has_month)


def parse_dates(text: pl.Series, how: Dates) -> tuple[pl.Series, pl.Series]:
    """The moments in a column of text.

    Every spelling that can mean only one moment is read. No cell's moment depends on the other
    cells.

    Parameters
    ----------
    text
        ``(m,)`` of String; null is an empty cell.
    how
        How the dates are written.

    Returns
    -------
    moments
        ``(m,)`` of Datetime; null for an empty cell. A time of day alone is one of 1 January 1970.
    bad
        ``(m,)`` of Boolean: cells that are neither a date nor empty.

    Examples
    --------
    >>> moments, bad = parse_dates(pl.Series(["6.5.2024", "-", "30.2.2024"]), Dates())
    >>> moments.to_list(), bad.to_list()
    ([datetime.datetime(2024, 5, 6, 0, 0), None, None], [False, False, True])
    """
    empty = frozenset(word.casefold() for word in how.empty)
    if len(text) >= SHORT and how.has_day and not any(map(written, empty)):
        moments = iso_moments(text)
        rows = (moments.is_null() & text.is_not_null()).arg_true()
        if len(rows) >= SHORT:
            parts = dates_in_digits(text.gather(rows))
            moments = moments.scatter(rows, moments_in_digits(parts, how.day_first))
            rows = (moments.is_null() & text.is_not_null()).arg_true()
        found, wrong = _moments(text.gather(rows).to_list(), how, empty)
        bad = pl.Series(text.name, np.zeros(len(text), bool))
        return moments.scatter(rows, found), bad.scatter(rows, wrong)
    found, wrong = _moments(text.to_list(), how, empty)
    return (
        pl.Series(text.name, found, dtype=pl.Datetime("us")),
        pl.Series(text.name, wrong, dtype=pl.Boolean),
    )


def _moments(
    cells: list[str | None], how: Dates, empty: frozenset[str]
) -> tuple[list[datetime | None], list[bool]]:
    """The moment of each cell, and whether it is neither a date nor empty."""
    read = {cell: moment_of(cell, how, empty) for cell in set(cells) if cell is not None}
    found = [None if cell is None else read[cell] for cell in cells]
    moments = [x if isinstance(x, datetime) else None for x in found]
    return moments, [x is False for x in found]


def iso_moments(text: pl.Series) -> pl.Series:
    """The cells that are written as 2024-05-06 or 2024-05-06 12:30:00; null for all others.

    Polars reads them a hundred times faster than :func:`~clearprop.data.spelling.moments.moment`.

    Examples
    --------
    >>> iso_moments(pl.Series(["2024-05-06T12:30:00", "6.5.2024"])).to_list()
    [datetime.datetime(2024, 5, 6, 12, 30), None]
    """
    text = text.set(~text.str.contains(_ISO).fill_null(False), None)
    moments = text.str.replace("T", " ", literal=True).str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"
    )
    days = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    return moments.zip_with(moments.is_not_null(), days)


def moment_of(cell: str, how: Dates, empty: frozenset[str]) -> datetime | bool | None:
    """The moment of one cell: None for an empty one, False for one that is no date.

    `empty` are the texts of `how.empty`, casefolded; the cell has no outer blanks.

    Examples
    --------
    >>> moment_of("6.5.2024", Dates(), frozenset()), moment_of("soon", Dates(), frozenset())
    (datetime.datetime(2024, 5, 6, 0, 0), False)
    """
    if cell.casefold() in empty or is_marker(cell):
        return None
    found = written(cell)
    if found is None:
        return False
    has_month = found.spelling != "time"
    if not how.allows(has_month, has_month and found.spelling not in WITHOUT_DAY):
        return False
    return moment(cell, how.day_first) or False


def parts(series: pl.Series, how: Dates) -> pl.DataFrame:
    """The parts of dates that a network can learn from.

    Parameters
    ----------
    series
        ``(m,)`` of Date, Datetime or Time.
    how
        What stands in the dates.

    Returns
    -------
    Float64 columns: ``year``, ``month``, ``day``, ``weekday`` (Monday is 1) and ``days`` since 1
    January 1970, as far as the dates have them; ``hour``, with minutes as its fraction, where there
    is a time of day. Null for an empty cell. A moment with an offset from UTC is taken as its own
    clock showed it.

    Examples
    --------
    >>> from datetime import datetime
    >>> parts(pl.Series([datetime(2024, 5, 6, 12, 30)]), Dates(has_time=True)).row(0)
    (2024.0, 5.0, 6.0, 1.0, 12.5, 19849.520833333332)
    """
    if series.dtype == pl.Time:
        return pl.DataFrame({"hour": series.cast(pl.Int64) // 1000 / _HOUR})
    time = _wall_clock(series)
    found: dict[str, pl.Series] = {}
    if how.has_month:
        found |= {"year": time.dt.year(), "month": time.dt.month()}
    if how.has_month and how.has_day:
        found |= {"day": time.dt.day(), "weekday": time.dt.weekday()}
    since = time.to_physical()  # microseconds
    if how.has_time:
        found["hour"] = since % _DAY / _HOUR
    if how.has_month:
        found["days"] = since / _DAY if how.has_time else since // _DAY
    return pl.DataFrame({name: part.cast(pl.Float64) for name, part in found.items()})


def parts_of(moment: datetime, how: Dates) -> dict[str, float]:
    """The parts of one moment, as :func:`parts` has them, without a frame.

    Examples
    --------
    >>> parts_of(datetime(2024, 5, 6, 12, 30), Dates(has_time=True))["days"]
    19849.520833333332
    """
    found: dict[str, float] = {}
    if how.has_month:
        found |= {"year": float(moment.year), "month": float(moment.month)}
    if how.has_month and how.has_day:
        found |= {"day": float(moment.day), "weekday": float(moment.isoweekday())}
    since = (moment - _EPOCH) // _MICROSECOND
    if how.has_time:
        found["hour"] = float(since % _DAY) * (1 / _HOUR)
    if how.has_month:
        # Polars multiplies by 1 / d, which is another bit than a division now and then.
        found["days"] = float(since) * (1 / _DAY) if how.has_time else float(since // _DAY)
    return found


def dates_of(series: pl.Series) -> Dates:
    """What stands in a column ``(m,)`` of Date, Datetime or Time.

    Examples
    --------
    >>> from datetime import date
    >>> dates_of(pl.Series([date(2024, 5, 6)])).has_time
    False
    """
    if series.dtype == pl.Time:
        return Dates(has_day=False, has_month=False, has_time=True)
    since = _wall_clock(series).to_physical()
    return Dates(has_time=bool((since % _DAY != 0).any()))


def _wall_clock(series: pl.Series) -> pl.Series:
    if isinstance(series.dtype, pl.Datetime):
        series = series.dt.replace_time_zone(None)
    return series.cast(pl.Datetime("us"))
