"""What MkDocs does besides: run the code, write formulas as MathML, link the languages.

It also makes the page of mistakes from the doctor's catalogue.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from html import escape, unescape
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

from clearprop import doctor

sys.path.insert(0, str(Path(__file__).parent))  # hooks are loaded as files

import execute

_LANGUAGES = {"en": "English", "zh": "中文"}
_CODE = {"en": "The code", "zh": "代码"}  # where folded code opens
_MATH = re.compile(
    r'<(?:span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</(?:span|div)>', re.DOTALL
)
# The end of a line is no space in Chinese, except beside a word in Latin letters.
_HAN, _MARK = r"[\u3400-\u9fff]", r"[\u3001-\u301f\uff01-\uff5e“”‘’…]"
_LINE_END = re.compile(rf"(?<={_MARK})\n|\n(?={_MARK})|(?<={_HAN})\n(?={_HAN})")
_shown: list[str] = []  # the HTML outputs of the page at hand


def on_files(files: Files, *, config: Any) -> Files:
    """Add the page of mistakes, which is made from the catalogue and stored nowhere."""
    page = doctor.mistakes_page(config.theme["language"])
    files.append(File.generated(config, "why-is-my-gradient-wrong.md", content=page))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Run the page's code, unless it is there to be read only."""
    _shown.clear()
    if page.file.src_uri in config.extra["only_read"]:
        return markdown
    lines = []
    language = config.theme["language"]
    for text, output in execute.run(markdown, f"{language}/{page.file.src_uri}", _CODE[language]):
        lines.append(text)
        if output and output.text.strip():
            lines.append(f"\n\n```{{.text .output}}\n{output.text.rstrip()}\n```\n")
        if output and output.html:
            lines.append(f'\n\n<div class="output" id="output-{len(_shown)}"></div>\n')
            _shown.append(output.html)
    return "".join(lines)


def on_page_content(html: str, *, config: Any, **_: Any) -> str:
    """Put in what Markdown cannot hold: formulas, and the HTML that the code made."""
    html = _MATH.sub(_mathml, html)
    if config.theme["language"] == "zh":
        parts = re.split(r"(<pre.*?</pre>)", html, flags=re.DOTALL)
        parts[::2] = [_LINE_END.sub("", part) for part in parts[::2]]
        html = "".join(parts)
    for number, shown in enumerate(_shown):
        empty = f'<div class="output" id="output-{number}"></div>'
        if html.count(empty) != 1:
            raise execute.PageError(f"the place of output {number} was lost")
        is_picture = shown.lstrip().startswith(("<?xml", "<svg"))
        framed = _picture(shown) if is_picture else _frame(shown, config.theme["language"])
        html = html.replace(empty, f'<div class="output">{framed}</div>')
    return html


def _picture(svg: str) -> str:
    """An SVG as an image, so that neither its ids nor its styles reach the page."""
    words = [unescape(text) for text in re.findall(r"<(?:title|desc)>([^<]*)<", svg)[:2]]
    data = b64encode(svg.encode()).decode()
    return f'<img alt="{escape(". ".join(words))}" src="data:image/svg+xml;base64,{data}">'


def _frame(html: str, language: str) -> str:
    """HTML in a frame, so that its styles do not reach the page, nor the page's styles it."""
    title = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    named = re.sub(r"<[^>]+>", "", title[1]) if title else ""
    inside = f'<!doctype html><html lang="{language}"><body style="margin:0">{html}</body></html>'
    return f'<iframe title="{named}" loading="lazy" srcdoc="{escape(inside)}"></iframe>'


def _mathml(match: re.Match[str]) -> str:
    display = "block" if match[0].startswith("<div") else "inline"
    return str(convert(unescape(match[1]).strip(), display=display))


def on_page_context(context: dict[str, Any], *, page: Any, config: Any, **_: Any) -> None:
    """Let the switch of language lead to the same page in the other language."""
    config.extra["alternate"] = [
        {"name": name, "lang": lang, "link": f"../{lang}/{page.file.url}"}
        for lang, name in _LANGUAGES.items()
    ]


def on_post_build(*, config: Any, **_: Any) -> None:
    """Remove the page for wrong addresses: it would need to know where the pages will lie."""
    Path(config.site_dir, "404.html").unlink()
