"""From raw rows to the network's inputs: scaling, one-hot columns, empty cells filled.

Start-up time: Polars takes a tenth of a second to load, and matrices do not need it. So `columns`
and `frames` are imported inside the functions that meet a frame.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.data.cells import check_missing, describe_empty, ensure_finite, handle_missing
from clearprop.data.scaling import mean_and_scale
from clearprop.data.table import Array, Table, count
from clearprop.errors import DataError

# The number of cells encoded at a time: 1 MB of float64, which stays in a core's cache.
_BLOCK = 1 << 17

Categories = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turns raw rows into the network's inputs, as learned from the training rows.

    *Numbers* are standardised: the mean is subtracted, and the result is divided by the standard
    deviation (by 1 if the column never changes).

    *Images* are not standardised. All pixels have the same unit, so all are divided by the same
    number, the largest value. Pixels that lie in about 0 to 1 already stay as they are. Dividing
    each pixel by its own standard deviation would amplify the noise of pixels that hardly ever
    hold ink.

    *Text, categories and true/false* become one input for each value seen in training: 1 for that
    value, 0 for the others. A value that was not seen is 0 in all of them, and a warning names it,
    since a rare value should not stop a prediction. If no value of a column was seen, something is
    wrong, and that is an error.

    Parameters
    ----------
    names
        The names of the n columns; None if the rows are a matrix.
    categories
        The sorted values of each column; None for a column of numbers.
    mean, scale
        ``(n,)``; 0 and 1 for text and images.
    fill
        What replaces an empty cell of each column: the mean, or the most frequent value. None if
        empty cells are an error.

    Examples
    --------
    >>> X = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> encoder = Encoder.fit(Table("a.npy", X, None, ("0", "1"), None))
    >>> encoder.transform(X)
    array([[-1.,  0.],
           [ 1.,  0.]])
    """

    names: tuple[str, ...] | None
    categories: tuple[Categories | None, ...]
    mean: Array
    scale: Array
    fill: tuple[float | str, ...] | None = None

    @classmethod
    def fit(cls, table: Table, missing: str | None = None) -> Encoder:
        """Learn means, scales and categories from the training rows.

        Parameters
        ----------
        table
            The training rows.
        missing
            None: empty cells are an error here and later. ``"mean"``: they become the mean of
            their column, or its most frequent text, here and later. ``"drop"``: rows with empty
            cells are left out here and are an error later, since a prediction cannot leave out
            a row.

        Raises
        ------
        DataError
            For empty cells if `missing` is None, infinite numbers, dates, columns without any
            value, and columns with a different text in nearly every row.
        ParameterError
            For another value of `missing`.
        """
        check_missing(missing)
        table, _ = handle_missing(ensure_finite(table), missing)
        if table.n_rows == 0:
            raise DataError(f"{table.source}: no rows to learn the scaling from")
        n = len(table.feature_names)
        fills: dict[int, str] = {}
        categories: list[Categories | None] = [None] * n
        if isinstance(table.X, np.ndarray):
            names, numeric, X = None, np.arange(n), table.X
        else:
            from clearprop.data import columns

            columns.check(table)
            names = table.feature_names
            for j in range(n):
                categories[j], fills[j] = columns.categories_of(table.X.to_series(j))
            numeric = np.flatnonzero([values is None for values in categories])
            X = columns.numbers(table, numeric)
        mean, scale, fill = np.zeros(n), np.ones(n), np.zeros(n)
        if X.size and table.image_shape is not None and len(numeric) == n:
            scale[:] = _pixel_scale(X)
            if missing == "mean":
                fill, _ = _moments(table, numeric, X)
        elif X.size:
            fill[numeric], scale[numeric] = _moments(table, numeric, X)
            mean = fill
        filled = tuple(float(fill[j]) if categories[j] is None else fills[j] for j in range(n))
        return cls(names, tuple(categories), mean, scale, filled if missing == "mean" else None)

    @property
    def n_columns(self) -> int:
        """n, the number of columns of a raw row."""
        return len(self.categories)

    @property
    def n_outputs(self) -> int:
        """s_1, the number of inputs of the network."""
        return int(self._starts[-1])

    @property
    def input_names(self) -> tuple[str, ...]:
        """The name of each input of the network: ``"age"``, or ``"city=Paris"``."""
        names = self.names or tuple(f"x{j + 1}" for j in range(self.n_columns))
        found: list[str] = []
        for name, values in zip(names, self.categories, strict=True):
            found += [name] if values is None else [f"{name}={value}" for value in values]
        return tuple(found)

    @property
    def _starts(self) -> Array:
        """``(n + 1,)``: the index of each column's first input, and the number of inputs last."""
        widths = [1 if values is None else len(values) for values in self.categories]
        return np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)

    def transform(self, rows: Any, dtype: Any = np.float64) -> Array:
        """Turn raw rows into the network's inputs.

        Parameters
        ----------
        rows
            A Table, a matrix ``(m, n)``, one row ``(n,)``, images ``(m, height, width)``, or a
            Polars or pandas frame. The columns of a frame are found by name; further ones are
            ignored.
        dtype
            float64 or float32. The arithmetic is float64 in both cases.

        Returns
        -------
        ``(m, s_1)``.

        Raises
        ------
        DataError
            For missing columns, a wrong number of columns, text in a column of numbers, infinite
            numbers, empty cells that `missing` did not allow for, or a column without any known
            value.

        Warns
        -----
        UserWarning
            Naming a value that was not seen in training.
        """
        table = ensure_finite(self._aligned(as_table(rows, self.n_columns)))
        if self.fill is None and not table.complete and (text := describe_empty(table)):
            raise DataError(
                f"{table.source}: {text}; the training rows had none or dropped them: fill the "
                "cells, or train with missing='mean' (--missing mean)"
            )
        starts = self._starts
        out = np.empty((table.n_rows, self.n_outputs), dtype)  # (m, s_1)
        numeric = np.flatnonzero([values is None for values in self.categories])
        if isinstance(table.X, np.ndarray):
            X = table.X
        else:
            from clearprop.data import columns

            X = columns.numbers(table, numeric)
            for j, values in enumerate(self.categories):
                if values is not None:
                    fill = None if self.fill is None else str(self.fill[j])
                    columns.one_hot(table, j, values, fill, out[:, starts[j] : starts[j + 1]])
        self._scale(X, numeric, out, starts[numeric])
        return out

    def _scale(self, X: Array, numeric: Array, out: Array, places: Array) -> None:
        """Write ``(X - mean) / scale`` into the inputs `places` of `out`, block after block."""
        mean, scale = self.mean[numeric], self.scale[numeric]
        fill = None if self.fill is None else np.array([float(self.fill[j]) for j in numeric])
        target: Any = slice(None) if len(places) == out.shape[1] else places
        rows = max(1, _BLOCK // max(1, X.shape[1]))
        buffer = np.empty((min(rows, len(X)), X.shape[1]))
        for start in range(0, len(X), rows):
            block = buffer[: len(X) - start]  # (b, n)
            block[:] = X[start : start + rows]
            if fill is not None and X.dtype.kind == "f":
                np.copyto(block, fill, where=np.isnan(block))
            # A number that the dtype cannot hold becomes infinite. The error comes later, from
            # `clearprop.network.samples.as_inputs`, which checks all inputs once.
            with np.errstate(over="ignore"):
                block -= mean
                block /= scale
                out[start : start + rows, target] = block

    def _aligned(self, table: Table) -> Table:
        """The table with just the columns that the training rows had, in their order."""
        if isinstance(table.X, np.ndarray) or self.names is None:
            n = len(table.feature_names)
            if n != self.n_columns:
                raise DataError(
                    f"{table.source}: expected {count(self.n_columns, 'column')}, as the training "
                    f"rows have; got {n}"
                )
            if isinstance(table.X, np.ndarray) and any(self.categories):
                raise DataError(
                    f"{table.source}: expected a frame with named columns, since some hold text; "
                    "got a matrix of numbers"
                )
            return table
        from clearprop.data import columns

        return columns.select(table, self.names)

    def to_dict(self) -> dict[str, Any]:
        """The encoder in JSON values; :meth:`from_dict` gives it back to the last bit."""
        return {
            "columns": self.n_columns,
            "names": None if self.names is None else list(self.names),
            "categories": [None if values is None else list(values) for values in self.categories]
            if any(self.categories)
            else None,
            "mean": _packed(self.mean),
            "scale": _packed(self.scale),
            "fill": None if self.fill is None else list(self.fill),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Encoder:
        """The inverse of :meth:`to_dict`.

        Raises
        ------
        DataError
            For values that :meth:`to_dict` does not write.

        Examples
        --------
        >>> table = Table("a.npy", np.array([[1.0], [2.0]]), None, ("0",), None)
        >>> Encoder.from_dict(Encoder.fit(table).to_dict()).transform([[3.0]])
        array([[3.]])
        """
        try:
            n = int(values["columns"])
            names, fill = values["names"], values["fill"]
            lists = values["categories"] or [None] * n
            encoder = cls(
                None if names is None else tuple(map(str, names)),
                tuple(None if texts is None else tuple(map(str, texts)) for texts in lists),
                np.broadcast_to(np.asarray(values["mean"], np.float64), (n,)).copy(),
                np.broadcast_to(np.asarray(values["scale"], np.float64), (n,)).copy(),
                None if fill is None else tuple(fill),
            )
        except (KeyError, TypeError, ValueError, OverflowError, MemoryError) as error:
            raise DataError(f"encoder: cannot be restored: {error!r}") from None
        _check(encoder, n)
        return encoder


def _check(encoder: Encoder, n: int) -> None:
    """Refuse values that only a damaged or forged file can hold."""
    lengths = {n, len(encoder.categories)}
    lengths |= {len(part) for part in (encoder.names, encoder.fill) if part is not None}
    fills = encoder.fill or [0.0 if values is None else "" for values in encoder.categories]
    fits = (
        lengths == {n}
        and n > 0
        and all(
            isinstance(fill, float | int) and math.isfinite(fill)
            if values is None
            else isinstance(fill, str) and bool(values)
            for fill, values in zip(fills, encoder.categories, strict=True)
        )
    )
    finite = bool(np.isfinite(encoder.mean).all() and np.isfinite(encoder.scale).all())
    if not fits or not finite or not (encoder.scale > 0).all():
        raise DataError("encoder: cannot be restored: lengths or values do not fit each other")


def _packed(array: Array) -> float | list[float]:
    """One number if all are equal (as for images), otherwise the list."""
    return float(array[0]) if (array == array[0]).all() else array.tolist()


def _pixel_scale(X: Array) -> float:
    """The divisor of all pixels: the largest value, or 1 if they lie in about 0 to 1 already."""
    largest = float(max(np.fmax.reduce(X, axis=None), -float(np.fmin.reduce(X, axis=None))))
    return largest if largest > 1.5 else 1.0


def _moments(table: Table, numeric: Array, X: Array) -> tuple[Array, Array]:
    """Mean and scale of the columns X of `table`; DataError if a column is empty."""
    empty = np.isnan(X).all(axis=0) if X.dtype.kind == "f" else np.zeros(X.shape[1], bool)
    if empty.any():
        name = table.feature_names[int(numeric[np.argmax(empty)])]
        raise DataError(f"{table.source}: column {name!r} is empty in every row; leave it out")
    return mean_and_scale(X)


def as_table(rows: Any, n_columns: int) -> Table:
    """Rows of any kind as a Table. Messages call it "rows".

    Raises
    ------
    DataError
        For anything but a frame, a matrix of numbers, one row of them, or images.

    Examples
    --------
    >>> as_table([1.0, 2.0], n_columns=2).X
    array([[1., 2.]])
    """
    if isinstance(rows, Table):
        return rows
    if hasattr(rows, "columns") and hasattr(rows, "shape"):
        from clearprop.data.frames import frame_of

        frame = frame_of(rows, "rows")
        return Table("rows", frame, None, tuple(frame.columns), None)
    try:
        X = np.asarray(rows)
        X = X.astype(np.float64) if X.dtype.kind == "O" else X
    except (TypeError, ValueError):
        X = np.empty(0, object)
    if X.dtype.kind not in "biuf":
        raise DataError(
            "rows: expected a rectangular array of numbers, or a frame with named columns; got "
            f"{type(rows).__name__}"
        )
    if X.ndim == 1 and X.shape[0] == n_columns:
        X = X[None, :]  # (1, n)
    if X.ndim == 3:
        X = X.reshape(len(X), -1)  # (m, height * width)
    if X.ndim != 2:
        raise DataError(f"rows: expected shape (m, {n_columns}); got {X.shape}")
    return Table("rows", X, None, tuple(map(str, range(X.shape[1]))), None)
