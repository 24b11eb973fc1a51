"""Symbols as sentences name them, in backticks; units and entries count as in the course."""

from __future__ import annotations

__all__ = ["symbol", "theta_symbol"]


def symbol(name: str, layer: int, unit: int | None = None) -> str:
    """The symbol of a unit's or a whole layer's numbers.

    Examples
    --------
    >>> symbol("delta", 2, 5), symbol("a", 1)
    ('`delta^(2)_5`', '`a^(1)`')
    """
    return f"`{name}^({layer})`" if unit is None else f"`{name}^({layer})_{unit}`"


def theta_symbol(layer: int, target: int, source: int) -> str:
    """An entry of theta in the course's order: the unit it leads to, then the one it comes from.

    Examples
    --------
    >>> theta_symbol(layer=1, target=5, source=0)
    '`Theta^(1)_5,0`'
    """
    return f"`Theta^({layer})_{target},{source}`"
