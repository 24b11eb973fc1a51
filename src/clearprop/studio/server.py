"""The web around sessions: one page, one WebSocket a tab, files in and out."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from clearprop import __version__
from clearprop.errors import ClearpropError, DataError
from clearprop.language import HTML_LANG, printable
from clearprop.server.guard import Access, Guard, Scope
from clearprop.server.listening import quiet_uvicorn
from clearprop.studio.outbox import Outbox
from clearprop.studio.protocol import LARGEST, LONGEST, MOST_FILES, VERSION, Message, told
from clearprop.studio.trust import HEADERS, Trust

if TYPE_CHECKING:
    from clearprop.studio.session import Session

__all__ = ["MOST_TABS", "USUAL_PORT", "Studio", "config", "serve"]

MOST_TABS = 20
USUAL_PORT = 8642
_MOST_UPLOADS = 4  # at once, of all tabs
_UPLOAD_SECONDS = 60.0
_TIDY_SECONDS = 0.2  # after a tab has closed

# What may take seconds has a thread of its own, so that a pause is heard meanwhile. One runs and
# one waits: a page has its answer a moment before that job is over, and may ask at once.
_LONG = ("surface", "doctor", "mistakes")
_MOST_LONG = 2


@dataclass
class _Tab:
    """A session with what serves it."""

    session: Session
    outbox: Outbox
    hands: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "clearprop-studio")
    )
    long: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "clearprop-studio-long")
    )
    jobs: int = 0  # of `long`: those that run or wait

    def job_done(self, job: asyncio.Future[None]) -> None:
        """One of `long` is over."""
        self.jobs -= 1


class Studio:
    """All tabs of one server.

    Parameters
    ----------
    access
        Who may come in.
    given
        The source and the model of the command, or None.
    lang
        The page's language until the reader changes it.
    log
        Takes one line for each refusal.
    """

    def __init__(
        self,
        access: Access,
        *,
        source: str | None = None,
        model: str | None = None,
        lang: str = "en",
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.access, self.lang = access, lang
        self._given = {"source": source, "model": model}
        paths = tuple(path for path in (source, model) if path is not None)
        self._trust = Trust(access.local, access.local, paths)
        self._tabs: dict[str, _Tab] = {}
        self._coming = 0  # tabs that open now
        self._uploading = 0
        self._log = log or _to_stderr
        routes = [
            Route("/", self._page),
            Route("/studio.js", self._asset),
            Route("/studio.css", self._asset),
            Route("/upload", self._upload, methods=["POST"]),
            Route("/file", self._file),
            WebSocketRoute("/ws", self._socket),
        ]
        app, failed = Starlette(routes=routes), "the studio failed here; reload the page"
        self.app = Guard(app, access, self._log, HEADERS, _said, failed)

    @property
    def tabs(self) -> int:
        """How many tabs are open."""
        return len(self._tabs)

    # -- The page and files -----------------------------------------------------------------------

    async def _page(self, request: Request) -> Response:
        token = "" if self.access.token is None else f"?token={self.access.token}"
        page = _read("studio.html").decode("utf-8")
        for mark, value in (("{lang}", HTML_LANG[self.lang]), ("{token}", token)):
            page = page.replace(mark, value)
        return Response(page, media_type="text/html")

    async def _asset(self, request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        return Response(_read(name), media_type=kind)

    async def _upload(self, request: Request) -> Response:
        tab = self._tabs.get(request.query_params.get("session", ""))
        if tab is None:
            return _plain(404, "upload: there is no such tab; reload the page")
        if self._uploading >= _MOST_UPLOADS:
            return _plain(503, "upload: others are being uploaded; try again")
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            return _plain(413, f"upload: expected at most {LARGEST >> 20} MiB")
        self._uploading += 1
        try:
            data = await _body(request)
            name = request.query_params.get("name", "")
            loop = asyncio.get_running_loop()
            key = await loop.run_in_executor(tab.hands, tab.session.uploads.add, name, data)
        except ClearpropError as error:
            return JSONResponse(told(error), 422)
        except TimeoutError:
            return _plain(408, "upload: it took too long")
        except (ClientDisconnect, RuntimeError):  # the tab is gone
            return _plain(400, "upload: it was cut")
        finally:
            self._uploading -= 1
        return JSONResponse({"id": key, "name": tab.session.uploads.path(key)[0]})

    async def _file(self, request: Request) -> Response:
        tab = self._tabs.get(request.query_params.get("session", ""))
        if tab is None:
            return _plain(404, "file: there is no such tab; reload the page")
        try:
            name, path = tab.session.uploads.path(request.query_params.get("id", ""))
        except DataError as error:
            return _plain(404, str(error))
        return FileResponse(path, filename=name, media_type="application/octet-stream")

    # -- A tab ------------------------------------------------------------------------------------

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        if self.tabs + self._coming >= MOST_TABS:
            what = DataError(f"tabs: at most {MOST_TABS} at once; close one of them")
            await socket.send_text(str(Message("error", {"of": "", **told(what)}).encoded()))
            await socket.close(1013)
            self._log(f"refused a tab: {MOST_TABS} are open")
            return
        loop, ready = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(ready.set)

        name, outbox = secrets.token_urlsafe(16), Outbox(wake)
        self._coming += 1
        try:
            tab, ready_body = await loop.run_in_executor(None, self._tab, name, outbox)
            self._tabs[name] = tab
        finally:
            self._coming -= 1
        outbox.answer(Message("ready", ready_body, session=name))
        sender = asyncio.create_task(_send(socket, outbox, ready))
        try:
            while True:
                await self._heard(tab, await socket.receive())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            sender.cancel()
            del self._tabs[name]
            await asyncio.shield(loop.run_in_executor(None, _closed, tab))
            # Later, since this coroutine still holds the tab.
            loop.call_later(_TIDY_SECONDS, loop.run_in_executor, None, _tidy)

    async def _heard(self, tab: _Tab, event: Any) -> None:
        """One frame of a page."""
        if event["type"] != "websocket.receive":
            raise WebSocketDisconnect
        frame = event.get("text")
        try:
            message = Message.decoded(event.get("bytes") or b"" if frame is None else frame)
            if message.session not in ("", tab.session.name):
                raise DataError("message: it is of another session; reload the page")
        except DataError as error:
            self._log(f"refused a message: {printable(error)}")
            tab.session.wrong(error)
            return
        loop = asyncio.get_running_loop()
        if message.kind not in _LONG:
            await loop.run_in_executor(tab.hands, self._safely, tab, message)
        elif tab.jobs >= _MOST_LONG:
            tab.session.wrong(DataError(f"{message.kind}: the one before is not done yet"), message)
        else:
            tab.jobs += 1
            job = loop.run_in_executor(tab.long, self._safely, tab, message)
            job.add_done_callback(tab.job_done)

    def _safely(self, tab: _Tab, message: Message) -> None:
        try:
            tab.session.hear(message)
        except Exception as error:  # a defect of ours: the tab goes on
            self._log(f"failed at {message.kind}: {type(error).__name__}: {printable(error)}")
            what = DataError(f"{message.kind}: the studio failed here; reload the page")
            tab.session.wrong(what, message)

    def _tab(self, name: str, outbox: Outbox) -> tuple[_Tab, dict[str, Any]]:
        """A tab, and what its page is told first."""
        session, choices = _sessions()
        ready = {
            "version": VERSION,
            "clearprop": __version__,
            "given": self._given,
            "paths": self._trust.paths,
            "runs_files": self._trust.runs_files,
            "largest": LARGEST,
            "files": MOST_FILES,
            **choices(),
        }
        return _Tab(session(name, outbox, self._trust), outbox), ready


def _sessions() -> tuple[type[Session], Callable[[], dict[str, Any]]]:
    """What a tab needs. Start-up time: it loads after the server listens, beside the page."""
    from clearprop.studio.presets import choices
    from clearprop.studio.session import Session

    return Session, choices


async def _send(socket: WebSocket, outbox: Outbox, ready: asyncio.Event) -> None:
    """Send what is in the outbox, until the tab is gone."""
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        while True:
            message, seconds = outbox.take()
            if message is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await ready.wait()
                ready.clear()
                continue
            frame = message.encoded()
            await (socket.send_text(frame) if isinstance(frame, str) else socket.send_bytes(frame))


async def _body(request: Request) -> bytes:
    data = bytearray()
    async with asyncio.timeout(_UPLOAD_SECONDS):
        async for part in request.stream():
            data += part
            if len(data) > LARGEST:
                raise DataError(f"upload: expected at most {LARGEST >> 20} MiB; got more")
    return bytes(data)


def _closed(tab: _Tab) -> None:
    tab.hands.shutdown(cancel_futures=True)
    tab.session.close()
    tab.long.shutdown(wait=False, cancel_futures=True)


def _tidy() -> None:
    """Give back what closed tabs held. Without it 50 tabs left 108 MB behind.

    Sessions hold themselves in circles, with megabytes in them; and the C library keeps a heap for
    every thread that there was.
    """
    gc.collect()
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:  # glibc
        trim(0)


def _said(scope: Scope, status: int, reason: str) -> tuple[bytes, bytes]:
    """A refusal as an answer of plain text."""
    return b"text/plain; charset=utf-8", f"clearprop studio: {reason}\n".encode()


def _plain(status: int, text: str) -> Response:
    return PlainTextResponse(f"clearprop studio: {text}\n", status)


@cache
def _read(name: str) -> bytes:
    room = "web" if name == "studio.js" else "studio"  # the scripts are built into one room
    return files(f"clearprop.{room}").joinpath("assets", name).read_bytes()


def _to_stderr(text: str) -> None:
    print(f"clearprop studio: {text}", file=sys.stderr, flush=True)


# -- Listening ------------------------------------------------------------------------------------


def config(studio: Studio, log: Callable[[str], None]) -> uvicorn.Config:
    """How uvicorn serves a studio: within limits, and with each complaint in one line."""
    quiet_uvicorn(log)
    return uvicorn.Config(
        studio.app,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=LONGEST,
        lifespan="off",
        server_header=False,
        date_header=False,
        limit_concurrency=200,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=1 << 15,
    )


def serve(studio: Studio, at: socket.socket) -> None:
    """Serve until Ctrl-C."""
    threading.Thread(target=_sessions, name="clearprop-studio-loader", daemon=True).start()
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config(studio, _to_stderr)).run(sockets=[at])
