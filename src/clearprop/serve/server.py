"""The web around the service: its pages, its guard, and how uvicorn runs it."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from socket import socket
from time import perf_counter
from typing import Any, TypeAlias

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from clearprop import __version__
from clearprop.language import printable, shorten
from clearprop.serve.describe import describe, openapi
from clearprop.serve.heard import hearing
from clearprop.serve.page import service_page
from clearprop.serve.protocol import bounded
from clearprop.serve.refusal import Refusal
from clearprop.serve.reloading import Reloading
from clearprop.serve.service import FAILED, HEADERS, Service, saying
from clearprop.server.guard import Access, App, Guard, Receive, Scope, Send
from clearprop.server.listening import quiet_uvicorn

__all__ = ["USUAL_PORT", "access", "application", "config", "serve"]

Log: TypeAlias = Callable[[str], None]

USUAL_PORT = 8643
OPEN_PATHS = ("/health", "/health/live", "/health/ready")  # whoever asks whether it lives has none

# The page has a style and no script.
_PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
    "vary": "accept-language",
}
_GRACE = 30  # seconds that open requests have after SIGTERM


class _Pages:
    """Everything but predictions."""

    def __init__(self, service: Service, access: Access, reloading: Reloading | None) -> None:
        self._service, self._access, self._reloading = service, access, reloading
        self._token = access.token is not None
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/openapi.json", self._openapi),
                Route("/model", self._model),
                Route("/health", self._ready),
                Route("/health/live", self._live),
                Route("/health/ready", self._ready),
                Route("/metrics", self._metrics),
            ],
            exception_handlers={HTTPException: self._failed},  # type: ignore[dict-item]
            lifespan=self._life,
        )

    @asynccontextmanager
    async def _life(self, app: Starlette) -> AsyncIterator[None]:
        """The time in which the service answers."""
        tasks: list[asyncio.Task[Any]] = []
        with hearing():
            if self._reloading is not None:
                reloading, loop = self._reloading, asyncio.get_running_loop()
                tasks.append(asyncio.create_task(reloading.watch()))
                hangup = getattr(signal, "SIGHUP", None)  # not on Windows
                if hangup is not None and threading.current_thread() is threading.main_thread():

                    def take() -> None:
                        tasks.append(asyncio.create_task(reloading.take()))

                    loop.add_signal_handler(hangup, take)
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                self._service.close()

    async def _page(self, request: Request) -> Response:
        service, url = self._service, str(request.base_url).rstrip("/")
        lang = service.language_of(request.scope)
        page = service_page(service.served, service.limits, lang, url, self._token)
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    async def _openapi(self, request: Request) -> Response:
        service = self._service
        return _json(openapi(service.served, service.limits, __version__, self._token))

    async def _model(self, request: Request) -> Response:
        return _json(describe(self._service.served))

    async def _live(self, request: Request) -> Response:
        return JSONResponse({"live": True})

    async def _ready(self, request: Request) -> Response:
        free = self._service.metrics.open < self._service.limits.requests
        told = {"live": True, "ready": free, "model": self._service.served.sha256}
        return JSONResponse(told, 200 if free else 503)

    async def _metrics(self, request: Request) -> Response:
        served = self._service.served
        text = self._service.metrics.text(served.name, served.sha256)
        return PlainTextResponse(text, media_type="text/plain;version=0.0.4")

    async def _failed(self, request: Request, error: HTTPException) -> Response:
        """A path or a method that there is not."""
        path = request.url.path[:60]
        reason = f"no such address: {path!r}" if error.status_code == 404 else "expected GET"
        body = _said(self._service, request.scope, error.status_code, reason)
        return Response(body, error.status_code, error.headers, "application/json")


def _json(values: Any) -> Response:
    return Response(json.dumps(values), media_type="application/json")


def _said(service: Service, scope: Scope, status: int, reason: str) -> bytes:
    """A refusal in JSON, in the language that is asked for."""
    return Refusal(status, reason).body(saying(service.language_of(scope)))


def access(host: str, token: str | None) -> Access:
    """Who may come in to a service that listens on this address.

    Without a token the Host must be this machine's, since a page of another site could point its
    name here. With one any name will do, such as that of a proxy: that page has no token to show.
    """
    return Access(host, token, in_query=False, any_host=True, open_paths=OPEN_PATHS)


def application(
    service: Service,
    access: Access,
    log: Log,
    path: Path | None = None,
    journal: Log | None = None,
) -> App:
    """The service as an ASGI application.

    Parameters
    ----------
    access
        Who may come in.
    log
        Takes a line for each new model, and for each defect of ours.
    path
        The model's file, to look for new ones; None: the model stays.
    journal
        Takes a line for each request, without its cells; None: none is written.
    """
    reloading = None if path is None else Reloading(service, path, log)
    pages = _Pages(service, access, reloading).app

    async def others(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await pages(scope, receive, send)
            return
        try:
            await pages(scope, receive, _counting(service, scope, send))
        except Exception as error:
            log(_defect(scope, error))
            raise

    def said(scope: Scope, status: int, reason: str) -> tuple[bytes, bytes]:
        service.metrics.requests[_known(scope), status] += 1
        return b"application/json", _said(service, scope, status, reason)

    guard = Guard(others, access, lambda text: None, HEADERS, said, FAILED)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # Predictions bring their own headers and answers to failures: they cost less so.
        predicts = scope["type"] == "http" and scope["path"] == "/predict"
        if predicts and access.refusal(scope) is None:
            error = await service.predict(scope, receive, send)
            if error is not None:
                log(_defect(scope, error))
        else:
            await guard(scope, receive, send)

    return app if journal is None else _journaled(app, journal)


def _defect(scope: Scope, error: Exception) -> str:
    """Where the service has failed. The error's own words may hold cells, so they are left out."""
    *_, last = traceback.extract_tb(error.__traceback__)
    place = f"{Path(last.filename).name}, line {last.lineno}"
    return f"failed at {scope['path'][:60]}: {type(error).__name__} in {place}"


