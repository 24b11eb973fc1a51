"""What labels are, learned in one pass: the different ones are counted, numbers have moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.blocks.moments import Moments
from clearprop.data.labels import called
from clearprop.data.table import Array, Table
from clearprop.data.targets import Targets
from clearprop.errors import DataError

if TYPE_CHECKING:
    from clearprop.data.spelling.numerals import Numerals

__all__ = ["LabelCounts"]

# Beyond so many different numbers labels are no classes.
_MOST = 100_000

# From so large a float on, whole numbers are no longer told apart.
_EXACT = 2**53


class LabelCounts:
    """The different labels of all rows, and the moments of those of training.

    Parameters
    ----------
    head
        Rows of the source, which tell what the labels are called.
    texts
        The texts of each column of labels, whose numbers the rows hold; ``()`` for numbers.
    numerals
        How the numbers of labels are written that were text.
    whole
        Whether whole numbers in floats are integers, as in arrays.
    """

    def __init__(
        self,
        head: Table,
        texts: tuple[Sequence[str], ...],
        numerals: tuple[Numerals, ...],
        whole: bool,
    ) -> None:
        self._head, self._texts, self._numerals, self._whole = head, texts, numerals, whole
        self.rows = 0
        self.moments: Moments | None = None  # of numbers in training
        self._counts: list[dict[Any, int]] = []
        self._many = False
        self._binary, self._floored = True, True
        self._dtype: Any = None

    def add(self, y: Array, training: Array) -> None:
        """Take in labels ``(m,)`` or ``(m, K)``; `training` ``(m,)`` says which learn."""
        if not len(y):
            return
        self.rows += len(y)
        self._dtype = y.dtype if self._dtype is None else np.result_type(self._dtype, y.dtype)
        columns = y.reshape(len(y), -1)  # (m, K)
        if not self._counts:
            self._counts = [{} for _ in columns.T]
            self.moments = Moments(columns.shape[1])
        assert self.moments is not None
        if not self._texts:
            self.moments.add(columns[training])
            self._binary &= bool(((columns == 0) | (columns == 1)).all())
            if columns.dtype.kind == "f":
                exact = (columns == np.round(columns)) & (np.abs(columns) < _EXACT)
                self._floored &= bool(exact.all())
        if self._many:
            return
        for counts, column in zip(self._counts, columns.T, strict=True):
            values, times = np.unique(column, return_counts=True)
            for value, n in zip(values.tolist(), times.tolist(), strict=True):
                counts[value] = counts.get(value, 0) + n
            self._many |= not self._texts and len(counts) > _MOST

    def settled(self, task: str) -> tuple[Targets, Callable[[Array], Array]]:
        """The targets, and a function from labels as they are read to the labels they are.

        Raises
        ------
        DataError, ParameterError
            As :meth:`clearprop.data.targets.Targets.fit`.
        """
        name, names = self._head.target_name, self._head.target_names
        decode, y, numerals = self._decoded(task)
        self._check_names(y, task)
        targets = Targets.fit(y, task, name, names=names, numerals=numerals)
        if targets.task != "regression":
            return targets, decode
        if self._texts:
            self.moments = Moments(y.reshape(len(y), -1).shape[1])
            return targets, decode  # its moments come with a second look at the labels
        assert self.moments is not None
        mean, scale = self.moments.mean_and_scale()
        return replace(targets, mean=mean, scale=scale), decode

    def _decoded(self, task: str) -> tuple[Callable[[Array], Array], Array, tuple[Numerals, ...]]:
        """How labels are decoded; labels that stand for all of them; how their numbers are."""
        if self._texts:
            return self._of_texts(task)
        dtype = np.dtype(self._dtype)
        if self._whole and dtype.kind == "f" and self._floored:
            dtype = np.dtype(np.int64)

        def decode(y: Array) -> Array:
            return y.astype(dtype, copy=False)

        return decode, decode(self._few()), self._numerals

    def _few(self) -> Array:
        """Numbers that stand for all: each value, twice where it occurs twice."""
        if len(self._counts) == 1 and not self._many:
            (counts,) = self._counts
            values = np.array(sorted(counts))
            times = [min(2, counts[value]) for value in values.tolist()]
            return np.repeat(values, times)
        assert self.moments is not None
        low, high = self.moments.low, self.moments.high  # (K,) each
        if len(self._counts) > 1:
            rows = [low, high, *([] if self._binary else [np.full(len(low), 0.5)])]
            return np.stack(rows)
        # More different numbers than classes may have.
        middle = 0.5 if not self._floored and np.dtype(self._dtype).kind == "f" else 0.0
        return np.concatenate([np.linspace(low[0], high[0], 100).round() + middle, low, high])

    def _of_texts(self, task: str) -> tuple[Callable[[Array], Array], Array, tuple[Numerals, ...]]:
        from clearprop.data.label_text import labels_learned

        longest = max(map(len, self._texts))
        columns = []
        for texts, counts in zip(self._texts, self._counts, strict=True):
            # A text whose rows were all left out is no label.
            used = [text if k in counts else texts[min(counts)] for k, text in enumerate(texts)]
            columns.append([*used, *[used[0]] * (longest - len(used))])
        once = np.array(columns, object).T  # (L, K)
        y = once if len(columns) > 1 else once[:, 0]
        table = replace(self._head, y=np.concatenate([y, y]), places=None)
        labels, numerals = labels_learned(table, task)
        of_code = labels.y  # (2L,) or (2L, K), the label of each text

        def decode(codes: Array) -> Array:
            assert of_code is not None
            if codes.ndim == 1:
                return of_code[codes]
            found = [of_code[codes[:, k], k] for k in range(codes.shape[1])]
            return np.stack(found, axis=1)

        assert of_code is not None
        return decode, of_code, numerals

    def _check_names(self, y: Array, task: str) -> None:
        """Refuse classes that are nearly as many as the rows."""
        if y.ndim != 1 or not self._counts:
            return
        n = len(self._counts[0])
        texts = bool(self._texts) and y.dtype.kind in "UO"
        classes = task == "classification" or (task == "auto" and texts)
        if classes and n > 20 and n > self.rows / 2:
            raise DataError(
                f"{called(self._head.target_name)}: {n} different labels in {self.rows} rows: is "
                "it the right column?"
            )
