"""Rows that are split and encoded once, for any number of fits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.bins import bin_problems, most_inputs, refused
from clearprop.data.cells import empty_cells, handle_missing
from clearprop.data.encoding import Encoder
from clearprop.data.labels import distinct
from clearprop.data.reading import Note
from clearprop.data.split import split_groups, split_in_order, split_rows
from clearprop.data.table import Table
from clearprop.data.targets import TASKS, Targets
from clearprop.errors import DataError, ParameterError, is_number, one_of, raise_problems
from clearprop.experiment.shifted import shift_of
from clearprop.network.architecture import Array, Network

if TYPE_CHECKING:
    from clearprop.data.spelling.numerals import Numerals
    from clearprop.experiment.recipes import Recipe
    from clearprop.model import Model
    from clearprop.training.stream import Stream

__all__ = ["PARTS", "Prepared", "prepare"]

# The parts that every source is divided into.
PARTS = ("train", "validation", "test")

# With 500 rows, a test set of a fifth gives two digits of accuracy. A tenth is for validation.
TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table that is split into parts, with the encoders of its rows and labels.

    :func:`prepare` makes one. Several recipes can be fitted on it. They share the same parts, and
    each part is encoded only once.

    Attributes
    ----------
    source
        What messages call the rows.
    parts
        ``"train"``, ``"validation"`` and ``"test"``.
    encoder
        The encoder of the rows, learned from the training rows.
    targets
        The kind of the labels. For a regression it standardises them, learned from the training
        rows.
    dropped
        The number of rows that were left out because of empty cells.
    notes
        What was decided about the source, its columns and its labels.
    reading_seconds
        How long it took to read the table, and to make numbers, categories and dates of raw text.
    test_apart
        Whether the source brought its test set, so that no row of the others became one.

    Examples
    --------
    >>> from clearprop.data import read
    >>> rows = prepare(read("digits"))
    >>> {name: part.n_rows for name, part in rows.parts.items()}
    {'train': 1258, 'validation': 180, 'test': 359}
    >>> rows.inputs("test", np.float32).shape, rows.encoded_labels("test", "softmax").shape
    ((359, 64), (359, 10))
    """

    source: str
    parts: dict[str, Table]
    encoder: Encoder
    targets: Targets
    dropped: int = 0
    notes: tuple[Note, ...] = ()
    reading_seconds: float = 0.0
    test_apart: bool = False
    _inputs: dict[tuple[str, str], Array] = field(default_factory=dict, init=False, repr=False)
    _labels: dict[tuple[str, str, float | None], Array] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def rows(self) -> dict[str, int]:
        """The rows of each part."""
        return {name: table.n_rows for name, table in self.parts.items()}

    @property
    def class_rows(self) -> Array | None:
        """The training rows of each class, where they are counted; None: the labels tell."""
        return None

    def fitting(self, recipe: Recipe) -> Recipe:
        """The recipe for so many rows of this kind."""
        learned, inputs = self.parts["train"], self.encoder.n_outputs
        classes = self.targets.task == "classification"
        images = classes and learned.image_shape is not None
        of_images = recipe.images if images else None
        wanted = (of_images or recipe).shift
        if wanted and not shift_of(wanted, learned, inputs, stated=recipe.shift > 0):
            if of_images is None:
                recipe = replace(recipe, shift=0)
            else:
                recipe = replace(recipe, images=of_images.with_(shift=0))
        return recipe.for_rows(self.rows["train"], images)

    def allowed(self, recipe: Recipe, all_rows: bool) -> Recipe:
        """The recipe, as far as these rows allow it."""
        return recipe

    def stream(
        self, network: Network, targets: Targets, dtype: Any, class_weights: Array | None
    ) -> Stream | None:
        """The training rows as a stream; None: they are in memory."""
        return None

    def targets_for(self, cost: str, interval: float | None = None) -> Targets:
        """The targets for a network with that cost, with a prediction interval of that coverage.

        The Poisson cost needs counts as they are, so they are not standardised.
        """
        if interval is not None:
            return self.targets.with_interval(interval)
        targets = self.targets
        if cost != "poisson" or targets.mean is None:
            return targets
        K = len(targets.mean)
        return replace(targets, mean=np.zeros(K), scale=np.ones(K))

    def inputs(self, part: str, dtype: Any) -> Array:
        """The network's inputs of a part, ``(m, s_1)``; encoded once for each dtype."""
        key = part, np.dtype(dtype).name
        if key not in self._inputs:
            self._inputs[key] = self.encoder.transform(self.parts[part], dtype)
        return self._inputs[key]

    def encoded_labels(self, part: str, cost: str, interval: float | None = None) -> Array:
        """The network's targets of a part, ``(m, K)`` of float64; encoded once for each cost.

        With an `interval` each number stands there three times, for its three quantiles.

        Raises
        ------
        DataError
            For a label of the test set that no other row has.
        ParameterError
            For a cost that does not fit the task.
        """
        key = part, cost, interval
        if key not in self._labels:
            targets = self.targets_for(cost, interval)
            self._labels[key] = targets.encode(self.parts[part].y, cost)
        return self._labels[key]


