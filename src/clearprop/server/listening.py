"""The socket that a server listens on, its address, and its complaints in one line each."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from clearprop.errors import DataError
from clearprop.language import printable

__all__ = ["address", "listening", "quiet_uvicorn"]


def listening(host: str, port: int | None, usual: int) -> socket.socket:
    """A socket that listens.

    Parameters
    ----------
    host
        An address of this machine, or a name for one.
    port
        The port; None: the usual one, or any other if that is taken.
    usual
        The server's usual port.

    Raises
    ------
    DataError
        For an address or a port that cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise DataError(
            f"host: expected an address of this machine; got {host!r} ({error})"
        ) from None
    tries = [usual, 0] if port is None else [port]
    for number in tries:
        try:
            return socket.create_server((host, number), family=family, backlog=128)
        except OSError as error:
            if number == tries[-1]:
                what = error.strerror or error
                raise DataError(f"port: cannot listen on {host}, port {number}: {what}") from None
    raise AssertionError


def address(at: socket.socket, host: str) -> str:
    """The address of the server's first page."""
    port = at.getsockname()[1]
    name = f"[{host}]" if ":" in host else {"0.0.0.0": "127.0.0.1"}.get(host, host)
    return f"http://{name}:{port}/"


class _OneLine(logging.Handler):
    """What uvicorn has to say, such as a broken request, as a line of the log."""

    def __init__(self, log: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log(f"refused: {printable(record.getMessage().partition(chr(10))[0])}")


def quiet_uvicorn(log: Callable[[str], None]) -> None:
    """Let uvicorn tell nothing but its complaints, in one line of this log each."""
    logger = logging.getLogger("uvicorn")
    logger.handlers = [_OneLine(log)]
    logger.propagate = False
