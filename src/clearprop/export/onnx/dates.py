"""Dates in the graph: seconds since 1970 become year, month, day, weekday, hour and days.

The calendar is computed in whole numbers of days, with the year beginning in March, so that the
leap day is the last of its year (H. Hinnant, *chrono-compatible low-level date algorithms*, 2013,
"civil_from_days").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clearprop.data.spelling.dates import Dates
from clearprop.export.onnx.graph import Graph

__all__ = ["NOTHING", "write_dates"]

NOTHING = np.iinfo(np.int64).min
"""The seconds of an empty cell: NumPy's NaT as a whole number."""

_DAY = 86400  # seconds
_ERA = 146097  # days of 400 years


class _Whole:
    """Arithmetic of whole numbers on tensors of one column, of shape ``(n, 1)``."""

    def __init__(self, graph: Graph, name: str) -> None:
        self.graph, self.name = graph, name

    def op(self, op: str, a: str, b: str | int, name: str) -> str:
        if isinstance(b, int):
            b = self.graph.constant(f"{self.name}/{name}/by", np.array(b, np.int64))
        return self.graph.node(op, [a, b], f"{self.name}/{name}")

    def div(self, a: str, b: int, name: str) -> str:
        """a // b for a not below 0, for which ONNX's division rounds down."""
        return self.op("Div", a, b, name)

    def floor(self, a: str, b: int, name: str) -> tuple[str, str]:
        """a // b rounded down, and what is left, for any a."""
        rest = self.op("Mod", a, b, f"{name}_rest")
        return self.op("Div", self.op("Sub", a, rest, f"{name}_whole"), b, name), rest


def write_dates(
    graph: Graph, name: str, how: Dates, parts: Sequence[str], seconds: str
) -> list[str]:
    """The parts of a column of dates, ``(n, 1)`` of float64 each; NaN where the cell is empty."""
    from onnx import TensorProto

    whole = _Whole(graph, name)
    nothing = graph.constant(f"{name}/nothing", np.array(NOTHING))
    empty = graph.node("Equal", [seconds, nothing], f"{name}/empty")
    zero = graph.constant(f"{name}/zero", np.array(0))
    seconds = graph.node("Where", [empty, zero, seconds], f"{name}/seconds")
    day, rest = whole.floor(seconds, _DAY, "day_number")
    wanted = set(parts)
    found: dict[str, str] = {}
    if wanted & {"year", "month", "day"}:
        found |= _calendar(whole, day)
    if "weekday" in wanted:  # 1 January 1970 was a Thursday
        monday = whole.op("Mod", whole.op("Add", day, 3, "since_monday"), 7, "from_monday")
        found["weekday"] = whole.op("Add", monday, 1, "weekday_number")

    def number(tensor: str, part: str) -> str:
        return graph.node("Cast", [tensor], f"{name}/{part}/number", to=TensorProto.DOUBLE)

    def divided(tensor: str, by: int, part: str) -> str:
        divisor = graph.constant(f"{name}/{part}/unit", np.array(float(by)))
        return graph.node("Div", [number(tensor, part), divisor], f"{name}/{part}/of_seconds")

    numbers = {part: number(tensor, part) for part, tensor in found.items() if part in wanted}
    if "hour" in wanted:
        numbers["hour"] = divided(rest, 3600, "hour")
    if "days" in wanted:
        numbers["days"] = divided(seconds, _DAY, "days") if how.has_time else number(day, "days")
    nan = graph.constant(f"{name}/nan", np.array(np.nan))
    return [graph.node("Where", [empty, nan, numbers[part]], f"{name}/{part}") for part in parts]


def _calendar(whole: _Whole, day: str) -> dict[str, str]:
    """Year, month and day of the month of days since 1 January 1970."""
    shifted = whole.op("Add", day, 719468, "since_0000_03_01")
    era, of_era = whole.floor(shifted, _ERA, "era")  # of_era is 0 to 146096
    # year of the era = (of_era - of_era/1460 + of_era/36524 - of_era/146096) / 365
    leap = whole.op("Sub", of_era, whole.div(of_era, 1460, "by_4"), "without_4")
    leap = whole.op("Add", leap, whole.div(of_era, 36524, "by_100"), "with_100")
    leap = whole.op("Sub", leap, whole.div(of_era, 146096, "by_400"), "without_400")
    year = whole.div(leap, 365, "year_of_era")  # 0 to 399
    # days before that year = 365 year + year/4 - year/100
    before = whole.op("Mul", year, 365, "days_365")
    before = whole.op("Add", before, whole.div(year, 4, "leap_4"), "days_leap")
    before = whole.op("Sub", before, whole.div(year, 100, "leap_100"), "days_before")
    of_year = whole.op("Sub", of_era, before, "day_of_year")  # 0 to 365, from 1 March
    month = whole.div(
        whole.op("Add", whole.op("Mul", of_year, 5, "five_days"), 2, "five_days_2"), 153, "march"
    )  # 0 to 11, from March
    first = whole.div(
        whole.op("Add", whole.op("Mul", month, 153, "five_months"), 2, "five_months_2"), 5, "first"
    )
    date = whole.op("Add", whole.op("Sub", of_year, first, "day_from_0"), 1, "day_of_month")
    # March is 0, January is 10 and belongs to the next year.
    turned = whole.op("Mod", whole.op("Add", month, 2, "from_january"), 12, "month_from_0")
    later = whole.div(month, 10, "next_year")  # 0 or 1
    years = whole.op("Add", whole.op("Mul", era, 400, "era_years"), year, "march_year")
    return {
        "year": whole.op("Add", years, later, "year_number"),
        "month": whole.op("Add", turned, 1, "month_number"),
        "day": date,
    }
