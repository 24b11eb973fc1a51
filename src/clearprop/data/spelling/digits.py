"""Long columns of dates in digits, such as 6.5.2024 12:30, all at once.

What they mean is what :mod:`~clearprop.data.spelling.moments` says of each. Polars reads them a
hundred times faster.
"""

from __future__ import annotations

import polars as pl

_MARK, _TWO, _YEAR = "[-/.]", "[0-9]{1,2}", "[1-9][0-9]{3}"
_TIME = (
    rf"(?P<hour>{_TWO}):(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9])(?P<fraction>\.[0-9]{1,6})?)?"
    r"(?: ?(?P<noon>[AaPp])[Mm])?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DATE = (
    rf"^(?:(?P<year>{_YEAR})(?P<mark>{_MARK})(?P<month>{_TWO})(?P<same>{_MARK})(?P<day>{_TWO})"
    rf"|(?P<a>{_TWO})(?P<mark_ab>{_MARK})(?P<b>{_TWO})(?P<same_ab>{_MARK})(?P<year_ab>{_YEAR}))"
    rf"(?:[ T]{_TIME})?$"
)


def dates_in_digits(text: pl.Series) -> pl.DataFrame:
    """The parts of the cells that are dates in digits; null in all other cells.

    Parameters
    ----------
    text
        ``(m,)`` of String.

    Returns
    -------
    Columns ``(m,)``: ``a`` and ``b``, day and month in either order, where the year stands last;
    ``mark``, what stands between them; ``year``, ``month`` and ``day``, where the year stands
    first, or the year alone; ``clock``, the time as text.

    Examples
    --------
    >>> dates_in_digits(pl.Series(["6.5.2024 9:30 pm", "May"])).row(0)
    (6, 5, '.', '2024', None, None, '21:30:00')
    """
    found = text.str.extract_groups(_DATE).struct.unnest()
    column = pl.col
    alike = (column("mark") == column("same")) | (column("mark_ab") == column("same_ab"))
    hour = column("hour").cast(pl.Int64)
    noon = column("noon").str.to_lowercase()
    hour = (
        pl.when((noon == "a") & (hour == 12))
        .then(0)
        .when((noon == "p") & (hour < 12))
        .then(hour + 12)
        .otherwise(hour)
    )
    clock = pl.concat_str(
        hour.cast(pl.String),
        pl.lit(":"),
        column("minute"),
        pl.lit(":"),
        column("second").fill_null("00"),
        column("fraction").fill_null(""),
    )
    parts = {
        "a": column("a").cast(pl.Int64),
        "b": column("b").cast(pl.Int64),
        "mark": column("mark_ab"),
        "year": pl.coalesce("year", "year_ab"),
        "month": column("month"),
        "day": column("day"),
        "clock": clock.fill_null("0:00:00"),
    }
    return found.select(pl.when(alike).then(part).alias(name) for name, part in parts.items())


def moments_in_digits(parts: pl.DataFrame, day_first: bool | None) -> pl.Series:
    """The moments of what :func:`dates_in_digits` gives, ``(m,)`` of Datetime.

    Null where the calendar or the clock has none, and where `day_first` would have to be known.

    Examples
    --------
    >>> parts = dates_in_digits(pl.Series(["6.5.2024", "2024/5/6", "6/5/2024", "30.2.2024"]))
    >>> [None if x is None else x.month for x in moments_in_digits(parts, None)]
    [5, 5, None, None]
    """
    a, b = (pl.col(name).cast(pl.String) for name in "ab")
    known = pl.lit(day_first is not None) | (pl.col("mark") == ".")
    day, month = (b, a) if day_first is False else (a, b)
    moment = pl.concat_str(
        pl.col("year"),
        pl.lit("-"),
        pl.coalesce("month", pl.when(known).then(month)),
        pl.lit("-"),
        pl.coalesce("day", pl.when(known).then(day)),
        pl.lit(" "),
        pl.col("clock"),
    )
    time = moment.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    return parts.select(time.alias("")).to_series()
