"""Who may speak to the studio: Host, Origin and token of every request, before anything is done.

A page of another site must not reach a server on this machine: its Origin is another one. Nor must
one whose name was pointed at 127.0.0.1: its Host is another one (DNS rebinding). Other machines
need the token.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from clearprop.language import printable, shorten

__all__ = ["Access", "Guard", "Trust"]

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("localhost", "127.0.0.1", "::1")

# The page runs its own script and nothing else; WebAssembly is the core.
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' "
        b"'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; "
        b"form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True)
class Access:
    """Who may come in.

    Attributes
    ----------
    host
        The address that the server listens on.
    token
        What a request must show; None where only this machine asks.
    origins
        Further origins, such as ``"https://lab.example"`` of a proxy.
    """

    host: str = "127.0.0.1"
    token: str | None = None
    origins: tuple[str, ...] = ()

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def local(self) -> bool:
        """Whether whoever asks sits at this machine: nobody else reaches it, and no proxy does."""
        return self.loopback and not self.origins

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the reason why a request is refused; None if it may come in.

        Examples
        --------
        >>> ask = {"headers": [(b"host", b"evil.example")], "query_string": b""}
        >>> Access().refusal(ask)
        (400, "Host: expected localhost, 127.0.0.1 or [::1]; got 'evil.example'")
        """
        headers = [(name.lower(), value) for name, value in scope["headers"]]
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        if len(hosts) != 1 or not self._known(hosts[0]):
            expected = ", ".join(("localhost", "127.0.0.1")) + " or [::1]"
            if not self.loopback:
                expected = f"{expected}, an address, or a host of --allow-origin"
            return 400, f"Host: expected {expected}; got {_shown(hosts)}"
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        if len(origins) > 1 or (origins and not self._own(origins[0], hosts[0])):
            return 403, f"Origin: expected the studio's own page; got {_shown(origins)}"
        if self.token is not None and not self._shows_token(scope, headers):
            return 401, "token: expected Authorization: Bearer, or ?token=, as it was printed"
        return None

    def _known(self, host: str) -> bool:
        """Whether a Host header names this server."""
        name = _name(host)
        if name is None:
            return False
        names = {*LOOPBACK, *(_name(urlsplit(origin).netloc) for origin in self.origins)}
        if self.loopback:
            return name in names
        return name in names or name == self.host.lower() or _is_address(name)

    def _own(self, origin: str, host: str) -> bool:
        return origin.lower() == f"http://{host.lower()}" or origin.rstrip("/") in self.origins

    def _shows_token(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> bool:
        assert self.token is not None
        shown = [
            value.decode("latin-1")[7:].strip()
            for name, value in headers
            if name == b"authorization" and value[:7].lower() == b"bearer "
        ]
        try:
            query = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=20)
        except ValueError:
            query = {}
        shown += query.get("token", [])
        mine = self.token.encode("utf-8")
        return any(secrets.compare_digest(each.encode("utf-8"), mine) for each in shown)


@dataclass(frozen=True)
class Trust:
    """What a session may do.

    Attributes
    ----------
    paths
        Whether it may open any file of this machine by its path.
    runs_files
        Whether it may run a learner's file.
    given
        The source and the model that the command was given: these may be opened in any case.
    """

    paths: bool = True
    runs_files: bool = True
    given: tuple[str, ...] = ()


class Guard:
    """Refuses what must not come in, in one line of the log, and adds headers to every answer."""

    def __init__(self, app: App, access: Access, log: Callable[[str], None]) -> None:
        self._app, self._access, self._log = app, access, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._access.refusal(scope)
        if refused is not None:
            await self._refuse(scope, receive, send, *refused)
            return
        answered = False

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                message["headers"] = [*message.get("headers", ()), *HEADERS]
                if message["status"] >= 400:
                    self._log(line(scope, message["status"], ""))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # nothing may end the server or show its inside
            self._log(line(scope, 500, f"{type(error).__name__}: {error}"))
            if scope["type"] == "http" and not answered:
                await _answer(send, 500, "the studio failed here; reload the page")

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, status: int, reason: str
    ) -> None:
        self._log(line(scope, status, reason))
        if scope["type"] == "websocket":
            await receive()  # the connection
            await send({"type": "websocket.close", "code": 4000 + status, "reason": reason[:120]})
            return
        await _answer(send, status, reason)


async def _answer(send: Send, status: int, text: str) -> None:
    body = f"clearprop studio: {printable(text)}\n".encode()
    kind = (b"content-type", b"text/plain; charset=utf-8")
    headers = [kind, (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def line(scope: Scope, status: int, reason: str) -> str:
    """A refusal as one line of the log, without the token."""
    client = scope.get("client") or ("?", 0)
    what = f"{scope.get('method', 'WS')} {shorten(printable(scope.get('path', '?')), 60)}"
    why = f": {shorten(printable(reason), 160)}" if reason else ""
    return f"refused {status} {what} from {client[0]}{why}"


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine's own.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _name(host: str) -> str | None:
    """The name in a Host header without its port, in small letters; None for what is no host.

    Examples
    --------
    >>> _name("LocalHost:80"), _name("[::1]:80"), _name("a@b"), _name("localhost:x")
    ('localhost', '::1', None, None)
    """
    if not host or any(c in host for c in "@/\\?# ,") or not host.isascii():
        return None
    if host.startswith("["):
        name, closed, port = host[1:].partition("]")
        port = port[1:] if port[:1] == ":" else ("x" if port else "")
        if not closed:
            return None
    else:
        name, _, port = host.partition(":")
    if port and not (port.isdecimal() and len(port) <= 5):
        return None
    return name.lower() or None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _shown(values: list[str]) -> str:
    return ", ".join(repr(shorten(printable(value), 60)) for value in values) or "none"
