"""What makes labels unfit before scikit-learn's own checks: missing ones, and kinds that mix."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.data.table import count
from clearprop.errors import DataError
from clearprop.network.architecture import Array


def check_labels(name: str, y: Any) -> None:
    """Do nothing if no label is missing, and text does not mix with numbers.

    None, NaN, NaT and pandas' NA are missing. Everything else is left to scikit-learn's checks.

    Raises
    ------
    DataError
        Counting the missing labels and naming the first one, or naming a text and a number.

    Examples
    --------
    >>> check_labels("y", ["a", None, "b"])
    Traceback (most recent call last):
    clearprop.errors.DataError: y: 1 label of 3 is missing, the first is y[1], None; leave these \
rows out, or give each a label
    """
    labels = _as_array(y)
    if labels.ndim == 0:
        return
    if labels.dtype.kind == "O":
        missing = np.array([is_missing(label) for label in labels.ravel()], bool)
        missing = missing.reshape(labels.shape)
    elif labels.dtype.kind in "fmM":
        missing = np.isnan(labels)
    else:
        return
    if missing.any():
        first = tuple(np.argwhere(missing)[0].tolist())
        n = int(missing.sum())
        raise DataError(
            f"{name}: {count(n, 'label')} of {labels.size:,} {'is' if n == 1 else 'are'} missing, "
            f"the first is {_place(name, first)}, {labels[first]}; leave these rows out, or give "
            "each a label"
        )
    if labels.dtype.kind == "O":
        _check_kinds(name, labels)


def _check_kinds(name: str, labels: Array) -> None:
    texts = np.array([isinstance(label, str) for label in labels.ravel()], bool)
    if texts.any() and not texts.all():
        kinds = {"text": texts.reshape(labels.shape), "others": ~texts.reshape(labels.shape)}
        found = []
        for kind, mask in kinds.items():
            first = tuple(np.argwhere(mask)[0].tolist())
            found.append(f"{int(mask.sum()):,} {kind} ({_place(name, first)} is {labels[first]!r})")
        raise DataError(
            f"{name}: expected labels of one kind; got {' and '.join(found)}; turn all into text, "
            "or all into numbers"
        )


def _as_array(y: Any) -> Array:
    """The labels as they are: NumPy would turn numbers beside text into text."""
    try:
        if isinstance(y, list | tuple) and any(isinstance(label, str) for label in y):
            labels = np.empty(len(y), object)
            labels[:] = y
            return labels
        return np.asarray(y)
    except Exception:  # scikit-learn says what is wrong with a value that is no array
        return np.empty(0)


def is_missing(value: Any) -> bool:
    """Whether a value is None, or one that does not equal itself: NaN, NaT, pandas' NA.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(""), is_missing([1, 2])
    (True, False, False)
    """
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # pandas' NA has no truth value; arrays have several
        return not hasattr(value, "__len__")


def _place(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]"
