"""The blocks of a page that run: ``python`` and ``console``, between pieces of Markdown.

Every other block (``sh``: to try) is Markdown like the text around it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BLOCK = re.compile(
    r"^```(?P<kind>python|console)(?P<folded> folded)?"
    r'(?P<options>( \w+="[^"\n]*")*)\n(?P<code>.*?)^```$',
    re.DOTALL | re.MULTILINE,
)


class Block(NamedTuple):
    """A block that runs.

    `line` is where it begins in the page. A `title` is the name of the file that the code is also
    written into. `exit_code` is what a command ends with. A `folded` block shows its output first.
    """

    kind: str
    code: str
    line: int
    title: str = ""
    exit_code: int = 0
    folded: bool = False


def pieces(markdown: str) -> list[str | Block]:
    """The page in order: Markdown, block, Markdown, ..., Markdown."""
    found: list[str | Block] = []
    end = 0
    for match in _BLOCK.finditer(markdown):
        options = dict(re.findall(r'(\w+)="([^"]*)"', match["options"]))
        block = Block(
            kind=match["kind"],
            code=match["code"],
            line=markdown.count("\n", 0, match.start()) + 1,
            title=options.get("title", ""),
            exit_code=int(options.get("exit", 0)),
            folded=bool(match["folded"]),
        )
        found += [markdown[end : match.start()], block]
        end = match.end()
    return [*found, markdown[end:]]
