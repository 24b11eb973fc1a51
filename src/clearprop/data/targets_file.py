"""Targets in JSON values, as a model file holds them.

Start-up time: numerals load Polars, and most labels have none. So they are imported inside the
function that meets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.interval import Interval
from clearprop.data.labels import dtype_name, dtype_of
from clearprop.data.table import Array
from clearprop.errors import DataError

if TYPE_CHECKING:
    from clearprop.data.spelling.numerals import Numerals
    from clearprop.data.targets import Targets

__all__ = ["TASKS", "target_parts", "target_values"]

TASKS = ("classification", "multilabel", "regression")


def target_values(targets: Targets) -> dict[str, Any]:
    """The targets in JSON values. Names, pairs, numerals and interval stand there only if used."""
    classes, interval = targets.classes, targets.interval
    return {
        "task": targets.task,
        "name": targets.name,
        "classes": None if classes is None else classes.tolist(),
        "dtype": None if classes is None else dtype_name(classes),
        "mean": None if targets.mean is None else targets.mean.tolist(),
        "scale": None if targets.scale is None else targets.scale.tolist(),
        **({"names": list(targets.names)} if targets.names else {}),
        **({"pairs": [list(pair) for pair in targets.pairs]} if targets.pairs else {}),
        **({"numerals": [how.to_dict() for how in targets.numerals]} if targets.numerals else {}),
        **({} if interval is None else {"interval": interval.to_dict()}),
    }


def target_parts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the targets, from what :func:`target_values` wrote.

    Raises
    ------
    DataError
        For values that it does not write.
    """
    try:
        task, name = str(values["task"]), values["name"]
        arrays = {
            key: np.array(values[key], dtype)
            for key, dtype in (
                ("classes", values["dtype"] and dtype_of(values["dtype"])),
                ("mean", np.float64),
                ("scale", np.float64),
            )
            if values[key] is not None
        }
        # These stand in a file only where there is something to say.
        names = tuple(map(str, values.get("names", ())))
        pairs = tuple(_pair(pair) for pair in values.get("pairs", ()))
        numerals = _numerals(values.get("numerals", ()))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise DataError(f"targets: cannot be restored: {error!r}") from None
    widths = [len(part) for part in (names, pairs, numerals) if part]
    if not _fits(task, arrays) or any(width != _width(task, arrays) for width in widths):
        raise DataError("targets: cannot be restored: its values do not fit each other")
    interval = None
    if "interval" in values:
        if task != "regression":
            raise DataError("targets: interval: only numbers have one; the task is " + task)
        interval = Interval.from_dict(values["interval"], _width(task, arrays))
    return {
        "task": task,
        "name": None if name is None else str(name),
        **arrays,
        "names": names,
        "pairs": pairs,
        "numerals": numerals,
        "interval": interval,
    }


def _pair(values: Any) -> tuple[Any, Any]:
    no, yes = values
    if not all(isinstance(value, str | int) for value in (no, yes)) or no == yes:
        raise ValueError(f"two values of a column: {values!r}")
    return no, yes


def _numerals(values: Any) -> tuple[Numerals, ...]:
    if not values:
        return ()
    # Start-up time: only labels that were text need it.
    from clearprop.data.spelling.numerals import Numerals

    return tuple(Numerals.from_dict(how) for how in values)


def _width(task: str, arrays: Mapping[str, Array]) -> int:
    """K, the number of columns of labels."""
    if task == "classification":
        return 1
    return len(arrays["mean" if task == "regression" else "classes"])


def _fits(task: str, arrays: Mapping[str, Array]) -> bool:
    """Whether these arrays fit the task. A damaged or forged file may hold others."""
    if any(array.ndim != 1 or not array.size for array in arrays.values()):
        return False
    if task == "regression":
        if set(arrays) != {"mean", "scale"} or arrays["mean"].shape != arrays["scale"].shape:
            return False
        finite = all(np.isfinite(array).all() for array in arrays.values())
        return bool(finite and (arrays["scale"] > 0).all())
    if task not in TASKS or set(arrays) != {"classes"}:
        return False
    classes = arrays["classes"]
    return task == "multilabel" or len(np.unique(classes)) == len(classes) > 1
