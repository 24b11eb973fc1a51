"""An element in HTML with its record inside, the script that brings it to life, a page of both."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Literal

from clearprop.errors import one_of, raise_problems
from clearprop.language import HTML_LANG, LANGUAGES
from clearprop.page import fragment
from clearprop.page import page as whole_page

__all__ = ["SCRIPTS", "ScriptName", "element", "kinds_of_scripts", "page", "script"]

ScriptName = Literal["chapters", "form", "pass", "training"]


# Each script holds the core and some elements, so that no page loads more than it shows.
SCRIPTS = {
    "chapters": "clearprop.js",
    "form": "clearprop-form.js",
    "pass": "clearprop-pass.js",
    "training": "clearprop-training.js",
}
_OF_A_PASS = ("network", "player", "unit")
_FORM = ("drawing", "form")
_TRAINING = ("curves", "playground", "surface", "symmetry", "train")


@cache
def script(kind: ScriptName = "chapters") -> str:
    """The text of a classic script that defines the elements; to be set between ``<script>`` tags.

    A page may hold it several times.

    Parameters
    ----------
    kind
        ``"chapters"``: the elements of the chapters and those of a pass. ``"pass"``: only
        ``clearprop-player``, ``clearprop-network`` and ``clearprop-unit``. ``"training"``:
        ``clearprop-playground``, ``clearprop-train``, ``clearprop-symmetry``, ``clearprop-surface``
        and ``clearprop-curves``, with those of a pass. ``"form"``: ``clearprop-form`` and
        ``clearprop-drawing``, for :mod:`clearprop.export.form`.

    Raises
    ------
    ParameterError
        For a kind that is not there.

    Examples
    --------
    >>> "clearprop-network" in script(), len(script("pass")) < len(script())
    (True, True)
    """
    raise_problems(one_of("kind", kind, list(SCRIPTS)))
    return files("clearprop.web").joinpath(f"assets/{SCRIPTS[kind]}").read_text(encoding="utf-8")


def kinds_of_scripts(html: str) -> list[ScriptName]:
    """Which scripts the elements in some HTML need.

    Examples
    --------
    >>> kinds_of_scripts("<clearprop-player></clearprop-player>")
    ['pass']
    >>> kinds_of_scripts("<clearprop-nudge></clearprop-nudge><clearprop-player></clearprop-player>")
    ['chapters']
    >>> kinds_of_scripts("<clearprop-train></clearprop-train>")
    ['training']
    >>> kinds_of_scripts("<clearprop-form></clearprop-form><clearprop-unit></clearprop-unit>")
    ['form', 'pass']
    """
    names = set(re.findall(r"<clearprop-(\w+)", html))
    kinds: list[ScriptName] = []
    if "form" in names:
        kinds, names = ["form"], names.difference(_FORM)
    trains = names.intersection(_TRAINING)
    if others := names.difference(_TRAINING, _OF_A_PASS if trains else ()):
        kinds.append("pass" if others.issubset(_OF_A_PASS) else "chapters")
    return [*kinds, "training"] if trains else kinds


def element(
    tag: str,
    record: Mapping[str, Any],
    fallback: str = "",
    lang: str = "en",
    **attributes: str | float,
) -> str:
    r"""An element with its record.

    Parameters
    ----------
    tag
        Such as ``"clearprop-network"``.
    record
        What :func:`~clearprop.web.record.record` made.
    fallback
        HTML that is shown without a script.
    lang
        One of :data:`~clearprop.language.LANGUAGES`.
    attributes
        Other attributes of the element.

    Raises
    ------
    ParameterError
        For a language that is not there.

    Examples
    --------
    >>> made = element("clearprop-player", {"names": "<b>"}, "<p>a drawing</p>", "zh", step=0)
    >>> print(made.replace("</script>", "</script>\n"))
    <clearprop-player lang="zh-CN" step="0"><script type="application/json">{"names":"\u003cb>"}...
    <p>a drawing</p></clearprop-player>
    """
    raise_problems(one_of("lang", lang, LANGUAGES))
    # A "<" could end the script or begin a comment in it.
    written = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    written = written.replace("<", r"\u003c")
    others = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
    return (
        f'<{tag} lang="{HTML_LANG[lang]}"{others}><script type="application/json">{written}'
        f"</script>{fallback}</{tag}>"
    )


def page(title: str, body: str, lang: str = "en") -> str:
    """A page that stands alone, around elements; it loads nothing.

    Parameters
    ----------
    title
        Plain text; it stands above the elements, too.
    body
        HTML with what :func:`element` made.
    lang
        One of :data:`~clearprop.language.LANGUAGES`.

    Raises
    ------
    ParameterError
        For a language that is not there.

    Examples
    --------
    >>> made = page("XOR", element("clearprop-player", {"version": 1}))
    >>> made.count("<title>XOR</title>"), made.count("<h1>XOR</h1>"), "http:" in made
    (1, 1, False)
    """
    raise_problems(one_of("lang", lang, LANGUAGES))
    scripts = "".join(f"<script>{script(kind)}</script>" for kind in kinds_of_scripts(body))
    inside = fragment(
        f"<h1>{escape(title)}</h1>\n{body}\n{scripts}",
        lang,
        kind="cpw",
        style=".cpw{max-width:84rem}.cpw h1{line-height:1.25;margin:.3rem 0 .8rem}\n",
    )
    return whole_page(title, lang, f"<main>{inside}</main>")
