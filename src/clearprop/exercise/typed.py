"""A number as a learner typed it: its value, and how far its last digit reaches."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from math import isfinite

__all__ = ["Typed", "plain", "typed"]

# Minus signs and dashes that keyboards and documents put in place of the hyphen, and the Chinese
# full stop and enumeration comma. What else is full-width, NFKC makes narrow.
_PLAIN = str.maketrans({**dict.fromkeys("−‐‑–—﹣", "-"), "。": ".", "、": ",", "“": '"', "”": '"'})
_NUMBER = re.compile(
    r"(?P<mantissa>[+-]?(?:\d+(?:[.,](?P<decimals>\d*))?|[.,](?P<only>\d+)))"
    r"(?:(?:[eE]|\s*[*x×·]\s*10\s*(?:\^|\*\*)\s*)\(?(?P<power>[+-]?\d+)\)?)?"
)


@dataclass(frozen=True)
class Typed:
    """One number.

    Attributes
    ----------
    text
        As it was typed.
    value
        Its value.
    half
        Half a unit of its last digit.
    whole
        Whether it was typed without a decimal point or a power of ten.
    """

    text: str
    value: float
    half: float
    whole: bool = False


def plain(text: str) -> str:
    """The text with the digits, signs and brackets of ASCII.

    Examples
    --------
    >>> plain("［０．５，−１］")
    '[0.5,-1]'
    """
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


def typed(text: str) -> Typed | None:
    """Read a number. A comma is a decimal point, since a blank holds one number.

    Examples
    --------
    >>> typed("−0,50")
    Typed(text='−0,50', value=-0.5, half=0.005, whole=False)
    >>> typed("1.2e-3").half, typed("１．２×10^-3").value, typed("about 2")
    (5e-05, 0.0012, None)
    """
    match = _NUMBER.fullmatch(plain(text).strip())
    if match is None:
        return None
    decimals = match["decimals"] or match["only"] or ""
    power = int(match["power"] or 0)
    if abs(power) > 300:
        return None
    value = float(match["mantissa"].replace(",", ".") + f"e{power}")
    if not isfinite(value):
        return None
    half = float(f"5e{power - len(decimals) - 1}")
    return Typed(text, value, half, whole=match["mantissa"].lstrip("+-").isdecimal() and not power)
