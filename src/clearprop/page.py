"""Pages that stand alone: the document around a report, and the style that reports share.

A page loads nothing: no script, style, font or image from elsewhere. The same report without the
document is a fragment for notebooks, so every rule of a style begins with a class of its own.
"""

from __future__ import annotations

from html import escape

from clearprop.language import HTML_LANG

__all__ = ["STYLE", "document"]

# Colours follow the reader's choice of light or dark; paper is always light.
STYLE = """
.clearprop{--ink:#1b1f24;--soft:#57606a;--paper:#fff;--card:#f6f8fa;--line:#d0d7de;--good:#1a7f37;
--bad:#b3261e;--link:#0b57b0;color:var(--ink);background:var(--paper);color-scheme:light dark;
font:16px/1.55 system-ui,"Segoe UI","Noto Sans","Noto Sans SC","Noto Sans CJK SC","PingFang SC",
"Microsoft YaHei",sans-serif;max-width:60rem;margin:0 auto;padding:1rem;box-sizing:border-box}
@media screen and (prefers-color-scheme:dark){.clearprop{--ink:#e6edf3;--soft:#9aa5b1;
--paper:#12161b;--card:#1a2028;--line:#39424d;--good:#5fd07d;--bad:#ff8a80;--link:#79b8ff}}
.clearprop code,.clearprop pre{font-family:ui-monospace,Consolas,"DejaVu Sans Mono",monospace;
font-size:.92em}
.clearprop .scroll{overflow-x:auto}.clearprop .soft{color:var(--soft)}
"""


def document(title: str, lang: str, body: str) -> str:
    """A whole document around a body.

    Parameters
    ----------
    title
        Plain text.
    lang
        One of :data:`~clearprop.language.LANGUAGES`.
    body
        HTML.

    Examples
    --------
    >>> document("a < b", "zh", "").splitlines()[1]
    '<html lang="zh-CN">'
    """
    return (
        f'<!doctype html>\n<html lang="{HTML_LANG[lang]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n"
        "<style>body{margin:0}@media screen and (prefers-color-scheme:dark)"
        "{body{background:#12161b}}</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
