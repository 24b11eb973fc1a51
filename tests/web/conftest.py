"""Pages that hold the elements' script."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import clearprop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_SCRIPT = Path(clearprop.__file__).parent / "web" / "assets" / "clearprop.js"

# `core`, and `hex` of an array's bytes.
_READY = """
async () => {
    globalThis.hex = (array) => Array.from(
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
        (byte) => byte.toString(16).padStart(2, "0"),
    ).join("");
    globalThis.core = await clearprop.Core.load();
}
"""


@pytest.fixture(scope="module")
def page(browser: "Browser") -> Iterator["Page"]:
    """An empty page with the script, and the core in `core`."""
    opened = browser.contexts[0].new_page()
    opened.add_script_tag(path=_SCRIPT)
    opened.evaluate(_READY)
    yield opened
    opened.close()
