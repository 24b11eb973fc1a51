"""Lines for a terminal: folded between phrases, padded to columns."""

from __future__ import annotations

from collections.abc import Sequence

from clearprop.errors import did_you_mean
from clearprop.language import cells

__all__ = ["fold", "pad", "usage"]


def pad(text: str, width: int, right: bool = False) -> str:
    """The text, filled with spaces to `width` columns: on its right, or on its left if `right`."""
    spaces = " " * (width - cells(text))
    return spaces + text if right else text + spaces


def fold(label: str, phrases: Sequence[str], indent: int, width: int) -> str:
    """A label with phrases beside it. Lines break only between phrases.

    Phrases are separated by a space, but not after a Chinese punctuation mark.

    Examples
    --------
    >>> print(fold("data", ["1,258 train,", "180 validation,", "359 test rows"], 8, 36))
    data    1,258 train, 180 validation,
            359 test rows
    """
    lines = [pad(label, indent)]
    begun = False
    for phrase in phrases:
        space = " " if begun and cells(lines[-1][-1:]) == 1 else ""
        if begun and cells(lines[-1] + space + phrase) > width:
            lines.append(" " * indent + phrase)
        else:
            lines[-1] += space + phrase
        begun = True
    return "\n".join(line.rstrip() for line in lines)


def usage(error: object) -> str:
    """Typer's message about a wrong command or option, in one line, with where to read more."""
    context = getattr(error, "ctx", None)
    name, options = getattr(error, "option_name", None), getattr(error, "possibilities", None)
    if name and options is not None:
        message = f"no such option: {name}{did_you_mean(name, options)}"
    else:
        message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
        message = message[:1].lower() + message[1:]
    command = getattr(context, "command_path", None) or "clearprop"
    return f"{message} (see: {command} --help)"
