"""What a model scores, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from clearprop.cli.text import fold, pad
from clearprop.data.class_scores import ClassScores
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.scores import Scores
from clearprop.experiment.telling import ROOM, counted, number_text
from clearprop.language import Sentences, cells, printable, shorten

__all__ = ["interval_lines", "measured_lines", "rare_lines", "warning_lines"]

# A table of more classes is too long to be read; the pairs that are most often confused say more.
_MOST_CLASSES = 12

# The most classes of which one line says that they were never predicted.
_NAMED = 5

_NAME = 26  # columns of a class's name


def measured_lines(found: Measurement, width: int, lang: str = "en") -> list[str]:
    """The scores of a measurement: a line or two, remarks, and a table of the classes.

    Parameters
    ----------
    width
        Columns of the terminal.
    lang
        ``"en"`` or ``"zh"``.
    """
    say, scores = Sentences(ROOM, lang), found.scores
    score, cost = number_text(found.score), number_text(found.cost)
    if scores.rmse is not None and scores.mae is not None:
        errors = say("scores.errors", rmse=number_text(scores.rmse), mae=number_text(scores.mae))
        return [say("scores.r2", r2=score, cost=cost), errors, *interval_lines(scores, lang)]
    values = {
        "balanced": scores.balanced_accuracy,
        "macro-f1": scores.macro_f1,
        "log-loss": scores.log_loss,
        "auc": scores.auc,
    }
    phrases = [
        say(f"scores.{key}", value=number_text(value))
        for key, value in values.items()
        if value is not None
    ]
    lines = [
        say("scores.accuracy", accuracy=score, cost=cost),
        say("scores.between").join(phrases),
        *_undefined_lines(scores, say),
        *warning_lines(scores, width, lang),
    ]
    if scores.per_class is not None and len(scores.names) <= _MOST_CLASSES:
        lines += ["", *_class_table(scores.names, scores.per_class, say)]
    return lines


def interval_lines(scores: Scores, lang: str = "en") -> list[str]:
    """What the prediction intervals cover, in one line; none where there are no intervals."""
    found = scores.interval
    if found is None:
        return []
    values = {
        "expected": f"{100 * found.expected:g} %",
        "covered": f"{100 * found.covered:.1f} %",
        "width": number_text(found.width),
    }
    return [Sentences(ROOM, lang)("scores.interval", **values)]


def warning_lines(scores: Scores, width: int, lang: str = "en", where: str = "") -> list[str]:
    """What an accuracy hides: how large the largest class is, and classes never predicted.

    `where` is written before each remark.

    Examples
    --------
    >>> import numpy as np
    >>> from clearprop.data.targets import Targets
    >>> y = np.repeat(["fraud", "ok"], [2, 98])
    >>> scores = Scores(Targets.fit(["fraud", "ok"]), np.full((100, 1), 0.9), y)
    >>> print(*warning_lines(scores, 80), sep=chr(10))
    taking every row for ok would have accuracy 0.9800
    never predicted: fraud (2 rows)
    """
    say = Sentences(ROOM, lang)
    lines = []
    if scores.largest is not None:
        name, share = scores.largest
        accuracy = number_text(share)
        lines.append(where + say("scores.largest", name=_short(name), accuracy=accuracy))
    missed = scores.never_predicted
    if missed:
        named = [
            say("scores.never-class", name=_short(name), rows=counted(say, rows, "row"))
            for name, rows in list(missed.items())[:_NAMED]
        ]
        if len(missed) > _NAMED:
            named.append(say("scores.more-classes", n=len(missed) - _NAMED))
        between = say("scores.between")
        phrases = [name + between.rstrip() for name in named[:-1]] + named[-1:]
        first, _, rest = say("scores.never", classes="¦").partition("¦")
        lines += fold("", [where + first + phrases[0], *phrases[1:]], 0, width).splitlines()
        lines[-1] += rest
    return lines


def rare_lines(scores: Scores, lang: str = "en") -> list[str]:
    """Thresholds and calibration if one of two classes is rare, each with a blank line before."""
    if not scores.rare or scores.rarer is None:
        return []
    say, name = Sentences(ROOM, lang), _short(scores.rarer)
    heads = {key: say(f"scores.{key}") for key in ("rows", "precision", "recall")}
    levels = [
        [_share(row.threshold), f"{row.rows:,}", _share(row.precision), _share(row.recall)]
        for row in scores.thresholds
    ]
    bins = [
        [f"{row.rows:,}", _share(row.predicted), _share(row.observed)] for row in scores.calibration
    ]
    return [
        "",
        say("scores.thresholds", name=name),
        *_columns([[say("scores.threshold"), *heads.values()], *levels]),
        "",
        say("scores.calibration", name=name),
        *_columns([[heads["rows"], say("scores.predicted"), say("scores.observed")], *bins]),
    ]


def _undefined_lines(scores: Scores, say: Sentences) -> list[str]:
    lines = []
    for score, name in scores.undefined.items():
        rows = scores.per_class.rows[scores.names.index(name)] if scores.per_class else 0
        lines.append(say(f"scores.no-{score}-{'all' if rows else 'none'}", name=_short(name)))
    return lines


def _class_table(names: Sequence[str], found: ClassScores, say: Sentences) -> list[str]:
    keys = ("rows", "precision", "recall", "f1")
    table = [["", *(say(f"scores.{key}") for key in keys)]]
    for k, name in enumerate(names):
        shares = (found.precision[k], found.recall[k], found.f1[k])
        table.append([_short(name), f"{found.rows[k]:,}", *map(_share, shares)])
    return _columns(table, first_left=True)


def _columns(table: Sequence[Sequence[str]], first_left: bool = False) -> list[str]:
    """A table with its columns aligned on the right, or the first one on the left."""
    widths = [max(map(cells, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            pad(text, width, right=not (first_left and j == 0))
            for j, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]


def _share(value: float) -> str:
    """A share with four decimals, a small one with three digits; a point where there is none."""
    if value != value:
        return "."
    return f"{value:.3g}" if 0 < value < 0.001 else f"{value:.4f}"


def _short(name: str) -> str:
    return shorten(printable(name), _NAME)
