"""An encoder in JSON values, as a model file holds it.

Start-up time: columns and levels load Polars, and a model of images has none. So they are imported
inside the functions that meet them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.bins import MOST_BINS, no_edges
from clearprop.data.table import Array
from clearprop.errors import DataError, is_number, shown

if TYPE_CHECKING:
    from clearprop.data.column import Column
    from clearprop.data.encoding import Encoder
    from clearprop.data.levels import Levels

__all__ = ["encoder_parts", "encoder_values"]

# What format version 1 read as an empty cell, in every column.
_EMPTY_1 = ("NA", "N/A", "NaN", "nan", "null", "NULL", "?")


def encoder_values(encoder: Encoder) -> dict[str, Any]:
    """The encoder in JSON values; lists of equal numbers are written as one number.

    The key ``bins`` stands there only if there are bins.
    """
    bins = {"bins": [edges.tolist() for edges in encoder.edges]} if encoder.n_bins else {}
    return {
        "columns": encoder.n_columns,
        "kinds": None
        if encoder.columns is None
        else [column.to_dict() for column in encoder.columns],
        "parts": None
        if all(parts == ("",) for parts in encoder.parts)
        else [list(parts) for parts in encoder.parts],
        "levels": None
        if not any(encoder.levels)
        else [
            None
            if levels is None
            else {"values": list(levels.values), "other": levels.other, "fill": levels.fill}
            for levels in encoder.levels
        ],
        "gaps": np.flatnonzero(encoder.gaps).tolist(),
        "mean": _packed(encoder.mean),
        "scale": _packed(encoder.scale),
        "fill": _packed(encoder.fill),
        "low": _packed(encoder.low),
        "high": _packed(encoder.high),
        **bins,
    }


def encoder_parts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the encoder that has these values.

    Raises
    ------
    DataError
        For values that no version has written.
    """
    try:
        parts = _restored(values) if "kinds" in values else _restored_1(values)
        _check(parts)
    except DataError as error:
        raise DataError(f"encoder: cannot be restored: {error}") from None
    except (KeyError, TypeError, ValueError, OverflowError, MemoryError, IndexError) as error:
        raise DataError(f"encoder: cannot be restored: {error!r}") from None
    return parts


def _restored(values: Mapping[str, Any]) -> dict[str, Any]:
    n = int(values["columns"])
    kinds, parts, levels = values["kinds"], values["parts"], values["levels"]
    found = (("",),) * n if parts is None else tuple(tuple(map(str, of)) for of in parts)
    if len(found) != n:
        raise ValueError(f"parts of {len(found)} columns; there are {n}")
    p = sum(map(len, found))
    gaps = np.zeros(n, bool)
    gaps[[_index(j, n) for j in values["gaps"]]] = True
    return {
        "columns": None if kinds is None else _columns(kinds),
        "parts": found,
        "levels": (None,) * n if levels is None else tuple(map(_levels, levels)),
        "gaps": gaps,
        "mean": _numbers(values["mean"], p),
        "scale": _numbers(values["scale"], p),
        "fill": _numbers(values["fill"], p),
        "low": _numbers(-np.inf if values["low"] is None else values["low"], p),
        "high": _numbers(np.inf if values["high"] is None else values["high"], p),
        "edges": tuple(map(_edges, values["bins"])) if "bins" in values else no_edges(p),
    }


def _columns(kinds: list[Mapping[str, Any]]) -> tuple[Column, ...]:
    from clearprop.data.column import Column

    return tuple(Column.from_dict(kind) for kind in kinds)


