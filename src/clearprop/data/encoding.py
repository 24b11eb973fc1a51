"""From raw rows to the network's inputs: scaling, one-hot columns, empty cells filled.

Start-up time: Polars takes a tenth of a second to load, and matrices do not need it. So `columns`,
`learning`, `levels` and `inputs` are imported inside the functions that meet a frame.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.bins import (
    Lines,
    bin_names,
    bin_problems,
    edges_within,
    most_inputs,
    no_edges,
)
from clearprop.data.cells import check_missing, empty_masks, ensure_finite, handle_missing
from clearprop.data.encoder_file import encoder_parts, encoder_values
from clearprop.data.raw_rows import as_table
from clearprop.data.scaling import (
    columns_with_nan,
    filled_mean_and_scale,
    number_range,
    pixel_scale,
)
from clearprop.data.table import Array, Table, count, listing
from clearprop.errors import DataError, raise_problems

if TYPE_CHECKING:
    from clearprop.data.column import Column
    from clearprop.data.levels import Levels

# A number is far outside training if it lies further from the training numbers than this many
# times their range.
_FAR = 3.0


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turns raw rows into the network's inputs, as learned from the training rows.

    *Numbers* are standardised: the mean is subtracted, and the result is divided by the standard
    deviation (by 1 if the column never changes).

    *Images* are not standardised. All pixels have the same unit, so all are divided by the same
    number, the largest value. Pixels that lie in about 0 to 1 already stay as they are. Dividing
    each pixel by its own standard deviation would amplify the noise of pixels that hardly ever
    hold ink.

    *Categories and true/false* become one input for each value seen in training: 1 for that
    value, 0 for the others. A value that was not seen is 0 in all of them, and a warning names it,
    since a rare value should not stop a prediction. Where a column has many values, the rare ones
    share one input.

    *Dates* become numbers: year, month, day of the week, and so on, without the parts that never
    change.

    *Bins*, where they are asked for: a number or a part of a date also becomes one input for each
    of its bins, which tells how far the number fills the bin. Images have none.

    *An empty cell* becomes the mean of its column, and the column has one more input, which is 1
    where the cell was empty. In a column of categories all inputs but that one are 0. If the
    training rows had no empty cell in a column, there is no such input: new rows are filled, with
    a warning.

    Each cell is encoded by itself: a row's inputs do not depend on the other rows.

    Parameters
    ----------
    columns
        What each of the n columns is; None if the rows are a matrix.
    parts
        The numbers that each column becomes, by name: ``("",)`` for a number itself, the parts of
        a date, ``()`` for categories.
    levels
        The values of each column of categories; None for other columns.
    gaps
        ``(n,)`` of bool: whether the column has an input for empty cells.
    mean, scale, fill
        ``(p,)`` for all parts in their order: what is subtracted, what divides, and what stands in
        for an empty cell.
    low, high
        ``(p,)``: the smallest and the largest number in training; infinite for pixels.
    edges
        For all parts the edges of their bins, ``(T + 1,)`` each; ``(0,)`` without bins.

    Examples
    --------
    >>> X = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> encoder = Encoder.fit(Table("a.npy", X, None, ("0", "1"), None))
    >>> encoder.transform(X)
    array([[-1.,  0.],
           [ 1.,  0.]])
    """

    columns: tuple[Column, ...] | None
    parts: tuple[tuple[str, ...], ...]
    levels: tuple[Levels | None, ...]
    gaps: Array
    mean: Array
    scale: Array
    fill: Array
    low: Array
    high: Array
    edges: tuple[Array, ...]

    @classmethod
    def fit(cls, table: Table, missing: str | None = None, bins: int = 0) -> Encoder:
        """Learn means, scales and categories from the training rows.

        Parameters
        ----------
        table
            The training rows. A frame is read as :func:`clearprop.data.learning.learned` does.
        missing
            None or ``"mean"``: empty cells are filled, here and later. ``"drop"``: rows with empty
            cells are left out here; later they are filled.
        bins
            The bins of a number, 2 to 256, or 0 for none; see :mod:`clearprop.data.bins`. If
            the network would have more inputs than training rows, or more than 4,096, there are no
            bins. :attr:`n_bins` tells.

        Raises
        ------
        DataError
            For infinite numbers, columns without any value, columns that cannot be decided, and
            text that names rows.
        ParameterError
            For another value of `missing` or `bins`.
        """
        check_missing(missing)
        raise_problems(bin_problems(bins))
        if not isinstance(table.X, np.ndarray):
            from clearprop.data.learning import learned

            table = learned(table)
        table, _ = handle_missing(ensure_finite(table), missing)
        if table.n_rows == 0:
            raise DataError(f"{table.source}: no rows to learn the scaling from")
        n = len(table.feature_names)
        parts: tuple[tuple[str, ...], ...] = (("",),) * n
        levels: tuple[Levels | None, ...] = (None,) * n
        if isinstance(table.X, np.ndarray):
            columns, X = None, table.X
            gaps = columns_with_nan(X)
        else:
            from clearprop.data import inputs

            columns = table.columns
            assert columns is not None
            parts, levels, gaps = inputs.learned(table)
            X = inputs.numbers(table, parts)
        names = [name for name, of in zip(table.feature_names, parts, strict=True) for _ in of]
        image = table.image_shape is not None and len(names) == n
        pixels = pixel_scale(X) if image and names else None
        moments = np.zeros(len(names)), np.ones(len(names))
        if names and (pixels is None or gaps.any()):
            moments = filled_mean_and_scale(table, names, X)
        columns_of = columns, parts, levels, gaps
        encoder = cls.of(columns_of, moments, number_range(X), pixels)
        if names and bins and np.isfinite(encoder.low).all():
            room = most_inputs(len(X)) - encoder.n_outputs
            encoder = replace(encoder, edges=edges_within(X, bins, room))
        return encoder

    @classmethod
    def of(
        cls,
        columns: tuple[
            tuple[Column, ...] | None,
            tuple[tuple[str, ...], ...],
            tuple[Levels | None, ...],
            Array,
        ],
        moments: tuple[Array, Array],
        bounds: tuple[Array, Array],
        pixels: float | None,
    ) -> Encoder:
        """The encoder without bins that follows from what was learned of the training rows.

        Parameters
        ----------
        columns
            As in the class: `columns`, `parts`, `levels` and `gaps`.
        moments
            The mean and the scale of each part, ``(p,)`` each.
        bounds
            The smallest and the largest number of each part, ``(p,)`` each.
        pixels
            The divisor of all pixels; None where rows are no images.
        """
        mean, scale = moments
        p = len(mean)
        if pixels is not None:
            # A pixel that was never inked may be inked later.
            beyond = np.full(p, -np.inf), np.full(p, np.inf)
            shift, divisor = np.zeros(p), np.full(p, pixels)
            return cls(*columns, shift, divisor, mean, *beyond, no_edges(p))
        return cls(*columns, mean, scale, mean, *bounds, no_edges(p))

    @property
    def names(self) -> tuple[str, ...] | None:
        """The names of the columns; None if the rows are a matrix."""
        return None if self.columns is None else tuple(column.name for column in self.columns)

    @property
    def n_columns(self) -> int:
        """n, the number of columns of a raw row."""
        return len(self.parts)

    @property
    def n_outputs(self) -> int:
        """s_1, the number of inputs of the network."""
        return int(self._starts[-1])

    @property
    def bins(self) -> tuple[int, ...]:
        """How many bins each of the n columns has, in all its parts."""
        bins = np.bincount(self.part_columns, self.part_widths - 1, self.n_columns)  # (n,)
        return tuple(map(int, bins))

    @property
    def n_bins(self) -> int:
        """How many of the inputs are bins."""
        return sum(self.bins)

    @property
    def first_bin(self) -> int | None:
        """The first input that is a bin, from 0; None without bins."""
        of_bins = self.lines.place[self.lines.least == 0]  # (w - p,)
        return int(of_bins[0]) if len(of_bins) else None

    @property
    def input_names(self) -> tuple[str, ...]:
        """The name of each input of the network.

        ``"age"`` for a number, ``"born.year"`` for a part of a date, ``"age: 20 to 35"`` for a bin,
        ``"city=Paris"`` for a value, ``"city=(other)"`` for rare values, and ``"age=(empty)"`` for
        empty cells.
        """
        names = self.names or tuple(f"x{j + 1}" for j in range(self.n_columns))
        found: list[str] = []
        edges = iter(self.edges)
        for name, parts, levels, gap in zip(names, self.parts, self.levels, self.gaps, strict=True):
            for part in parts:
                number = f"{name}.{part}" if part else name
                found += [number, *(f"{number}: {of}" for of in bin_names(next(edges)))]
            found += [] if levels is None else levels.names(name)
            found += [f"{name}=(empty)"] if gap else []
        return tuple(found)

    @property
    def spans(self) -> list[slice]:
        """The inputs that each column becomes, n slices of ``(m, s_1)``."""
        starts = self._starts.tolist()
        return [slice(a, b) for a, b in pairwise(starts)]

    @cached_property
    def part_widths(self) -> Array:
        """``(p,)``: how many inputs each part has, its standardised value and its bins."""
        return np.array([max(1, len(edges)) for edges in self.edges], np.int64)

    @cached_property
    def part_columns(self) -> Array:
        """``(p,)``: the column of each part."""
        return np.repeat(np.arange(self.n_columns), [len(parts) for parts in self.parts])

    @cached_property
    def _widths(self) -> Array:
        """``(n,)``: how many inputs each column has without that for empty cells."""
        of_levels = [0 if levels is None else levels.n_inputs for levels in self.levels]
        widths = np.array(of_levels, np.int64)
        np.add.at(widths, self.part_columns, self.part_widths)
        return widths

    @cached_property
    def _starts(self) -> Array:
        """``(n + 1,)``: the index of each column's first input, and the number of inputs last."""
        return np.concatenate([[0], np.cumsum(self._widths + self.gaps)]).astype(np.int64)

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
            For missing columns, a wrong number of columns, a cell that its column cannot hold, or
            infinite numbers.

        Warns
        -----
        UserWarning
            Naming a value that was not seen in training, an empty cell in a column that had none,
            and a number far outside the training numbers.
        """
        table = self.aligned(as_table(rows, self.n_columns))
        bounds = number_range(table.X) if isinstance(table.X, np.ndarray) else None
        # Finite extremes tell as much as a look at every cell, and are needed below.
        if bounds is None or not np.isfinite(bounds).all() or table.y is not None:
            table = ensure_finite(table)
        starts, widths = self._starts, self._widths
        out = np.empty((table.n_rows, self.n_outputs), dtype)  # (m, s_1)
        if isinstance(table.X, np.ndarray):
            X = table.X
        else:
            from clearprop.data import inputs

            X = inputs.numbers(table, self.parts)  # (m, p)
            for j, levels in enumerate(self.levels):
                if levels is not None:
                    own_gap = bool(self.gaps[j])
                    levels.write(table, j, own_gap, out[:, starts[j] : starts[j] + widths[j]])
        self.lines.write(X, self.fill, out)
        empty = empty_masks(table)
        for gap in self._gap_columns:
            out[:, starts[gap] + widths[gap]] = empty.get(gap, 0)
        self._warn(table, X, empty, number_range(X) if bounds is None else bounds)
        return out

    @cached_property
    def _gap_columns(self) -> list[int]:
        """The columns that have an input for empty cells."""
        return [int(j) for j in np.flatnonzero(self.gaps)]

    @cached_property
    def lines(self) -> Lines:
        """How the inputs of all parts come from their numbers, and where they stand."""
        # A column's inputs stand together: each part with its bins, and the next part behind it.
        widths, columns = self.part_widths, self.part_columns
        before = np.cumsum(widths) - widths  # (p,), inputs of the parts before
        own = np.searchsorted(columns, columns)  # (p,), the first part of the same column
        first = self._starts[columns] + before - before[own]  # (p,)
        return Lines.of(first, self.mean, self.scale, self.edges)

    @cached_property
    def _far(self) -> tuple[Array, Array]:
        """``(p,)`` each: what is smaller, or larger, is far outside the training numbers."""
        reach = self.high - self.low
        reach = _FAR * np.where(reach > 0, reach, np.maximum(np.abs(self.high), 1))
        return self.low - reach, self.high + reach

    def _warn(
        self, table: Table, X: Array, empty: Mapping[int, Array], bounds: tuple[Array, Array]
    ) -> None:
        """Warn of cells that training has not prepared the network for.

        `bounds` are the smallest and the largest numbers of X, ``(p,)`` each.
        """
        new = [j for j in empty if not self.gaps[j]]
        if new:
            n = sum(int(empty[j].sum()) for j in new)
            where = table.cell(int(np.argmax(empty[new[0]])), new[0])
            names = listing(repr(table.feature_names[j]) for j in new)
            warnings.warn(
                f"{table.source}, {where}: {count(n, 'empty cell')} in {names}, where the training "
                "rows had none; filled with the mean of the numbers or the most frequent value",
                UserWarning,
                stacklevel=4,
            )
        if not len(X) or not X.shape[1]:
            return
        (low, high), (least, most) = bounds, self._far
        far = np.flatnonzero((low < least) | (high > most))
        if len(far):
            k = int(far[0])
            columns = self.part_columns
            own = int(columns[k])
            beyond = (X[:, k] < least[k]) | (X[:, k] > most[k])
            i = int(np.argmax(beyond))
            others = [j for j in dict.fromkeys(columns[far].tolist()) if j != own]
            more = listing(repr(table.feature_names[j]) for j in others)
            warnings.warn(
                f"{table.source}, {table.cell(i, own)}: {X[i, k]:g} is far outside the training "
                f"numbers, {self.low[k]:g} to {self.high[k]:g}"
                f"{f' (likewise in {more})' if others else ''}",
                UserWarning,
                stacklevel=4,
            )

    def aligned(self, table: Table) -> Table:
        """The table with just the columns that the training rows had, in their order and types."""
        if isinstance(table.X, np.ndarray) or self.columns is None:
            n = len(table.feature_names)
            if n != self.n_columns:
                raise DataError(
                    f"{table.source}: expected {count(self.n_columns, 'column')}, as the training "
                    f"rows have; got {n}"
                )
            if isinstance(table.X, np.ndarray):
                if self.columns is not None and any(c.kind != "numbers" for c in self.columns):
                    raise DataError(
                        f"{table.source}: expected a frame with named columns, since some hold "
                        "text; got a matrix of numbers"
                    )
                return table
            from clearprop.data import inputs

            return inputs.as_matrix(table)
        from clearprop.data import columns

        return columns.typed(table, self.columns)

    def to_dict(self) -> dict[str, Any]:
        """The encoder in JSON values; :meth:`from_dict` gives it back to the last bit."""
        return encoder_values(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Encoder:
        """The inverse of :meth:`to_dict`; it also reads what earlier versions wrote.

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
        return cls(**encoder_parts(values))
