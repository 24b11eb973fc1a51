"""Rows on disk, as a fit takes them: blocks of a memory map, with their labels in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.engines.protocol import Rows
from clearprop.errors import DataError
from clearprop.network.architecture import Array
from clearprop.training.stream import Stream
from clearprop.training.windows import small_block, window_rows

__all__ = ["STREAM_MEMORY", "Mapped", "is_mapped", "slices_of"]

# What the rows of a stream may take in memory, without a stated `window_rows`. It is a constant,
# so results are the same bits on every machine. On an SSD larger windows were not faster.
STREAM_MEMORY = 2**28

# joblib hands large arrays to its workers as memory maps of its own. To those who wrote the program
# they are arrays in memory, and results must not depend on the number of workers.
_OF_JOBLIB = "joblib_memmapping_folder"

_PREDICTED_BYTES = 2**24  # a slice of rows that is predicted at once


def is_mapped(X: Any) -> bool:
    """Whether rows are a user's memory map of two dimensions, or sparse rows on top of some.

    Examples
    --------
    >>> is_mapped(np.zeros((2, 3)))
    False
    """
    data = X.data if getattr(X, "format", None) == "csr" else X
    while isinstance(data, np.ndarray):  # a view of a memory map may be a plain array
        if isinstance(data, np.memmap):
            return X.ndim == 2 and _OF_JOBLIB not in str(data.filename)
        data = data.base
    return False


def slices_of(X: Any) -> list[slice]:
    """Slices of rows that are small in memory.

    Examples
    --------
    >>> slices_of(np.broadcast_to(0.0, (5000, 1000)))[1:]
    [slice(2097, 4194, None), slice(4194, 5000, None)]
    """
    rows = X.shape[0]
    size = max(1, int(_PREDICTED_BYTES // _row_bytes(X, np.float64)))
    return [slice(first, min(first + size, rows)) for first in range(0, rows, size)]


@dataclass(frozen=True, eq=False)
class Mapped:
    """Rows of a memory map.

    Parameters
    ----------
    X
        The memory map, ``(n, s_1)``, or sparse rows on top of some.
    index
        The numbers of the rows, ``(m,)``; None: all.
    """

    X: Any
    index: Array | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(m, s_1)."""
        return self.X.shape[0] if self.index is None else len(self.index), self.X.shape[1]

    @property
    def dtype(self) -> Any:
        """float32 is trained in float32, everything else in float64."""
        return np.dtype(np.float32 if self.X.dtype == np.float32 else np.float64)

    def __getitem__(self, index: Array) -> Mapped:
        return Mapped(self.X, index if self.index is None else self.index[index])

    def window_rows(self, stated: int | None, units: int) -> int:
        """The rows of a window: as stated, or as many as the memory of a stream holds."""
        if stated is not None:
            return stated
        row_bytes = _row_bytes(self.X, self.dtype) + (units + 1) * self.dtype.itemsize
        return window_rows(STREAM_MEMORY, int(row_bytes))

    def stream(self, window: int, labels: Callable[[Any], Array], weight: Array | None) -> Stream:
        """The rows as a stream.

        Parameters
        ----------
        window
            The rows of a window.
        labels
            Gives the targets ``(b, K)`` of a slice of the m rows.
        weight
            ``(m,)``, or None.
        """
        total = None if weight is None else float(weight.sum())
        return Stream(_MappedBlocks(self, small_block(window), labels, weight), window, total)


class _MappedBlocks:
    """Blocks of the rows of a memory map."""

    def __init__(
        self, rows: Mapped, block: int, labels: Callable[[Any], Array], weight: Array | None
    ) -> None:
        m = rows.shape[0]
        self.sizes = [min(block, m - first) for first in range(0, m, block)]
        self._rows, self._block, self._labels, self._weight = rows, block, labels, weight

    def read(self, numbers: Sequence[int]) -> Rows:
        """See :class:`clearprop.training.stream.Blocks`."""
        rows, weight = self._rows, self._weight
        places = np.concatenate(
            [np.arange(i * self._block, i * self._block + self.sizes[i]) for i in numbers]
        )  # (b,)
        index = places if rows.index is None else rows.index[places]  # (b,)
        inputs = rows.X[index].astype(rows.dtype, copy=False)  # (b, s_1)
        finite = rows.X.dtype.kind != "f" or np.isfinite(inputs.sum())
        if not finite and not hasattr(inputs, "tocsr"):
            _check_finite(inputs, index)
        return Rows(inputs, self._labels(places), None if weight is None else weight[places])


def _check_finite(inputs: Array, index: Array) -> None:
    """Raise an error that names the row of the memory map, `index` being those of the inputs."""
    bad = np.argwhere(~np.isfinite(inputs))
    if len(bad):
        i, column = bad[0].tolist()
        raise DataError(
            f"X: expected finite numbers; got {inputs[i, column]} in row {index[i]:,}, "
            f"column {column:,}"
        )


def _row_bytes(X: Any, dtype: Any) -> float:
    """The bytes of a row in memory, once its values have this dtype."""
    size = np.dtype(dtype).itemsize
    if hasattr(X, "tocsr"):
        each = size + X.indices.itemsize
        return 8 + float(each * X.nnz / max(1, X.shape[0]))
    return float(size * X.shape[1])
