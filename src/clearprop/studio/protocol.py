"""The messages between a page and its session: JSON, or a JSON head with numbers after it.

A text frame is one JSON object with ``v`` (the version), ``kind``, ``id``, ``session`` and the
fields of its kind; a page sends no other. A binary frame is the length of that object in four bytes
(little-endian), the object in UTF-8, zeros up to a multiple of eight, and numbers: theta,
little-endian, in the dtype that the object names. An answer has the ``id`` of what it answers.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.errors import DataError
from clearprop.messages.chinese import translated
from clearprop.network.architecture import Array

__all__ = ["FROM_PAGE", "LARGEST", "LONGEST", "MOST_FILES", "VERSION", "Message", "told"]

VERSION = 1
LARGEST = 1 << 26  # bytes of an uploaded file: 64 MiB
MOST_FILES = 8  # of a tab at once; an older one makes room
LONGEST = 1 << 16  # bytes of a frame from a page; the longest that it sends has 50 weights

_DTYPES = {"float32": "<f4", "float64": "<f8"}

# What a page may send: the fields of each kind and their types. Those with None may be left out.
_N = type(None)
FROM_PAGE: dict[str, dict[str, tuple[type, ...]]] = {
    "open": {"source": (dict,), "options": (dict,), "at": (dict, _N), "beside": (bool, _N)},
    "open-model": {"upload": (str, _N), "path": (str, _N)},
    "watch": {"views": (list,), "part": (str, _N)},
    "train": {"until": (str,), "both": (bool, _N)},
    "pause": {},
    "reset": {},
    "undo": {},
    "edit": {"weights": (dict,), "stroke": (int, _N)},
    "swap": {},
    "drop": {},
    "sample": {"row": (int,), "part": (str, _N)},
    "surface": {},
    "code": {},
    "mistakes": {},
    "doctor": {
        "mistake": (str, _N), "upload": (str, _N), "confirmed": (bool, _N), "options": (dict, _N),
    },
    "save": {},
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes
    ----------
    kind
        What it is: one of :data:`FROM_PAGE`, or what a session tells.
    body
        Its fields, as JSON values.
    id
        The number that the page gave to its question; 0 where nobody asked.
    session
        The session's name.
    theta
        ``(n_parameters,)``, or None for a text frame.
    """

    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
    session: str = ""
    theta: Array | None = None

    def encoded(self) -> str | bytes:
        r"""The message as a frame. A number that is not finite becomes null.

        Examples
        --------
        >>> Message("ready", {"x": float("inf")}, 3, "s").encoded()
        '{"v":1,"kind":"ready","id":3,"session":"s","x":null}'
        >>> Message("snapshot", theta=np.zeros(2, np.float32)).encoded()[-8:]
        b'\x00\x00\x00\x00\x00\x00\x00\x00'
        """
        head = {"v": VERSION, "kind": self.kind, "id": self.id, "session": self.session}
        if self.theta is None:
            return _json({**head, **self.body})
        theta = np.ascontiguousarray(self.theta)
        dtype = theta.dtype.name
        text = _json({**head, **self.body, "dtype": dtype}).encode("utf-8")
        first = struct.pack("<I", len(text)) + text
        return first + bytes(-len(first) % 8) + theta.astype(_DTYPES[dtype], copy=False).tobytes()

    @classmethod
    def decoded(cls, frame: str | bytes) -> Message:
        """The message that a page sent.

        Raises
        ------
        DataError
            For what is no message of :data:`FROM_PAGE`.

        Examples
        --------
        >>> Message.decoded('{"v":1,"kind":"train","id":4,"until":"epoch"}').body
        {'until': 'epoch'}
        >>> Message.decoded("[]")
        Traceback (most recent call last):
        clearprop.errors.DataError: message: expected an object of JSON; got a list
        """
        if isinstance(frame, bytes):
            raise DataError("message: expected a text frame; got a binary one")
        if len(frame) > LONGEST:
            raise DataError(f"message: at most {LONGEST} characters; got {len(frame)}")
        try:
            values = json.loads(frame, parse_constant=_refused, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            raise DataError(f"message: no JSON: {_first(error)}") from None
        if not isinstance(values, dict):
            raise DataError(f"message: expected an object of JSON; got {_called(values)}")
        version, kind = values.pop("v", None), values.pop("kind", None)
        number, session = values.pop("id", 0), values.pop("session", "")
        if version != VERSION:
            raise DataError(
                f"message: expected version {VERSION}; got {_short(version)}; reload the page"
            )
        if not isinstance(kind, str) or kind not in FROM_PAGE:
            raise DataError(f"message: no such kind: {_short(kind)}")
        if type(number) is not int or not 0 <= number < 2**53:
            raise DataError(f"message: id: expected a whole number; got {_short(number)}")
        if not isinstance(session, str):
            raise DataError(f"message: session: expected text; got {_short(session)}")
        fields = FROM_PAGE[kind]
        for name, types in fields.items():
            value = values.get(name)
            if type(value) not in types:
                raise DataError(
                    f"message: {kind}: {name}: expected another type; got {_short(value)}"
                )
        for name in values:
            if name not in fields:
                raise DataError(f"message: {kind}: no such field: {_short(name)}")
        return cls(kind, values, number, session)


def _json(values: Mapping[str, Any]) -> str:
    try:
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_finite(values), ensure_ascii=False, separators=(",", ":"))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that stands there twice would hide what was checked."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key stands there twice")
    return values


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


def _first(error: Exception) -> str:
    return _short(str(error).partition("\n")[0] or type(error).__name__)


def _called(value: Any) -> str:
    names = {list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def told(error: BaseException) -> dict[str, Any]:
    """An error in both languages, with the way on."""
    if isinstance(error, MemoryError):
        what = "not enough memory: use fewer rows or fewer hidden units."
    else:
        what = str(error).partition("\n")[0] or type(error).__name__
    return {"what": {"en": what, "zh": translated(what)}, "error": type(error).__name__}
