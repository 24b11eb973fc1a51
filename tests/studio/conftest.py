"""A studio that serves, for tests in a browser."""

import threading
from collections.abc import Iterator
from typing import NamedTuple

import pytest


class Served(NamedTuple):
    url: str
    log: list[str]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    pytest.importorskip("starlette")
    uvicorn = pytest.importorskip("uvicorn")
    from clearprop.studio import server
    from clearprop.studio.guard import Access

    log: list[str] = []
    studio = server.Studio(Access(), log=log.append)
    at = server.listening("127.0.0.1", 0)
    running = uvicorn.Server(server.config(studio, log.append))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [at]}, daemon=True)
    thread.start()
    yield Served(server.address(at, "127.0.0.1", None), log)
    running.should_exit = True
    thread.join(5)
    at.close()
