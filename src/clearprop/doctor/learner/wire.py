"""Arrays and numbers as JSON, and back: parent and child process speak in it."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

__all__ = ["from_wire", "to_wire"]


def to_wire(value: Any) -> Any:
    """A value as JSON can hold it; arrays keep their dtype, shape and bits.

    Examples
    --------
    >>> from_wire(to_wire({"theta": np.arange(3.0), "lambda": 0.5}))
    {'theta': array([0., 1., 2.]), 'lambda': 0.5}
    """
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biufc":
            return {"text": repr(value)}
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
        return {"dtype": value.dtype.str, "shape": list(value.shape), "data": data}
    if isinstance(value, list | tuple):
        return [to_wire(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[str(key), to_wire(item)] for key, item in value.items()]}
    if isinstance(value, complex):
        return {"text": repr(value)}
    return value if isinstance(value, bool | int | float | str) or value is None else repr(value)


def from_wire(value: Any) -> Any:
    """The inverse of :func:`to_wire`."""
    if isinstance(value, list):
        return [from_wire(item) for item in value]
    if isinstance(value, dict):
        if "dict" in value:
            return {key: from_wire(item) for key, item in value["dict"]}
        if "text" in value:
            return value["text"]
        data = base64.b64decode(value["data"])
        return np.frombuffer(data, np.dtype(value["dtype"])).reshape(value["shape"]).copy()
    return value
