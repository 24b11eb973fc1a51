"""The elements of a page that react, such as ``<clearprop-nudge>``: a tag in the Markdown.

What stands between the tags is shown where there is no script, as on a forge. The site gives each
element the record that it shows, and the page the script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import digits_record
import hand_records
import small_records
import xor_record
from docutils import nodes
from sphinx.transforms import SphinxTransform

import clearprop
from clearprop import web

ASSETS = Path(clearprop.__file__).parent / "web" / "assets"
_TAG = re.compile(r"<clearprop-(\w+)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

# What makes the record of an element. That of an exercise depends on its tag as well.
RECORDS: dict[str, Callable[[], dict[str, Any]]] = {
    "accumulate": small_records.samples,
    "nudge": small_records.samples,
    "forward": small_records.forward,
    "secant": small_records.secant,
    "playground": digits_record.record,
    "surface": xor_record.record,
    "symmetry": digits_record.record,
    "train": digits_record.record,
    "drawing": web.reader,
    "wishes": hand_records.wishes,
}
SHEETS = "exercise"


def record(element: str, attributes: dict[str, str], language: str) -> dict[str, Any] | None:
    """What an element shows; None for one that shows nothing of the page's own."""
    if element == SHEETS:
        return hand_records.exercise(attributes["sheet"], language)
    return RECORDS[element]() if element in RECORDS else None


class Records(SphinxTransform):
    """Puts its record into each element."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        """Find the tags."""
        for node in list(self.document.findall(nodes.raw)):
            if _TAG.search(node.astext()):
                made = _TAG.sub(self._filled, node.astext())
                node.parent.replace(node, nodes.raw("", made, format="html"))

    def _filled(self, tag: re.Match[str]) -> str:
        language = self.config.language[:2]  # Sphinx's name of Chinese is zh_CN
        found = record(tag[1], dict(_ATTRIBUTE.findall(tag[2])), language)
        if found is None:
            return tag[0]
        data = json.dumps(found).replace("<", "\\u003c")  # a "<" could end the script
        return f'{tag[0]}<script type="application/json">{data}</script>'


def setup(app: Any) -> dict[str, bool]:
    """Fill in the records, and load the scripts on the pages that need them."""
    app.add_transform(Records)
    app.config.html_static_path += [str(ASSETS / name) for name in web.SCRIPTS.values()]
    app.connect("html-page-context", _script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _script(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    for kind in web.kinds_of_scripts(context.get("body") or ""):
        app.add_js_file(web.SCRIPTS[kind])
