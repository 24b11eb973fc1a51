"""Who may speak to a server: Host, Origin and token of every request, before anything is done.

A page of another site must not reach a server on this machine: its Origin is another one. Nor must
one whose name was pointed at 127.0.0.1: its Host is another one (DNS rebinding). Other machines
need the token.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from clearprop.language import printable, shorten

__all__ = ["Access", "Guard", "is_loopback", "line"]

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("localhost", "127.0.0.1", "::1")

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]
# The status of a refusal and its reason, as the media type and the bytes of an answer.
Said: TypeAlias = Callable[[Scope, int, str], tuple[bytes, bytes]]


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
    in_query
        Whether ``?token=`` shows the token, too, as in a link to a page.
    any_host
        Whether any Host will do where there is a token: a page of another site has none to show.
    open_paths
        Paths that need no token.
    """

    host: str = "127.0.0.1"
    token: str | None = None
    origins: tuple[str, ...] = ()
    in_query: bool = True
    any_host: bool = False
    open_paths: tuple[str, ...] = ()

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
        hosts, origins, shown = [], [], []
        for name, value in scope["headers"]:  # the server has put names into small letters
            if name == b"host":
                hosts.append(value.decode("latin-1"))
            elif name == b"origin":
                origins.append(value.decode("latin-1"))
            elif name == b"authorization":
                shown.append(value)
        if len(hosts) != 1 or not self._known(hosts[0]):
            return 400, f"Host: expected {self._expected()}; got {_shown(hosts)}"
        if len(origins) > 1 or (origins and not self._own(origins[0], hosts[0])):
            return 403, f"Origin: expected the server's own page; got {_shown(origins)}"
        if self.token is None or scope.get("path") in self.open_paths:
            return None
        return None if self._shows_token(scope, shown) else (401, self._asked())

    def _expected(self) -> str:
        if self.any_host and self.token is not None:
            return "the name of this server"
        expected = ", ".join(("localhost", "127.0.0.1")) + " or [::1]"
        if self.loopback:
            return expected
        return f"{expected}, an address, or a host of --allow-origin"

    def _asked(self) -> str:
        if self.in_query:
            return "token: expected Authorization: Bearer, or ?token=, as it was printed"
        return "token: expected the header Authorization: Bearer with the token of this server"

    def _known(self, host: str) -> bool:
        """Whether a Host header names this server."""
        name = _name(host)
        if name is None:
            return False
        if self.any_host and self.token is not None:
            return True
        if self.loopback:
            return name in self._names
        return name in self._names or name == self.host.lower() or _is_address(name)

    @cached_property
    def _names(self) -> frozenset[str | None]:
        """The names of this machine and of the further origins."""
        return frozenset((*LOOPBACK, *(_name(urlsplit(origin).netloc) for origin in self.origins)))

    def _own(self, origin: str, host: str) -> bool:
        return origin.lower() == f"http://{host.lower()}" or origin.rstrip("/") in self.origins

    def _shows_token(self, scope: Scope, authorizations: list[bytes]) -> bool:
        assert self.token is not None
        shown = [value[7:].strip() for value in authorizations if value[:7].lower() == b"bearer "]
        if self.in_query and b"token=" in (query := scope.get("query_string", b"")):
            with suppress(ValueError):
                found = parse_qs(query.decode("latin-1"), max_num_fields=20)
                shown += [text.encode("utf-8") for text in found.get("token", [])]
        mine = self.token.encode("utf-8")
        return any(secrets.compare_digest(each, mine) for each in shown)


class Guard:
    """Refuses what must not come in, in one line of the log, and adds headers to every answer.

    Parameters
    ----------
    app
        What answers the others.
    access, log
        Who may come in; what takes the line of a refusal.
    headers
        What every answer carries.
    said
        Makes the answer to a refusal of its status and reason.
    failed
        The reason that is given where `app` fails, which is a defect of ours.
    """

    def __init__(
        self,
        app: App,
        access: Access,
        log: Callable[[str], None],
        headers: Headers,
        said: Said,
        failed: str,
    ) -> None:
        self._app, self._access, self._log = app, access, log
        self._headers, self._said, self._failed = headers, said, failed

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
                message["headers"] = [*message.get("headers", ()), *self._headers]
                if message["status"] >= 400:
                    self._log(line(scope, message["status"], ""))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # nothing may end the server or show its inside
            self._log(line(scope, 500, f"{type(error).__name__}: {error}"))
            if scope["type"] == "http" and not answered:
                await self._answer(scope, send, 500, self._failed)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, status: int, reason: str
    ) -> None:
        self._log(line(scope, status, reason))
        if scope["type"] == "websocket":
            await receive()  # the connection
            await send({"type": "websocket.close", "code": 4000 + status, "reason": reason[:120]})
            return
        await self._answer(scope, send, status, reason)

    async def _answer(self, scope: Scope, send: Send, status: int, reason: str) -> None:
        kind, body = self._said(scope, status, printable(reason))
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        headers += self._headers
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def line(scope: Scope, status: int, reason: str) -> str:
    """A refusal as one line of the log, without the token."""
    client = scope.get("client") or ("?", 0)
    what = f"{scope.get('method', 'WS')} {shorten(printable(scope.get('path', '?')), 60)}"
    why = f": {shorten(printable(reason), 160)}" if reason else ""
    return f"refused {status} {what} from {client[0]}{why}"


@lru_cache(maxsize=64)
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


@lru_cache(maxsize=64)
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
