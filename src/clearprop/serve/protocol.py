"""uvicorn's protocol with two more bounds: how long the head of a request is, and its time.

The parser of C that uvicorn feeds has none: a head without an end would fill the memory, and one
that never comes would hold a connection for ever.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["MOST_HEAD", "bounded"]

MOST_HEAD = 1 << 16  # bytes


class _Bounded(HttpToolsProtocol):
    """One connection."""

    seconds = 30.0
    _late: asyncio.TimerHandle | None = None
    _in_head = True
    _received = 0  # bytes of the head that is not complete yet

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._received += len(data)
        if self._received > MOST_HEAD:
            self.send_400_response(f"head: expected at most {MOST_HEAD:,} bytes; got more")
        elif self._late is None:
            self._expect()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._received = True, 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._relax()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, in JSON like every other refusal."""
        body = json.dumps({"status": 400, "error": msg})
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(f"{head}{body}".encode("ascii"))
        self.transport.close()

    def _expect(self) -> None:
        """Close the connection unless the head is there in time."""
        self._late = self.loop.call_later(self.seconds, self.transport.close)

    def _relax(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def bounded(seconds: float) -> Any:
    """The protocol whose heads may take so long."""
    return type("Bounded", (_Bounded,), {"seconds": seconds})
