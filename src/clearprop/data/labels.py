"""Labels: their types, empty ones, and whether they are classes or quantities."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.data.cells import empty_labels
from clearprop.data.table import Array, count
from clearprop.errors import DataError

# Whole numbers are classes up to this many different values, and quantities above. Labels with
# more different values than this, and than half of the rows, are refused as names of rows.
FEW = 20


def called(name: str | None) -> str:
    """What messages call labels of that name."""
    return "labels" if name is None else f"target {name!r}"


def shown(label: Any) -> str:
    """A label as a message shows it: ``7`` and not ``np.int64(7)``."""
    return repr(label.item() if isinstance(label, np.generic) else label)


def as_labels(y: Any, name: str | None) -> Array:
    """`y` as an array ``(m,)`` or ``(m, K)`` of numbers, bools or text; text may be object."""
    try:
        labels: Array = np.asarray(y)
    except ValueError:
        raise DataError(f"{called(name)}: rows of different lengths") from None
    return _plain(labels, name)


def _plain(y: Array, name: str | None) -> Array:
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]  # (m,)
    if y.ndim not in (1, 2) or y.size == 0:
        raise DataError(
            f"{called(name)}: expected labels (m,) or (m, K) of at least one row; got shape "
            f"{y.shape}"
        )
    if y.dtype.kind == "O":
        filled = y.ravel()[~empty_labels(y.ravel())].tolist()
        texts = sum(isinstance(label, str) for label in filled)
        if 0 < texts < len(filled):
            raise DataError(f"{called(name)}: text and numbers stand mixed; use one of them")
        if not texts and len(filled) == y.size:
            y = np.array(y.tolist())
    if y.dtype.kind not in "biufUO":
        what = "dates" if y.dtype.kind in "mM" else f"values of type {y.dtype}"
        raise DataError(f"{called(name)}: expected numbers or text as labels; got {what}")
    return y


def check_filled(y: Array, name: str | None) -> None:
    """Do nothing if every row has a label; else raise DataError with the count of empty ones."""
    empty = empty_labels(y)
    bad = empty if y.dtype.kind != "f" else ~np.isfinite(y.reshape(len(y), -1)).all(axis=1)
    if bad.any():
        kind = "empty" if empty.any() else "infinite"
        i = int(np.argmax(empty if empty.any() else bad))
        raise DataError(
            f"{called(name)}: expected a label in every row; {count(int(bad.sum()), 'row')} "
            f"without one: row {i + 1} is {kind}"
        )


def task_of(y: Array) -> str:
    """The task that labels suggest. `clearprop.data.targets.Targets.fit` states the rule."""
    if y.ndim == 2 and y.dtype.kind in "UO":
        return "multilabel"
    if y.dtype.kind in "UO" or (y.dtype.kind == "b" and y.ndim == 1):
        return "classification"
    if y.ndim == 2:
        return "multilabel" if np.isin(y, (0, 1)).all() else "regression"
    if y.dtype == np.uint8:
        return "classification"
    if y.dtype.kind == "f" and (y != np.round(y)).any():
        return "regression"
    n = len(distinct(y))
    few = n == 1 or (n <= FEW and n < len(y))
    return "classification" if few else "regression"


def distinct(y: Array) -> Array:
    """The different values, sorted.

    Start-up time: without counts, NumPy would look for masked arrays, and load them for that.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3]))
    array([1, 3])
    """
    return np.unique(y, return_counts=True)[0]


def classes_of(y: Array, name: str | None) -> Array:
    """The sorted classes; DataError for a single class, for fractions, and for names of rows."""
    if y.ndim != 1:
        raise DataError(
            f"{called(name)}: classification needs one label a row; got shape {y.shape}"
        )
    fractions = y.dtype.kind == "f" and (y != np.round(y))
    if np.any(fractions):
        raise DataError(
            f"{called(name)}: classes are text or whole numbers; got "
            f"{y[int(np.argmax(fractions))]:g} in row {int(np.argmax(fractions)) + 1}; for a "
            "quantity use task='regression'"
        )
    classes = distinct(y)
    if len(classes) == 1:
        raise DataError(
            f"{called(name)}: every row has the label {shown(classes[0])}; at least two classes "
            "are needed"
        )
    if len(classes) > FEW and len(classes) > len(y) / 2:
        raise DataError(
            f"{called(name)}: {len(classes)} different labels in {len(y)} rows: is it the right "
            "column?"
        )
    return classes


def as_numbers(y: Array, name: str | None, task: str) -> Array:
    """Labels as numbers ``(m, K)`` of float64; DataError for text."""
    if y.dtype.kind not in "biuf":
        raise DataError(
            f"{called(name)}: {task} needs numbers; got text such as {shown(y.flat[0])}"
        )
    numbers: Array = y.reshape(len(y), -1).astype(np.float64)  # (m, K)
    return numbers


def pairs_of(y: Array, name: str | None) -> tuple[tuple[Any, Any], ...]:
    """The two values of each column of y ``(m, K)``; ``()`` if all are 0 or 1.

    Raises
    ------
    DataError
        For a column with another number of values.
    """
    if y.ndim == 2 and y.dtype.kind in "biuf" and np.isin(y, (0, 1)).all():
        return ()
    if y.ndim == 2:
        values = [np.unique(column) for column in y.T]
        if all(len(two) == 2 for two in values):
            return tuple((_plain_value(two[0]), _plain_value(two[1])) for two in values)
    raise DataError(
        f"{called(name)}: several labels a row are (m, K) of 0 and 1, or of two values a column"
    )


def _plain_value(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def switches(y: Array, pairs: tuple[tuple[Any, Any], ...], name: str | None) -> Array:
    """Several labels a row as 0 and 1, ``(m, K)`` of float64.

    Raises
    ------
    DataError
        For a label that is none of the two values of its column.
    """
    if not pairs:
        if y.dtype.kind in "UO":
            whole = {"0": 0.0, "1": 1.0}
            cells = [whole.get(str(label), -1.0) for label in y.ravel()]
            y = np.array(cells).reshape(y.shape)
        if not np.isin(y, (0, 1)).all():
            raise DataError(f"{called(name)}: several labels a row are (m, K) of 0 and 1")
        return y.astype(np.float64)
    out = np.empty(y.shape)  # (m, K)
    for k, pair in enumerate(pairs):
        labels, (no, yes) = as_text(y[:, k]), as_text(np.array(pair, object))
        out[:, k] = labels == yes
        unknown = ~np.isin(labels, (no, yes))
        if unknown.any():
            i = int(np.argmax(unknown))
            raise DataError(
                f"{called(name)}: expected {shown(pair[0])} or {shown(pair[1])} in column {k + 1}; "
                f"got {shown(y[i, k])} in row {i + 1}"
            )
    return out


def comparable(labels: Array) -> Array:
    """Labels in a type that sorts and compares fast: text as a NumPy array of type U."""
    return labels.astype(str) if labels.dtype.kind == "O" else labels


def as_text(labels: Array) -> Array:
    """Labels as text. Whole numbers lose their decimal point, also those given as text."""

    def plain(label: Any) -> str:
        try:
            number = float(label)
        except (TypeError, ValueError):
            return str(label)
        return str(int(number)) if number.is_integer() else repr(number)

    return np.array([plain(label) for label in labels.tolist()])


def label_text(label: Any) -> str:
    """A label as a user types it and as JSON names it: ``"7"`` for 7, 7.0 and ``"7"``.

    Examples
    --------
    >>> label_text(7.0), label_text(True), label_text("007")
    ('7', 'True', '007')
    """
    return f"{label:.0f}" if isinstance(label, float) and label.is_integer() else str(label)


def dtype_name(classes: Array) -> str:
    """The name of the labels' type in a file; :func:`dtype_of` is the inverse."""
    return {"U": "str", "O": "object"}.get(classes.dtype.kind, classes.dtype.name)


def dtype_of(name: Any) -> Any:
    """The type with that name; ValueError for a type that labels cannot have."""
    if name in ("str", "object"):
        return name
    dtype = np.dtype(str(name))
    if dtype.kind not in "biuf":
        raise ValueError(f"labels of type {name}")
    return dtype
