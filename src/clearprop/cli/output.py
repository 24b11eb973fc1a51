"""What is printed: lines for people, JSON and CSV for machines."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from clearprop.language import printable

if TYPE_CHECKING:
    import polars
    from rich.console import Console
    from rich.text import Text

# Lines end before this column: also where nobody sees them, as in a file.
WIDTH = 80

_ROWS = 10_000  # written at a time: few enough that `head` ends a long output at once


def console(stderr: bool = False) -> Console:
    """A console that shows text as it is: brackets, colons and numbers are the user's own."""
    # Start-up time: commands that print JSON or CSV do without Rich.
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def show(to: Console, text: str | Text) -> None:
    """Print lines as they are: neither wrapped nor cut nor filled with spaces."""
    to.print(text, soft_wrap=True)


def note(text: str, quiet: bool) -> None:
    """Print one line about progress to standard error, unless `quiet`."""
    if not quiet:
        print(text, file=sys.stderr, flush=True)


def print_lines(text: str) -> None:
    """Print lines in which all but their ends that moves the cursor is spelt out."""
    print("\n".join(map(printable, text.splitlines())))


def print_json(value: dict[str, Any]) -> None:
    r"""One JSON object in one line; a number that is not finite becomes null.

    What is no printable character stands in it as an escape, which reads as the same text.

    Examples
    --------
    >>> print_json({"cost": float("nan"), "epochs": 3, "class": chr(0x202E)})
    {"cost": null, "epochs": 3, "class": "\u202e"}
    """
    # In another encoding than UTF-8 every character is written as an escape, which all can read.
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(_finite(value), ensure_ascii=not utf8, allow_nan=False)
    print(text if text.isprintable() else "".join(map(_json_character, text)))


def _json_character(c: str) -> str:
    """A character of JSON: one that a terminal would obey (bidi marks, C1) as its escape."""
    return c if c.isprintable() else json.dumps(c)[1:-1]


def print_csv(frame: polars.DataFrame, header: bool = True) -> None:
    """The frame as CSV in UTF-8, whatever the terminal's encoding is, as in a file."""
    sys.stdout.flush()
    for start in range(0, max(frame.height, 1), _ROWS):
        text = frame.slice(start, _ROWS).write_csv(include_header=header and start == 0)
        sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