def prepare(
    table: Table,
    *,
    task: str = "auto",
    missing: str | None = None,
    seed: int = 0,
    validation_fraction: float | None = None,
    bins: int = 0,
    start: Model | None = None,
) -> Prepared:
    """Split a table into parts and learn from its training rows how to encode all of them.

    Parameters
    ----------
    table
        Rows with labels. Its own test set is used where it has one.
    task
        ``"auto"``, ``"classification"`` or ``"regression"``.
    missing
        What to do with empty cells. None or ``"mean"``: they are filled with the mean of their
        column, and one more input says that the cell was empty. ``"drop"``: their rows are left
        out. A row without a label is an error unless its row is left out.
    seed
        Decides which row lands in which part.
    validation_fraction
        The share of the table's rows to validate on; None: a tenth. Where the table has no test
        set of its own, a fifth of the rows become one, and the others are those to train on.
    bins
        The bins of a number, 2 to 256, or 0 for none; as in
        :meth:`clearprop.data.encoding.Encoder.fit`.
    start
        A model to go on from. Nothing is learned from the rows then: they are encoded as it does.

    Raises
    ------
    DataError, ParameterError
        For rows, labels or choices that do not fit.

    Examples
    --------
    >>> from clearprop import RECIPES, Experiment, read
    >>> rows = prepare(read("digits"), seed=1)
    >>> runs = [Experiment(rows, RECIPES[name]) for name in ("modern", "course")]
    >>> runs[0].parts is runs[1].parts
    True
    """
    held = VALIDATION_SHARE if validation_fraction is None else validation_fraction
    raise_problems([*validation_problems(held, table.test is not None), *bin_problems(bins)])
    if table.y is None:
        raise DataError(f"{table.source}: training needs labels; none were found")
    raise_problems(one_of("task", task, ["auto", *TASKS]))
    if start is not None:
        return _as_before(table, start, missing, seed, held)
    started = time.perf_counter()
    table, numerals = _typed(table, task)
    seconds = table.seconds + time.perf_counter() - started
    table, dropped = handle_missing(table, missing)
    name, names = table.target_name, table.target_names
    targets = Targets.fit(table.y, task, name, names=names, numerals=numerals)
    parts = _parts(table, targets, seed, held)
    if targets.task == "regression":
        # Mean and scale are learned from the training rows alone, as the encoder's are.
        y = parts["train"].y
        targets = Targets.fit(y, "regression", name, names=names, numerals=numerals)
        _check_spread(parts)
    encoder = Encoder.fit(parts["train"], missing, bins)
    notes = (*table.notes, *_notes(table, encoder, targets, task), *_bins(parts, encoder, bins))
    apart = table.test is not None
    return Prepared(table.source, parts, encoder, targets, dropped, notes, seconds, apart)


def _as_before(table: Table, start: Model, missing: str | None, seed: int, held: float) -> Prepared:
    """The rows as a model encodes them."""
    encoder, targets = start.encoder, start.targets
    if encoder is None:
        raise ParameterError(
            "start: the model takes inputs and no raw rows; train with one that train wrote"
        )
    table, dropped = handle_missing(table, missing)
    encoder.transform(table.take([0]))  # columns that do not fit are told first
    parts = _parts(table, targets, seed, held)
    apart = table.test is not None
    return Prepared(
        table.source, parts, encoder, targets, dropped, table.notes, table.seconds, apart
    )


