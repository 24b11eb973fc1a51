"""Which classes were taken for which."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from clearprop.cli.text import pad
from clearprop.experiment.telling import ROOM
from clearprop.language import Sentences, cells, printable, shorten
from clearprop.network.architecture import Array

# A matrix of more classes does not fit 80 columns; its worst pairs are named instead.
_MOST_CLASSES = 12
_WORST = 8


def confusion_text(
    confusion: Array, classes: Array, width: int, rows: str, lang: str = "en"
) -> Text:
    """The confusion matrix where it fits `width`; else the pairs that are most often confused.

    Parameters
    ----------
    confusion
        ``(K, K)``: how many rows of the actual class (down) were predicted as which (across).
    classes
        The labels ``(K,)``.
    width
        Columns of the terminal.
    rows
        What the rows are: ``"rows"`` or ``"test-rows"``.
    lang
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> print(confusion_text(np.array([[5, 1], [0, 7]]), np.array(["no", "yes"]), 80, "rows"))
    rows by actual class (down) and predicted class (across)
         no  yes
    no    5    1
    yes   .    7
    """
    say = Sentences(ROOM, lang)
    # A name that is wider than the terminal, or has thousands of combining marks, is cut.
    names = [shorten(printable(label), width) for label in classes.tolist()]
    called = say(f"confusion.{rows}")
    return _matrix(confusion, names, width, say, called) or _pairs(confusion, names, say, called)


def _matrix(
    confusion: Array, names: list[str], width: int, say: Sentences, rows: str
) -> Text | None:
    counts = [[str(n) if n else "." for n in row] for row in confusion.tolist()]
    first = max(map(cells, names))
    widths = [
        max(cells(name), *map(len, column))
        for name, column in zip(names, zip(*counts, strict=True), strict=True)
    ]
    if len(names) > _MOST_CLASSES or first + sum(2 + w for w in widths) > width:
        return None
    text = Text(say("confusion.matrix", rows=rows) + "\n")
    text.append(" " * first)
    for name, w in zip(names, widths, strict=True):
        text.append("  " + pad(name, w, right=True))
    for i, name in enumerate(names):
        text.append("\n" + pad(name, first))
        for j, (count, w) in enumerate(zip(counts[i], widths, strict=True)):
            style = "dim" if count == "." else "green" if i == j else "red"
            text.append("  " + pad(count, w, right=True), style)
    return text


def _pairs(confusion: Array, names: list[str], say: Sentences, rows: str) -> Text:
    wrong = confusion - np.diag(np.diag(confusion))  # (K, K)
    if not wrong.any():
        return Text(say("confusion.none", rows=rows))
    text = Text(say("confusion.worst", rows=rows))
    for flat in np.argsort(-wrong, axis=None, kind="stable")[:_WORST]:
        i, j = np.unravel_index(flat, wrong.shape)
        if wrong[i, j]:
            pair = say(
                "confusion.pair",
                actual=shorten(names[i], 26),
                predicted=shorten(names[j], 26),
                n=f"{int(wrong[i, j]):,}",
                of=f"{int(confusion[i].sum()):,}",
            )
            text.append(f"\n  {pair}")
    return text