def _journaled(app: App, journal: Log) -> App:
    """The application with a line for each request."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began, status = perf_counter(), 499  # the client has gone

        async def sending(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await app(scope, receive, sending)
        what = f"{scope['method']} {shorten(printable(scope['path']), 60)} {status}"
        rows = f" rows={scope['rows']}" if "rows" in scope else ""
        client = (scope.get("client") or ("?", 0))[0]
        journal(f"{what}{rows} {(perf_counter() - began) * 1e3:.2f} ms {client}")

    return answering


def _known(scope: Scope) -> str:
    path = scope.get("path", "")
    known = ("/", "/predict", "/model", "/metrics", "/openapi.json", *OPEN_PATHS)
    return path if path in known else "other"  # a client could make up any number of paths


def _counting(service: Service, scope: Scope, send: Send) -> Send:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            service.metrics.requests[_known(scope), message["status"]] += 1
        await send(message)

    return sending


def config(app: App, service: Service, journal: Log | None) -> uvicorn.Config:
    """How uvicorn runs the service: within limits, and with each complaint in one line."""
    quiet_uvicorn(journal or (lambda text: None))
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        http=bounded(service.limits.seconds, partial(_said, service)),
        ws="none",
        lifespan="on",
        server_header=False,
        date_header=False,
        limit_concurrency=4 * service.limits.requests,  # connections, idle ones among them
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE,
    )


def serve(app: App, service: Service, at: socket, journal: Log | None) -> None:
    """Serve until SIGTERM or Ctrl-C, and answer the open requests then."""
    # uvicorn raises the signal once more when it has ended; to end is what was asked for.
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config(app, service, journal)).run(sockets=[at])
    finally:
        signal.signal(signal.SIGTERM, before)
