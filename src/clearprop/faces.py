"""How a record is shown. A record imports no renderer; the front door of its room binds them.

A *face* is one way to show a record, such as ``"text"`` or ``"page"``. The record's ``__str__`` and
the like ask for a face by name, so imports run from the renderer to the record only. A model is
shown as an ``"estimator"``, too, for whoever calls it by scikit-learn's contract.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["bind", "face"]

# From the path of a class and the name of a face to the renderer.
_FACES: dict[tuple[str, str], Callable[..., str]] = {}


def bind(record: type | str, **faces: Callable[..., str]) -> None:
    """Let records of this class be shown by these renderers.

    A class that is not loaded yet is named by its path, such as ``"clearprop.model.Model"``.

    Examples
    --------
    >>> class Point:
    ...     def __str__(self):
    ...         return face(self, "text")(self)
    >>> bind(Point, text=lambda point: "a point")
    >>> print(Point())
    a point
    """
    path = record if isinstance(record, str) else _path(record)
    _FACES.update({(path, name): renderer for name, renderer in faces.items()})


def face(record: object, name: str) -> Callable[..., str]:
    """The renderer of that name that is bound to the record's class or to one that it extends.

    Raises
    ------
    LookupError
        Where no front door has bound one.

    Examples
    --------
    >>> face(1.5, "text")
    Traceback (most recent call last):
    LookupError: float: no face 'text' is bound to it
    """
    for kind in type(record).__mro__:
        if (_path(kind), name) in _FACES:
            return _FACES[_path(kind), name]
    raise LookupError(f"{type(record).__name__}: no face {name!r} is bound to it")


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
