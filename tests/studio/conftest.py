"""A studio that serves, for tests in a browser."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Served(NamedTuple):
    url: str
    log: list[str]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    pytest.importorskip("starlette")
    uvicorn = pytest.importorskip("uvicorn")
    from clearprop.server.guard import Access
    from clearprop.server.listening import address, listening
    from clearprop.studio import server

    log: list[str] = []
    studio = server.Studio(Access(), log=log.append)
    at = listening("127.0.0.1", 0, 0)
    running = uvicorn.Server(server.config(studio, log.append))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [at]}, daemon=True)
    thread.start()
    yield Served(address(at, "127.0.0.1"), log)
    running.should_exit = True
    thread.join(5)
    at.close()


@pytest.fixture
def opened(browser: "Browser", served: Served) -> Iterator[Callable[..., "Page"]]:
    """Open the studio; nothing is asked of other machines, and nobody complains."""
    from playwright.sync_api import expect  # an optional library

    expect.set_options(timeout=60_000)
    contexts, complaints, asked = [], [], []

    def go(place: str = "", **options: Any) -> "Page":
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(permissions=["clipboard-write"], **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.url + place)
        page.locator(".controls").first.wait_for()
        return page

    before = len(served.log)
    yield go
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((served.url, "data:", "blob:"))] == []
    assert served.log[before:] == []
