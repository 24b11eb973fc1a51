"""From typed text to values.

The parsers pass through what they cannot read, so that one message can list every wrong choice.
"""

from __future__ import annotations

__all__ = ["amount", "duration", "names", "number", "sizes", "text", "units", "whole"]


def text(typed: str) -> str:
    """The text as it was typed."""
    return typed


def whole(typed: str) -> int | str:
    """A whole number.

    Examples
    --------
    >>> whole("12"), whole("many")
    (12, 'many')
    """
    try:
        return int(typed)
    except ValueError:
        return typed


def number(typed: str) -> float | str:
    """A number.

    Examples
    --------
    >>> number("1e-3"), number("zeros")
    (0.001, 'zeros')
    """
    try:
        return float(typed)
    except ValueError:
        return typed


_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def duration(typed: str) -> float | str:
    """A time in seconds, minutes or hours, as seconds.

    Examples
    --------
    >>> duration("0.2s"), duration("5m"), duration("1 h"), duration("90"), duration("soon")
    (0.2, 300.0, 3600.0, 90.0, 'soon')
    """
    number_, unit = typed.strip(), "s"
    if number_[-1:].lower() in _SECONDS:
        number_, unit = number_[:-1], number_[-1].lower()
    try:
        return float(number_) * _SECONDS[unit]
    except ValueError:
        return typed


def amount(typed: str) -> float | str:
    """A number of bytes: with nothing behind it, or with kB, MB, GB, TB, also as KiB, MiB, GiB.

    Examples
    --------
    >>> amount("512MB"), amount("2 GiB"), amount("1.5g"), amount("much")
    (512000000.0, 2147483648.0, 1500000000.0, 'much')
    """
    unit = typed.strip().lower().removesuffix("b")
    base = 1024 if unit.endswith("i") else 1000
    unit = unit.removesuffix("i")
    power = "kmgt".find(unit[-1:]) + 1 if unit[-1:] else 0
    try:
        return float(unit[:-1] if power else unit) * float(base**power)
    except ValueError:
        return typed


def names(typed: str) -> tuple[str, ...]:
    """Several names.

    Examples
    --------
    >>> names("name, id")
    ('name', 'id')
    """
    return tuple(part.strip() for part in typed.split(","))


def sizes(typed: str) -> tuple[int | str, ...]:
    """The sizes of several layers: ``"100,50"``, or ``"none"`` for no layer.

    Examples
    --------
    >>> sizes("100,50"), sizes("none"), sizes("10,x")
    ((100, 50), (), (10, 'x'))
    """
    if typed.strip().lower() == "none":
        return ()
    return tuple(whole(part) for part in names(typed))


def units(typed: str) -> tuple[tuple[int, int] | str, ...]:
    """Single units of a network, each as layer and number: ``"2:5,3:1"``.

    Examples
    --------
    >>> units("2:5, 3:1"), units("2:5,x")
    (((2, 5), (3, 1)), ((2, 5), 'x'))
    """
    found: list[tuple[int, int] | str] = []
    for part in names(typed):
        layer, _, unit = part.partition(":")
        pair = layer.isdecimal() and unit.isdecimal()
        found.append((int(layer), int(unit)) if pair else part)
    return tuple(found)
