"""What several rooms' tests share."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent))  # import_statements.py, visits.py
# planted.py and learners/: learners' files, and mistakes planted into them.
sys.path.insert(0, str(Path(__file__).parent / "doctor"))
# pupils.py: pupils that fill in sheets, and what the marks of many of them come to.
sys.path.insert(0, str(Path(__file__).parent / "exercise"))

# The tests hold English texts, whatever this system speaks.
for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
    if os.environ.get(name, "").lower().startswith("zh"):
        os.environ[name] = "C.UTF-8"


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is long
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium or the site, and what a covering part of a table leaves out."""
    from covering import mark_the_others  # found once this file has set the path

    mark_the_others(items)
    for item in items:
        if {"browser", "site"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("pages")


SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; tests that need it are skipped without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data are not beside this repository")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C works as in a terminal, also for tests in the background, where it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


# Switches off everything with which Chromium itself would use the network.
_CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium, through Playwright; tests that need it are skipped where one of them is missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on the PATH")
    playwright = pytest.importorskip("playwright.sync_api")
    with TemporaryDirectory() as folder, playwright.sync_playwright() as running:
        started = running.chromium.launch_persistent_context(
            folder, executable_path=path, args=_CHROMIUM_FLAGS
        )
        yield started.browser
        started.close()


@pytest.fixture
def visit(browser: "Browser", tmp_path: Path) -> Iterator[Callable[..., "Page"]]:
    """Open HTML in a window of 1280 x 900; at the end it must have gone well."""
    from visits import Visit  # found once this file has set the path

    visits: list[Visit] = []

    def opened(html: str, **options: object) -> "Page":
        options.setdefault("viewport", {"width": 1280, "height": 900})
        visits.append(Visit(browser, tmp_path / f"{len(visits)}.html", html, **options))
        return visits[-1].page

    yield opened
    for one in visits:
        one.context.close()
        assert one.went_well(), (one.asked, one.complaints)
