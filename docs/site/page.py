"""What each page gets: the switch to the same page in the other language, and its notebook.

What the theme forgets for those who use the keyboard or hear the page is added as well.
"""

from __future__ import annotations

from typing import Any

import menu

_OTHER = {"en": ("zh", "中文"), "zh_CN": ("en", "English")}
_NOTEBOOK = {"en": "Notebook", "zh_CN": "笔记本"}


def setup(app: Any) -> dict[str, bool]:
    """Hand the templates what they show."""
    app.connect("html-page-context", _links)
    app.connect("html-page-context", _accessible, priority=900)  # after the theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _links(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    language = app.config.language
    other, name = _OTHER[language]
    up = "../" * (page.count("/") + 1)
    context["other_language"] = {"code": other, "name": name, "link": f"{up}{other}/{page}.html"}
    if page in menu.chapters():
        context["notebook"] = {"name": _NOTEBOOK[language], "link": f"notebooks/{page}.ipynb"}


def _accessible(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """A heading tells its level, and what scrolls can be reached."""
    tree = context["furo_navigation_tree"]
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )
    if body := context.get("body"):
        body = body.replace("<pre>", '<pre tabindex="0">')
        context["body"] = body.replace(
            '<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'
        )
