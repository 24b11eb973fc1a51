"""The bytes of a request: read within limits, and made into rows by their media type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, TypeAlias

from clearprop.data.delimited.text import read_text
from clearprop.data.files import Content
from clearprop.data.frames import tidy
from clearprop.data.readers.apart import read_apart
from clearprop.data.reading import AS_FOUND
from clearprop.data.table import Table
from clearprop.errors import DataError
from clearprop.serve.answers import ARROW_FILE, ARROW_STREAM, CSV, JSON
from clearprop.serve.limits import Limits
from clearprop.serve.refusal import Refusal

__all__ = ["Left", "check_headers", "read_body", "table_of"]

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

_CLOSE = ((b"connection", b"close"),)  # the rest of the body is not wanted
_TAKEN = (JSON, CSV, ARROW_STREAM, ARROW_FILE)


class Left(Exception):  # noqa: N818  not an error of ours
    """The client has gone."""


def check_headers(headers: Headers, limits: Limits) -> str:
    """The media type of the body, if the headers promise one that may be read.

    Raises
    ------
    Refusal
        413 or 415.

    Examples
    --------
    >>> check_headers([(b"content-type", b"Application/JSON; charset=utf-8")], Limits())
    'application/json'
    """
    kind, packed = "", ""
    for name, value in headers:
        if name == b"content-type":
            kind = value.decode("latin-1").partition(";")[0].strip().lower()
        elif name == b"content-length":
            length = value.decode("latin-1")
            if not length.isdecimal() or int(length[:20]) > limits.body:
                raise _too_long(limits)
        elif name == b"content-encoding":
            packed = value.decode("latin-1").strip().lower()
    if packed not in ("", "identity"):
        # A packed body can grow a thousandfold. Rows of numbers are small; nobody needs it here.
        raise Refusal(415, "Content-Encoding: expected none; send the body unpacked", (), 0, _CLOSE)
    if kind not in _TAKEN:
        wanted = ", ".join(_TAKEN)
        raise Refusal(415, f"Content-Type: expected one of {wanted}; got {kind[:60]!r}")
    return kind


async def read_body(receive: Receive, limits: Limits) -> bytes:
    """The body of a request. How long it may take is the protocol's to say.

    Raises
    ------
    Refusal
        413 for one that is too long.
    Left
        If the client goes.
    """
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Left
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > limits.body:
            raise _too_long(limits)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_long(limits: Limits) -> Refusal:
    what = f"body: expected at most {limits.body:,.0f} bytes; got more"
    return Refusal(413, what, (), 0, _CLOSE)


def table_of(body: bytes, kind: str, limits: Limits) -> Table:
    """The rows of a body of CSV or Arrow, as they were read.

    Arrow is read by a child process: a changed byte can abort the reader
    (:mod:`clearprop.data.readers.apart`).

    Raises
    ------
    Refusal
        400 for a body that cannot be read, 413 for too many rows.
    """
    if not body:
        raise Refusal(400, "body: expected rows; got nothing")
    content = Content("body", None, body)
    try:
        if kind == CSV:
            table = read_text(content, None, False, AS_FOUND)
        else:
            frame = read_apart(content, "Arrow" if kind == ARROW_FILE else "Arrow stream").frame
            frame = tidy(frame, "body")
            table = Table("body", frame, None, tuple(frame.columns), None)
    except DataError as error:
        raise Refusal(400, str(error)) from None
    if table.n_rows > limits.rows:
        raise Refusal(
            413, f"rows: expected at most {limits.rows:,} a request; got {table.n_rows:,}"
        )
    if table.n_rows == 0:
        raise Refusal(422, "rows: expected at least one; got none")
    return table
