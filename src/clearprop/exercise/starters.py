"""Starter files: the course's algorithm with blanks, for NumPy or Octave.

A template is a program that works, in parts; ``#[part]`` begins one. A line that ends with
``#? hint | line`` can become a blank: then the hint stands above it as a comment, and the second
form of the line takes its place. ``#@key`` is a comment in the learner's language. In Octave these
marks begin with a percent sign, and every part is a function that stands in a file of its own.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from clearprop.exercise.sentences import sentences
from clearprop.language import wrapped

__all__ = ["MARK", "STARTERS", "starter", "starter_name"]

_PARTS = ("forward", "cost", "delta", "backward", "gradient-check", "training-step")
# Each exercise by the parts that are blank in it.
STARTERS: dict[str, tuple[str, ...]] = {**{part: (part,) for part in _PARTS}, "whole": _PARTS}
# Parts that are called by others, and are given there. No other solution is shown.
_CALLED = {
    "gradient-check": ("forward", "cost"),
    "training-step": ("forward", "delta", "backward"),
}
# What a blank is called in a file.
MARK = "BLANK"
_NAME = re.compile(r'^\s*(?:% )?CLEARPROP_EXERCISE = ["\']([\w-]+)["\']', re.MULTILINE)
_COLUMNS = 90


def starter_name(text: str) -> str | None:
    """The exercise that a file says it is; None if it is no starter file.

    Examples
    --------
    >>> starter_name(starter("cost", "en")), starter_name(starter("cost", "zh", "cost"))
    ('cost', 'cost')
    >>> starter_name("import numpy as np")
    """
    found = _NAME.search(text)
    return found[1] if found and found[1] in STARTERS else None


def starter(name: str, lang: str, octave: str | None = None, *, blank: bool = True) -> str:
    """The file of an exercise.

    Parameters
    ----------
    name
        One of :data:`STARTERS`.
    octave
        The name of the function in Octave, which must be that of its file; None for NumPy.
    blank
        False: without blanks, as it is when it is done.

    Examples
    --------
    >>> text = starter("delta", "en")
    >>> [line.strip() for line in text.splitlines() if "= BLANK" in line]
    ['flow = BLANK', 'slope = BLANK']
    """
    sign, ending = ("#", "py") if octave is None else ("%", "m")
    say, lines = sentences(lang), list[str]()
    blanks = STARTERS[name] if octave is None else (name,)
    shown = (*blanks, *_CALLED.get(name, ())) if octave is None else blanks
    part = ""
    for line in _template(ending).splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        code, has_blank, rest = line.partition(f"  {sign}? ")
        if begun := re.fullmatch(rf"{sign}\[([\w-]+)\]", line):
            part = begun[1]
        elif part and part not in shown:
            continue
        elif line.startswith(f"{indent}{sign}@"):
            said = say(f"starter.{line.strip()[2:]}", exercise=say(f"starters.{name}"))
            lines += _comment(said, f"{indent}{sign} ")
        elif has_blank and blank and part in blanks:
            hint, _, blanked = rest.partition(" | ")
            lines += [*_comment(say(f"starter.hint-{hint}"), f"{indent}{sign} "), indent + blanked]
        else:
            lines.append(code)
    text = "\n".join(lines).rstrip() + "\n"
    return text.replace("{name}", name).replace("{function}", octave or "")


@cache
def _template(ending: str) -> str:
    resource = files("clearprop.exercise").joinpath(f"templates/starter.{ending}.txt")
    return resource.read_text(encoding="utf-8")


def _comment(text: str, sign: str) -> list[str]:
    return [
        (sign + line).rstrip()
        for paragraph in text.splitlines()
        for line in wrapped(paragraph, _COLUMNS - len(sign)) or [""]
    ]
