"""uvicorn's protocol with two more bounds: how long a request's head is, and how late a request.

The parser of C that uvicorn feeds has none: a head without an end would fill the memory, and a
request that never comes would hold its connection for ever. A request that arrives in one piece, as
nearly all do, costs no timer here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeAlias

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["MOST_HEAD", "bounded"]

MOST_HEAD = 1 << 16  # bytes

# The body of an answer, from the request, the status and the reason.
Said: TypeAlias = Callable[[Any, int, str], bytes]


class _Bounded(HttpToolsProtocol):
    """One connection."""

    seconds: float
    said: Said
    _late: asyncio.TimerHandle | None = None
    _arriving = _in_head = True
    _received = 0  # bytes of the head that is not complete yet

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._arriving or self.transport.is_closing():
            return
        if self._in_head:
            self._received += len(data)
            if self._received > MOST_HEAD:
                self.send_400_response(f"head: expected at most {MOST_HEAD:,} bytes; got more")
                return
        if self._late is None:
            self._expect()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._arriving = self._in_head = True
        self._received = 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._arriving = False
        self._relax()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, in JSON like every other refusal."""
        self._end("400 Bad Request", json.dumps({"status": 400, "error": msg}).encode())

    def _expect(self) -> None:
        self._late = self.loop.call_later(self.seconds, self._give_up)

    def _relax(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        """Close a connection on which no whole request has come in time."""
        if self._in_head or self.cycle is None or self.cycle.response_started:
            self.transport.close()
            return
        what = f"body: expected within {self.seconds:g} seconds; it took too long"
        body = type(self).said(self.scope, 408, what)
        self.scope["late"] = True  # type: ignore[typeddict-unknown-key]  # for the counts
        self._end("408 Request Timeout", body)

    def _end(self, status: str, body: bytes) -> None:
        head = (
            f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def bounded(seconds: float, said: Said) -> Any:
    """The protocol whose requests may take so long; `said` makes the answer to a later one."""
    return type("Bounded", (_Bounded,), {"seconds": seconds, "said": staticmethod(said)})
