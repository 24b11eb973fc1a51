"""The switch of language: every page leads to the same page in the other language."""

from __future__ import annotations

from typing import Any

import menu

_OTHER = {"en": ("zh", "中文"), "zh_CN": ("en", "English")}
_NOTEBOOK = {"en": "Notebook", "zh_CN": "笔记本"}


def setup(app: Any) -> dict[str, bool]:
    """Hand the templates what they show above a page."""
    app.connect("html-page-context", _links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _links(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    language = app.config.language
    other, name = _OTHER[language]
    up = "../" * (page.count("/") + 1)
    context["other_language"] = {"code": other, "name": name, "link": f"{up}{other}/{page}.html"}
    if page in menu.chapters():
        context["notebook"] = {"name": _NOTEBOOK[language], "link": f"notebooks/{page}.ipynb"}
