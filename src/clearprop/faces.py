"""How a record is shown. A record imports no renderer; the front door of its room binds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["bind", "face"]

_FACES: dict[tuple[type, str], Callable[..., str]] = {}


def bind(record: type, **faces: Callable[..., str]) -> None:
    """Let records of this class be shown by these renderers.

    Examples
    --------
    >>> class Point:
    ...     def __str__(self):
    ...         return face(self, "text")(self)
    >>> bind(Point, text=lambda point: "a point")
    >>> print(Point())
    a point
    """
    _FACES.update({(record, name): renderer for name, renderer in faces.items()})


def face(record: object, name: str) -> Callable[..., Any]:
    """The renderer of that name that is bound to the record's class or to one that it extends."""
    for kind in type(record).__mro__:
        if (kind, name) in _FACES:
            return _FACES[kind, name]
    raise LookupError(f"{type(record).__name__}: no face {name!r} is bound to it")
