"""The progress in a starter file as text, and as JSON."""

from __future__ import annotations

from typing import Any

from clearprop.exercise.comparison import Part
from clearprop.exercise.progress import Progress
from clearprop.exercise.sentences import sentences
from clearprop.language import cells, printable, wrapped

__all__ = ["progress_dict", "progress_report"]

_COLUMNS, _MARGIN = 79, 20


def progress_report(progress: Progress, lang: str, solution: bool = False) -> str:
    """A line for each part: done, missing or wrong; with a hint, and the solution if asked for."""
    say = sentences(lang)
    exercise = say(f"starters.{progress.exercise}")
    lines = [say("progress.title", file=progress.path.name, exercise=exercise), ""]
    for part in progress.parts:
        lines += _labelled(_label(part, progress, lang), _said(part, lang))
        if part.cause is not None:
            mutation = part.cause.mutation
            lines += _labelled("", say("progress.hint", hint=mutation.description(lang).hint))
            if solution:
                lines += _labelled("", say("progress.solution", line=mutation.line))
    done = sum(part.verdict == "done" for part in progress.parts)
    following = next((part for part in progress.parts if part.verdict != "done"), None)
    if following is None:
        last = say("progress.all-done")
    else:
        name = _label(following, progress, lang)
        last = say("progress.next", done=done, n=len(progress.parts), part=name)
    return "\n".join([*lines, "", *wrapped(last, _COLUMNS)])


def progress_dict(progress: Progress, lang: str) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "exercise": progress.exercise,
        "done": progress.done,
        "parts": [
            {
                "function": part.function,
                "verdict": part.verdict,
                "sentence": _said(part, lang),
                "cause": part.cause.mutation.id if part.cause else None,
            }
            for part in progress.parts
        ],
    }


def _label(part: Part, progress: Progress, lang: str) -> str:
    if progress.path.suffix == ".m":
        return part.function
    return sentences(lang)(f"progress.part-{part.function}")


def _said(part: Part, lang: str) -> str:
    say, (key, values) = sentences(lang), part.sentence
    values = dict(values)
    if key == "missing":
        numbers = [say("progress.missing-line", line=line) for line in values["lines"]]
        values["lines"] = say("report.separator").join(numbers)
    elif key == "waits":
        names = [say(f"progress.part-{name}") for name in values["parts"]]
        values["parts"] = say("report.separator").join(names)
    elif key == "raised":
        values["error"] = values["error"].told(lang)
    elif key == "wrong-count":
        values["expected"] = say(f"progress.{values['expected']}", n=values.get("n", 2))
    elif key == "wrong-cause":
        assert part.cause is not None
        values["cause"] = part.cause.mutation.description(lang).cause
    return printable(say(f"progress.{key}", **values))


def _labelled(label: str, content: str) -> list[str]:
    first, *more = wrapped(content, _COLUMNS - _MARGIN) or [""]
    start = "  " + label + " " * max(1, _MARGIN - 2 - cells(label))
    return [(start + first).rstrip(), *(" " * _MARGIN + line for line in more)]
