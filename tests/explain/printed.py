"""Whether a number in print is a number, correctly rounded."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal

NUMBER = r"-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|inf|nan)"


def magnitude(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def same(printed: str, exact: float, scale: float = 0.0, digits: int = 5) -> None:
    """`printed` is `exact`, correctly rounded to `digits` significant digits.

    Two float64 computations of a number may differ by 1e-12 of `scale`, the size of what went into
    them. If `exact` is that near to a tie, rounding to either side is right.
    """
    place = Decimal(1).scaleb(magnitude(exact) - digits + 1)
    assert len(Decimal(printed).as_tuple().digits) <= digits, printed
    close(printed, exact, scale, place)


def close(printed: str, exact: float, scale: float, place: Decimal) -> None:
    slack = Decimal("1e-12") * Decimal(max(abs(exact), scale))
    assert abs(Decimal(printed) - Decimal(exact)) <= place / 2 + slack, (printed, exact)


def column(printed: Sequence[str], exact: Sequence[float], scale: float = 0.0) -> None:
    """Numbers of one column are correctly rounded, to the same place, with at least four digits."""
    places = {Decimal(text).as_tuple().exponent for text in printed}
    assert len(places) == 1, printed
    place = Decimal(1).scaleb(places.pop())
    largest = max(map(abs, exact))
    if largest > scale * 1e-12:
        assert place <= Decimal(10) ** max(magnitude(largest) - 3, -400), (printed, exact)
    for text, value in zip(printed, exact, strict=True):
        close(text, value, max(scale, largest), place)
        assert not re.fullmatch(r"-[0.]+(e.*)?", text), text


def adds_up(parts: Sequence[str], total: str) -> None:
    """In decimals, with nothing left over."""
    assert sum(map(Decimal, parts)) == Decimal(total), (parts, total)


def near(printed: str, exact: float, noise: float) -> None:
    """A difference of two nearly equal costs: correct up to what rounding leaves of those."""
    place = Decimal(1).scaleb(magnitude(exact) - 4)
    assert abs(Decimal(printed) - Decimal(exact)) <= place / 2 + Decimal(noise), (printed, exact)