def _typed(table: Table, task: str) -> tuple[Table, tuple[Numerals, ...]]:
    """The table with columns and labels in their types, and how numbers among labels are written.

    Start-up time: a matrix with labels that are numbers needs no Polars.
    """
    if not table.is_matrix:
        from clearprop.data.learning import learned

        table = learned(table)
    if table.y is None or table.y.dtype.kind not in "UO":
        return table, ()
    from clearprop.data.label_text import labels_learned

    # The labels of a test set stay text: the targets read them as they read those of training.
    return labels_learned(table, task)


def _notes(table: Table, encoder: Encoder, targets: Targets, task: str) -> list[Note]:
    """What was decided about empty cells, rare values and the task."""
    notes = []
    gaps = {} if table.complete else empty_cells(table)
    if gaps:
        notes.append(Note("filled", {"cells": gaps}))
    rare = {
        name: len(levels.values)
        for name, levels in zip(encoder.names or (), encoder.levels, strict=False)
        if levels is not None and levels.other
    }
    if rare:
        notes.append(Note("levels", {"columns": rare}))
    whole = targets.task in ("classification", "regression") and _is_whole(table.y)
    if task == "auto" and whole and table.y is not None:
        n = len(distinct(table.y))
        notes.append(Note(f"task-{targets.task}", {"target": targets.name or "y", "distinct": n}))
    return notes


def _bins(parts: dict[str, Table], encoder: Encoder, bins: int) -> list[Note]:
    """What was decided about the bins of numbers, where some were asked for."""
    if encoder.n_bins:
        n = sum(1 for edges in encoder.edges if len(edges))
        return [Note("bins", {"numbers": n, "inputs": encoder.n_bins})]
    rows = parts["train"].n_rows
    inputs = refused(encoder.n_outputs, len(encoder.edges), bins, rows)
    if not inputs or parts["train"].image_shape is not None:
        return []
    return [Note("no-bins", {"inputs": inputs, "most": most_inputs(rows), "rows": rows})]


def _is_whole(y: Array | None) -> bool:
    """Whether labels are whole numbers, which may be classes or quantities."""
    if y is None or y.ndim != 1 or y.dtype.kind not in "if":
        return False
    return bool((y == np.round(y)).all())


def validation_problems(fraction: object, has_test: bool = True) -> list[str]:
    """What is wrong with a share of rows to validate on, as a list of at most one sentence.

    Examples
    --------
    >>> validation_problems(0.9), validation_problems(0.9, has_test=False)
    ([], ['validation_fraction: expected a number above 0 and below 0.8, since a fifth of the rows \
are to test on; got 0.9'])
    """
    most = 1 if has_test else 1 - TEST_SHARE
    if is_number(fraction) and 0 < float(fraction) < most:
        return []
    why = "" if has_test else ", since a fifth of the rows are to test on"
    return [
        f"validation_fraction: expected a number above 0 and below {most:g}{why}; got {fraction!r}"
    ]


def _parts(table: Table, targets: Targets, seed: int, held: float) -> dict[str, Table]:
    """Training, validation and test rows.

    They are split by the table's groups if it has some. Else they are stratified by label where
    there are labels.
    """
    if table.test is not None:
        shares = [1 - held, held]
    else:
        shares = [1 - held - TEST_SHARE, held, TEST_SHARE]
    if table.groups is None:
        labels = table.y if targets.task == "classification" else None
        rows = split_rows(table.n_rows, shares, seed, labels)
    elif table.in_order:
        rows = split_in_order(table.groups, shares)
    else:
        rows = split_groups(table.groups, shares, seed)
    parts = [table.take(part) for part in rows]
    parts += [] if table.test is None else [table.test]
    return dict(zip(PARTS, parts, strict=True))


def _check_spread(parts: dict[str, Table]) -> None:
    """R^2 needs a spread to compare with: two rows in each part at least."""
    for name, part in parts.items():
        if part.n_rows < 2:
            raise DataError(
                f"{part.source}: {sum(part.n_rows for part in parts.values())} rows are too few "
                f"for a regression: the {name} part has {part.n_rows}, and R^2 needs two at least"
            )
