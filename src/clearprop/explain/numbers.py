"""Numbers as they are printed, and sums that add up as they are printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

__all__ = ["Addition", "Digits", "addition", "digits_for", "significant"]

# A sum shows this many digits of its largest number. With fewer digits small terms vanish, and with
# more digits columns are hard to read.
_DIGITS = 4
# If printed terms do not add up, up to this many more digits are tried before a line for the
# rounding is added. About every other try succeeds.
_MORE = 2
# The most decimals of a sum. When terms cancel, digits beyond this are little more than rounding.
_MOST_DECIMALS = 12
# Numbers from 10^-3 to 10^6 are written out; larger and smaller ones share a power of ten.
_SMALLEST, _LARGEST = -3, 5


@dataclass(frozen=True)
class Digits:
    """How the numbers of one column are printed: how many decimals, and which power of ten.

    Examples
    --------
    >>> Digits(3, 0).show(-1 / 3), Digits(2, -7).show(1.234e-7), Digits(4, 0).show(float("nan"))
    ('-0.333', '1.23e-07', 'nan')
    """

    decimals: int
    exponent: int = 0

    def round(self, value: float) -> Decimal:
        """The value as it is printed, exactly; ties to even."""
        last_place = Decimal(1).scaleb(self.exponent - self.decimals)
        return Decimal(value).quantize(last_place, ROUND_HALF_EVEN)

    def show(self, value: float | Decimal) -> str:
        """The value in print."""
        if not math.isfinite(value):
            return f"{value:f}"
        rounded = self.round(value) if isinstance(value, float) else value
        scaled = rounded.scaleb(-self.exponent) + 0  # + 0: no minus before a zero
        power = f"e{self.exponent:+03d}" if self.exponent else ""
        return f"{scaled:.{self.decimals}f}{power}"


def digits_for(values: Iterable[float], digits: int = _DIGITS) -> Digits:
    """The way to print in which the largest value has at least `digits` significant digits.

    Examples
    --------
    >>> digits_for([0.5, -12.0])
    Digits(decimals=4, exponent=0)
    >>> digits_for([2e-9, 3e-8])
    Digits(decimals=3, exponent=-8)
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0:
        return Digits(digits)
    exact = Decimal(largest)
    magnitude = exact.adjusted()
    # A number counts as what it is rounded to: 9.9996 is printed as 10.00.
    magnitude = round(exact.scaleb(-magnitude), digits - 1).adjusted() + magnitude
    if _SMALLEST <= magnitude <= _LARGEST:
        # Numbers up to 1000 get four decimals, like those below 1, so that small terms show.
        return Digits(digits - max(magnitude - 2, 0) if magnitude >= 0 else digits - 1 - magnitude)
    return Digits(digits - 1, magnitude)


def significant(value: float, digits: int = 5) -> str:
    """A number by itself, with at most `digits` significant digits.

    Examples
    --------
    >>> significant(0.1234567), significant(-1234567.0), significant(0.0), significant(1e-9)
    ('0.12346', '-1.2346e+06', '0', '1e-09')
    """
    return f"{value + 0.0:.{digits}g}"


@dataclass(frozen=True)
class Addition:
    """A sum in print: ``terms`` and ``rest`` and ``rounding`` add up to ``total``, digit by digit.

    Attributes
    ----------
    terms
        The terms that are shown one by one.
    rest
        The sum of all others; None if there are none.
    rounding
        What the lines above miss of the total because they are rounded; None if it is nothing.
    total
        The sum.
    """

    terms: tuple[str, ...]
    rest: str | None
    rounding: str | None
    total: str


def addition(terms: Sequence[float], total: float, rest: float | None = None) -> Addition:
    """Print a sum so that the printed numbers add up; each number is rounded correctly.

    Rounded terms need not add up to the rounded sum. So one or two more digits are tried. If they
    do not help, a line says what the rounding leaves.

    Parameters
    ----------
    terms, rest, total
        Numbers with ``sum(terms) + rest = total``, as computed.

    Examples
    --------
    >>> addition([0.5, 0.25], 0.75)
    Addition(terms=('0.5000', '0.2500'), rest=None, rounding=None, total='0.7500')
    >>> addition([1 / 3, 1 / 3, 1 / 3], 1.0)
    Addition(terms=('0.3333', '0.3333', '0.3333'), rest=None, rounding='0.0001', total='1.0000')
    >>> addition([0.99991, -1.0], -9e-05).total
    '-0.0000900'
    """
    parts = [*terms] if rest is None else [*terms, rest]
    base = _with_total(digits_for([*parts, total]), total)
    ways = [Digits(base.decimals + more, base.exponent) for more in range(_MORE + 1)]
    if not all(map(math.isfinite, [*parts, total])):
        return _printed(base, terms, rest, total, None)
    left = [way.round(total) - sum(map(way.round, parts)) for way in ways]
    chosen = next((i for i, rounding in enumerate(left) if rounding == 0), 0)
    return _printed(ways[chosen], terms, rest, total, left[chosen] or None)


def _with_total(way: Digits, total: float) -> Digits:
    """More decimals if terms cancel and few digits of the total would show, as in 0.9999 - 1."""
    if way.exponent or not math.isfinite(total) or total == 0:
        return way
    needed = _DIGITS - 2 - Decimal(total).adjusted()  # gives one digit less than _DIGITS
    return Digits(needed) if way.decimals < needed <= _MOST_DECIMALS else way


def _printed(
    way: Digits,
    terms: Sequence[float],
    rest: float | None,
    total: float,
    rounding: Decimal | None,
) -> Addition:
    return Addition(
        tuple(map(way.show, terms)),
        None if rest is None else way.show(rest),
        None if rounding is None else way.show(rounding),
        way.show(total),
    )
