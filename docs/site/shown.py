"""Blocks and their outputs as the site shows them: MyST's Markdown, and the HTML that code made."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape, unescape

from blocks import Block
from execute import Output

from clearprop import web

_SCRIPT = f'<script src="_static/{web.SCRIPTS["chapters"]}"></script>'
_CODE = {"en": "The code", "zh": "代码"}  # where folded code opens


def code(block: Block) -> str:
    """The block without what only its run needs; its title stands above it."""
    title = f":caption: {block.title}\n\n" if block.title else ""
    return f"```{{code-block}} {block.kind}\n{title}{block.code}```\n"


def with_output(block: Block, output: Output, language: str) -> str:
    """The block and its output beneath; a folded block lies beneath its output."""
    lines, made = code(block), ""
    if output.text.strip():
        made += f"\n```{{code-block}} text\n:class: output\n\n{output.text.rstrip()}\n```\n"
    if output.html:
        is_picture = output.html.lstrip().startswith(("<?xml", "<svg"))
        html = _picture(output.html) if is_picture else _frame(output.html, language)
        made += f'\n{_raw(f"""<div class="output">{html}</div>""")}'
    if not block.folded:
        return lines + made
    opens = _raw(f'<details class="code"><summary>{_CODE[language]}</summary>')
    return f"{made}\n{opens}\n{lines}\n{_raw('</details>')}"


def _raw(html: str) -> str:
    return f"~~~~~~{{raw}} html\n{html}\n~~~~~~\n"


def _picture(svg: str) -> str:
    """An SVG as an image, so that neither its ids nor its styles reach the page."""
    words = [unescape(text) for text in re.findall(r"<(?:title|desc)>([^<]*)<", svg)[:2]]
    alt = "&#10;".join(map(escape, words))  # a line each
    data = b64encode(svg.encode()).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}">'


def _frame(html: str, language: str) -> str:
    """HTML in a frame, so that its styles do not reach the page, nor the page's styles it."""
    title = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    named = re.sub(r"<[^>]+>", "", title[1]) if title else ""
    # The script that the chapters load as well: a page loads it once.
    html = html.replace(f"<script>{web.script('pass')}</script>", _SCRIPT)
    inside = f'<!doctype html><html lang="{language}"><body style="margin:0">{html}</body></html>'
    return f'<iframe title="{named}" loading="lazy" srcdoc="{escape(inside)}"></iframe>'
