"""Labels that were read as text: what they are, and numbers where they are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from clearprop.data.frames import text_array
from clearprop.data.labels import FEW, called, task_of
from clearprop.data.reading import Note
from clearprop.data.spelling import Numerals, Undecided, parse_numbers, recognise
from clearprop.data.spelling.blanks import text_of
from clearprop.data.spelling.markers import is_marker
from clearprop.data.table import Array, Table, listing
from clearprop.errors import DataError

__all__ = ["is_text", "label_texts", "labels_learned", "numbers_of"]


def is_text(y: Array | None) -> bool:
    """Whether labels are text as it was read."""
    if y is None or y.dtype.kind not in "UO":
        return False
    return y.dtype.kind == "U" or any(isinstance(label, str) for label in y.ravel())


def labels_learned(table: Table, task: str) -> tuple[Table, tuple[Numerals, ...]]:
    """The table with its labels as numbers or classes, and how their numbers are written.

    Labels keep their spelling: ``007`` stays a text, and ``7`` becomes a number. Texts such as
    ``NA`` are labels, unless ``table.reading.empty`` names them.

    Parameters
    ----------
    table
        Its `y` may be text ``(m,)``, or ``(m, K)`` for several columns of labels. Other labels are
        returned as they are.
    task
        As in :meth:`clearprop.data.targets.Targets.fit`.

    Returns
    -------
    The table, and one :class:`~clearprop.data.spelling.numerals.Numerals` for each column of
    numbers, in which later labels are read; ``()`` for classes.

    Raises
    ------
    DataError
        For text among many different numbers, and for columns of labels that do not go together.
    """
    y = table.y
    if y is None or not is_text(y):
        return table, ()
    columns = label_texts(y, table.reading.empty)
    if y.ndim == 1:
        labels, styles = _one(table, columns[0], task)
    else:
        labels, styles = _several(table, columns, task)
    kept = {} if labels.dtype.kind not in "UO" else _markers_among(columns)
    notes = [Note("kept-markers", {"column": table.target_name, "markers": kept})] if kept else []
    names = table.target_names or (table.target_name or "y",)
    notes += _on_numerals(names, columns, styles)
    known = replace(table, y=labels, notes=(*table.notes, *notes))
    return known.known_as(table.finite, table.complete), styles


def label_texts(y: Array, empty: tuple[str, ...]) -> list[pl.Series]:
    """Labels ``(m,)`` or ``(m, K)`` as a column of text each; an empty label is null.

    Examples
    --------
    >>> [column.to_list() for column in label_texts(np.array(["a", "-"]), ("-",))]
    [['a', None]]
    """
    return [_text(column, empty) for column in ([y] if y.ndim == 1 else list(y.T))]


def numbers_of(y: Array, numerals: Sequence[Numerals], name: str | None) -> Array:
    """Labels that are text as numbers, ``(m,)`` or ``(m, K)``; an empty one is NaN.

    Raises
    ------
    DataError
        Naming the first label that is no number.
    """
    columns = [y] if y.ndim == 1 else list(y.T)
    found = []
    for k, column in enumerate(columns):
        text = _text(column, ())
        values, bad = parse_numbers(text, numerals[k] if numerals else Numerals())
        if bad.any():
            i = int(bad.arg_true()[0])
            raise DataError(
                f"{called(name)}: expected numbers; got {text[i]!r} in row {i + 1}"
                f"{f' ({bad.sum()} such labels)' if bad.sum() > 1 else ''}"
            )
        found.append(values.fill_null(float("nan")).to_numpy())
    numbers: Array = np.stack(found, axis=1)  # (m, K)
    return numbers if y.ndim == 2 else numbers[:, 0]


def _text(labels: Array, empty: tuple[str, ...]) -> pl.Series:
    cells = labels.tolist()
    try:
        raw = pl.Series(cells, dtype=pl.String, strict=True)
    except TypeError:  # an object array may hold other things beside text
        raw = pl.Series([None if cell is None else str(cell) for cell in cells], dtype=pl.String)
    text = text_of(raw)
    return text.set(text.is_in(list(empty)), None) if empty else text


def _markers_among(columns: Sequence[pl.Series]) -> dict[str, int]:
    """The labels that often mean an empty cell, with the number of their rows."""
    counts = pl.concat(columns).drop_nulls().value_counts().rows()
    return {text: n for text, n in sorted(counts) if is_marker(text)}


def _one(table: Table, text: pl.Series, task: str) -> tuple[Array, tuple[Numerals, ...]]:
    found = _numerals(table, text)
    if task == "classification":
        if isinstance(found, Numerals):
            _check_whole(table, text, found)
        return _classes(text), ()
    if isinstance(found, Numerals):
        values, _ = parse_numbers(text, found)
        numbers = values.fill_null(float("nan")).to_numpy()  # (m,)
        filled = numbers[~np.isnan(numbers)]
        if task == "regression" or not len(filled) or task_of(filled) == "regression":
            return numbers, (found,)
        return _classes(text), ()
    if task == "auto" and (found is None or text.n_unique() <= FEW):
        return _classes(text), ()
    fault = found or f"regression needs numbers; got text such as {text.drop_nulls()[0]!r}"
    raise DataError(f"{table.source}: {called(table.target_name)}: {fault}")


def _on_numerals(
    names: Sequence[str], columns: Sequence[pl.Series], styles: Sequence[Numerals]
) -> list[Note]:
    """A note on each column whose numbers are not all written as Python writes them."""
    notes = []
    for name, text, style in zip(names, columns, styles, strict=False):
        values, _ = parse_numbers(text, style)
        plain = text.cast(pl.Float64, strict=False)
        odd = (values.is_not_null() & ~plain.eq_missing(values)).arg_true()
        if len(odd):
            i = int(odd[0])
            facts = {"columns": [name], "example": text[i], "value": values[i]}
            notes.append(Note("numerals", facts))
    return notes


def _check_whole(table: Table, text: pl.Series, numerals: Numerals) -> None:
    """Refuse classes that are fractions."""
    values, _ = parse_numbers(text, numerals)
    fractions = (values != values.floor()).fill_null(False).arg_true()
    if len(fractions):
        i = int(fractions[0])
        raise DataError(
            f"{table.source}: {called(table.target_name)}: classes are text or whole numbers; got "
            f"{text[i]} in row {i + 1}; for a quantity use task='regression'"
        )


def _numerals(table: Table, text: pl.Series) -> Numerals | str | None:
    """How the labels are written if they are numbers; a fault if some are; None for other text."""
    found = recognise(text, table.reading, _style(table))
    if isinstance(found, Undecided):
        return f"{table.place(found.row)}: {_for_labels(table, found).sentence}"
    if found.kind != "numbers":
        return None
    assert isinstance(found.how, Numerals)
    strays = [marker for marker in found.markers if marker not in table.reading.empty]
    if not strays:
        return found.how
    return (
        f"{listing(map(repr, strays))} among numbers; name what stands for an empty label "
        f"(--empty {strays[0]}), or say --task classification"
    )


def _for_labels(table: Table, found: Undecided) -> Undecided:
    """What can be done about a target, which is not left out or taken as categories."""
    options = [o for o in found.options if "--categories" not in o and "--without" not in o]
    if table.y is not None and table.y.ndim == 1:
        options.append("say --task classification")
    return replace(found, options=tuple(options))


def _style(table: Table) -> Numerals | None:
    """How the table's other numbers are written, where that is not plain."""
    for column in table.columns or ():
        if column.kind == "numbers" and column.numerals.decimal != ".":
            return column.numerals
    return None