def _restored_1(values: Mapping[str, Any]) -> dict[str, Any]:
    """The encoder of format version 1, which inferred the types of columns from every file."""
    n = int(values["columns"])
    names, fill = values["names"], values["fill"]
    lists = values["categories"] or [None] * n
    fills: list[Any] = [None] * n if fill is None else list(fill)
    kept = np.array([texts is None for texts in lists], bool)
    columns = None if names is None else tuple(map(_column_1, names, lists))
    mean, scale = (_numbers(values[name], n)[kept] for name in ("mean", "scale"))
    if fill is None:
        filled = mean
    else:
        filled = np.array([float(fills[j]) for j in np.flatnonzero(kept)], np.float64)
    return {
        "columns": columns,
        "parts": tuple(("",) if texts is None else () for texts in lists),
        "levels": tuple(
            _levels(None if texts is None else {"values": texts, "other": False, "fill": text})
            for texts, text in zip(lists, fills, strict=True)
        ),
        "gaps": np.zeros(n, bool),
        "mean": mean,
        "scale": scale,
        "fill": filled,
        "low": np.full(len(mean), -np.inf),
        "high": np.full(len(mean), np.inf),
        "edges": no_edges(len(mean)),
    }


def _column_1(name: object, texts: list[str] | None) -> Column:
    from clearprop.data.column import Column
    from clearprop.data.spelling.numerals import Numerals

    if texts is None:
        return Column(str(name), "numbers", Numerals(empty=_EMPTY_1))
    if {"false", "true"} >= set(texts):
        return Column(str(name), "booleans")
    return Column(str(name), "categories", empty=_EMPTY_1)


def _levels(values: Mapping[str, Any] | None) -> Levels | None:
    if values is None:
        return None
    from clearprop.data.levels import Levels

    fill = values["fill"]
    texts = tuple(map(str, values["values"]))
    return Levels(texts, bool(values["other"]), None if fill is None else str(fill))


def _index(j: Any, n: int) -> int:
    if not 0 <= int(j) < n:
        raise IndexError(f"column {j} of {n}")
    return int(j)


def _edges(values: list[float]) -> Array:
    """The edges of a part's bins, 3 or more that rise; none without bins."""
    if not isinstance(values, list) or len(values) in (1, 2) or len(values) > MOST_BINS + 1:
        raise ValueError(
            f"bins: expected no edges, or a list of 3 to {MOST_BINS + 1}; got {shown(values)}"
        )
    edges = np.array(values if all(map(is_number, values)) else [np.nan], np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        widths = np.diff(edges)  # (T,)
        spans = np.isfinite(edges).all() and np.isfinite(widths.sum())
    if not spans or not (widths > 0).all():
        raise ValueError(f"bins: expected finite edges that rise; got {shown(values)}")
    return edges


def _numbers(value: Any, length: int) -> Array:
    return np.broadcast_to(np.asarray(value, np.float64), (length,)).copy()


def _check(found: Mapping[str, Any]) -> None:
    """Refuse values that only a damaged or forged file can hold."""
    columns, parts, levels = found["columns"], found["parts"], found["levels"]
    arrays = (found["mean"], found["scale"], found["fill"])
    n = len(parts)
    fits = n > 0 and len(levels) == n and (columns is None or len(columns) == n)
    fits = fits and all(
        bool(of) == (one is None) and (one is None or len(set(one.values)) == len(one.values))
        for of, one in zip(parts, levels, strict=True)
    )
    if columns is not None and fits:
        fits = len({column.name for column in columns}) == n and all(
            (column.kind in ("categories", "booleans")) == (one is not None)
            and (column.kind == "dates") == (column.dates is not None)
            for column, one in zip(columns, levels, strict=True)
        )
    finite = all(bool(np.isfinite(array).all()) for array in arrays)
    fits = fits and len(found["edges"]) == len(found["mean"])
    if not fits or not finite or not (found["scale"] > 0).all():
        raise DataError("lengths or values do not fit each other")


def _packed(array: Array) -> float | list[float] | None:
    """One number if all are equal, as for images, otherwise the list; None for infinite ones."""
    if not len(array):
        return []
    if not np.isfinite(array).all():
        return None
    return float(array[0]) if (array == array[0]).all() else array.tolist()
