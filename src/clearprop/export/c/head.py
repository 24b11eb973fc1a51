"""The head of a C file: what it is, what it is given and what it gives, in two languages."""

from __future__ import annotations

from itertools import groupby

from clearprop.data.encoding import Encoder
from clearprop.export.c.literals import comment
from clearprop.language import Sentences, wrapped
from clearprop.model import Model

__all__ = ["head"]

_ROOM = "clearprop.export"
_WIDTH = 100


def head(model: Model, prefix: str, names: tuple[str, ...], version: str) -> str:
    """The comment at the top of a C file.

    `names` are those of the columns, `version` is Clearprop's.
    """
    lines = [
        f"{prefix}: {comment(model.summary)}. Clearprop {version}. C99 or C++; <math.h> alone.",
        "",
        f"    int {prefix}_predict(const double row[], double output[]);\n",
    ]
    for lang in ("en", "zh"):
        say = Sentences(_ROOM, lang)
        lines += [
            "",
            say("c.call", prefix=prefix, output=say(f"c.{_output(model)}", prefix=prefix)),
        ]
        lines += [say(f"c.{key}", prefix=prefix) for key in _helpers(model.encoder)]
    lines += ["", f"row:  {len(names)}"]
    for (kind, _), group in groupby(enumerate(names), lambda at: _kind(model.encoder, *at)):
        places = [place for place, _ in group]
        where = str(places[0]) if len(places) == 1 else f"{places[0]} ... {places[-1]}"
        named = "" if len(places) > 1 else f" {comment(names[places[0]])}"
        lines.append(f"    [{where}]{named}: {kind}")
    short = [part for line in lines for part in (_wrapped(line.rstrip()) or [""])]
    return "/* " + "\n".join(f" * {line}".rstrip() for line in short)[3:] + "\n */\n"


def _wrapped(line: str) -> list[str]:
    """A sentence in lines; one that begins with blanks stays as it is."""
    return [line] if line.startswith(" ") else wrapped(line, _WIDTH)


def _output(model: Model) -> str:
    """The key of the sentence about what is written and returned."""
    targets = model.targets
    if targets.task == "regression":
        return "numbers" if targets.interval is None else "interval"
    return "several" if targets.task == "multilabel" else "classes"


def _helpers(encoder: Encoder | None) -> list[str]:
    """The keys of the sentences about the cells that are no numbers by themselves."""
    if encoder is None:
        return []
    found = ["gaps"]
    if any(encoder.levels):
        found.append("code")
    if any(column.dates for column in encoder.columns or ()):
        found.append("date")
    return found


def _kind(encoder: Encoder | None, place: int, name: str) -> tuple[str, int]:
    """What a column is, and a number that is the same for neighbours that may share a line."""
    if encoder is None or encoder.columns is None:
        return "number / 数值", -1
    return _KINDS[encoder.columns[place].kind], place


_KINDS = {
    "numbers": "number / 数值",
    "categories": "category / 类别",
    "booleans": '"true", "false" / 真假值',
    "dates": "date / 日期",
}
