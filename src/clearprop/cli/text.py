"""Words for a terminal: what may be printed, and where lines may break."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clearprop.errors import did_you_mean
from clearprop.language import cells

# The names of parameters that the command line calls otherwise.
FLAGS = {
    "activation": "--activation",
    "batch_size": "--batch-size",
    "checkpoint": "--checkpoint",
    "cost": "--cost",
    "engine": "--engine",
    "epochs": "--epochs",
    "hidden": "--hidden",
    "html": "--html",
    "init": "--init",
    "lang": "--lang",
    "learning_rate": "--learning-rate",
    "method": "--method",
    "missing": "--missing",
    "out": "--out",
    "plot": "--plot",
    "recipe": "--recipe",
    "regularization": "--lambda",
    "sample": "--sample",
    "seconds": "--seconds",
    "seed": "--seed",
    "solver": "--solver",
    "target": "--target",
    "task": "--task",
    "units": "--unit",
    "works": "--works",
}

_KEYWORD = re.compile(rf"\b({'|'.join(FLAGS)})='([\w-]+)'(?: \(--[\w-]+ \2\))?")


def in_flags(text: str) -> str:
    """A message of the library in the words of the command line.

    Examples
    --------
    >>> in_flags("for a quantity use task='regression'")
    'for a quantity use --task regression'
    """
    return _KEYWORD.sub(lambda found: f"{FLAGS[found[1]]} {found[2]}", text)


def pad(text: str, width: int, right: bool = False) -> str:
    """The text filled with spaces to `width` columns, on its left if it belongs to the right."""
    spaces = " " * (width - cells(text))
    return spaces + text if right else text + spaces


def fold(label: str, phrases: Sequence[str], indent: int, width: int) -> str:
    """A label, and beside it phrases; lines break between phrases and nowhere else.

    Examples
    --------
    >>> print(fold("data", ["1,258 train,", "180 validation,", "359 test rows"], 8, 36))
    data    1,258 train, 180 validation,
            359 test rows
    """
    lines = [pad(label, indent)]
    for phrase in phrases:
        space = " " if lines[-1].strip() and lines[-1] != pad(label, indent) else ""
        if space and cells(lines[-1]) + 1 + cells(phrase) > width:
            lines.append(" " * indent + phrase)
        else:
            lines[-1] += space + phrase
    return "\n".join(line.rstrip() for line in lines)


def usage(error: object) -> str:
    """What Typer says about a wrong command or option, in one line, and where to read more."""
    context = getattr(error, "ctx", None)
    name, options = getattr(error, "option_name", None), getattr(error, "possibilities", None)
    if name and options is not None:
        message = f"no such option: {name}{did_you_mean(name, options)}"
    else:
        message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
        message = message[:1].lower() + message[1:]
    command = getattr(context, "command_path", None) or "clearprop"
    return f"{message} (see: {command} --help)"


def figure(value: float) -> str:
    """A cost or a score: four decimals, or four digits where it is large.

    Examples
    --------
    >>> figure(0.97), figure(123456.0)
    ('0.9700', '1.235e+05')
    """
    return f"{value:.4f}" if abs(value) < 1e4 else f"{value:.3e}"