def _classes(text: pl.Series) -> Array:
    """Labels as whole numbers if all are spelled like that, else as text; an empty one is None."""
    if text.null_count():
        return np.array(text.to_list(), object)
    levels = text.unique()
    spelled = levels.cast(pl.Int64, strict=False).cast(pl.String)
    return text.cast(pl.Int64).to_numpy() if levels.equals(spelled) else text_array(text)


def _several(
    table: Table, columns: list[pl.Series], task: str
) -> tuple[Array, tuple[Numerals, ...]]:
    pairs = all(column.drop_nulls().n_unique() == 2 for column in columns)
    found = [_numerals(table, column) for column in columns]
    numerals = tuple(how for how in found if isinstance(how, Numerals))
    numeric = len(numerals) == len(columns)
    if numeric and (task == "regression" or not (pairs and _all_whole(columns))):
        values = [parse_numbers(*pair)[0] for pair in zip(columns, numerals, strict=True)]
        return np.stack([v.fill_null(float("nan")).to_numpy() for v in values], axis=1), numerals
    if pairs and task != "regression":
        labels: list[Any] = [_classes(column) for column in columns]
        whole = all(one.dtype.kind == "i" and np.isin(one, (0, 1)).all() for one in labels)
        return np.stack(labels if whole else [one.astype(object) for one in labels], axis=1), ()
    raise _mixed(table, columns, found)


def _mixed(table: Table, columns: list[pl.Series], found: list[Numerals | str | None]) -> DataError:
    """Why the columns cannot be learned together."""
    named = list(zip(table.target_names, columns, found, strict=True))
    for name, column, how in named:
        values = column.drop_nulls()
        if values.n_unique() != 2 and not isinstance(how, Numerals):
            fault = how or (
                "several targets are numbers, or columns of two values each; this one has "
                f"{values.n_unique()} different texts, such as {values[0]!r}"
            )
            return DataError(f"{table.source}: target {name!r}: {fault}")
    number, text = (
        next(name for name, _, how in named if isinstance(how, Numerals) == numeric)
        for numeric in (True, False)
    )
    return DataError(
        f"{table.source}: several targets are all numbers, or all columns of two values each; "
        f"target {number!r} holds numbers and target {text!r} two texts: train a model for each"
    )


def _all_whole(columns: list[pl.Series]) -> bool:
    """Whether no column holds a fraction: columns of two fractions are quantities."""
    numbers = [column.drop_nulls().cast(pl.Float64, strict=False) for column in columns]
    return all((values == values.floor()).fill_null(True).all() for values in numbers)
