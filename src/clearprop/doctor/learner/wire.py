"""Arrays and numbers as JSON, and back: parent and child process speak in it."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from clearprop.doctor.learner.raised import harmless

__all__ = ["MOST_BYTES", "TooLargeError", "from_wire", "to_wire"]

# Of all arrays and texts in one message: the gradient of two million parameters. The
# parent holds a message several times while it reads it.
MOST_BYTES = 16_000_000


class TooLargeError(Exception):
    """A value holds more than :data:`MOST_BYTES`."""


def to_wire(value: Any) -> Any:
    """A value as JSON can hold it; arrays keep their dtype, shape and bits.

    Raises
    ------
    TooLargeError
        For a value of more than :data:`MOST_BYTES`.

    Examples
    --------
    >>> from_wire(to_wire({"theta": np.arange(3.0), "lambda": 0.5}))
    {'theta': array([0., 1., 2.]), 'lambda': 0.5}
    >>> to_wire([np.zeros((3000, 3000))])
    Traceback (most recent call last):
    clearprop.doctor.learner.wire.TooLargeError
    """
    return _Packing().wired(value)


class _Packing:
    """Counts what has been packed, so that too much is refused before it is copied."""

    def __init__(self) -> None:
        self.left = MOST_BYTES

    def wired(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            self._count(value.nbytes)
            if value.dtype.kind not in "biufc":
                return self._text(value)
            data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
            return {"dtype": value.dtype.str, "shape": list(value.shape), "data": data}
        if isinstance(value, list | tuple):
            self._count(25 * len(value))
            return [self.wired(item) for item in value]
        if isinstance(value, dict):
            self._count(25 * len(value))
            return {"dict": [[harmless(key, 80), self.wired(item)] for key, item in value.items()]}
        if isinstance(value, str):
            self._count(len(value))
            return value
        if isinstance(value, int) and value.bit_length() > 1000:
            return self._text(f"a whole number of {value.bit_length()} bits")
        self._count(25)  # a number in JSON
        return (
            value if isinstance(value, bool | int | float) or value is None else self._text(value)
        )

    def _text(self, value: Any) -> dict[str, str]:
        """What is no number: only for a message."""
        return {"text": harmless(value if isinstance(value, str) else repr(value), 200)}

    def _count(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooLargeError


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
