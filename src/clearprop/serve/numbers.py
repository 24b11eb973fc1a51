"""The numbers of ordinary rows as inputs: by the native core, or by NumPy where there is none.

One row costs ten calls of NumPy or one of the core, and both give the encoder's bits.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from clearprop.data.encoding import Encoder
from clearprop.data.table import Array

__all__ = ["Write", "by_numpy", "by_the_core", "writer"]

# From m tuples of p cells of JSON, one for each part of the encoder, and `out` (m, s_1), which
# holds 0: whether all cells are ordinary, and then `out` has their inputs.
Write: TypeAlias = Callable[[list[tuple[Any, ...]], Array], bool]

_TYPES = {int, float, type(None)}


def writer(encoder: Encoder) -> Write:
    """What writes the numbers of rows, in the fastest way that is installed.

    A cell is ordinary if it is a number within the encoder's bounds; or None, where training has
    met empty cells.

    Examples
    --------
    >>> from clearprop.data.table import Table
    >>> encoder = Encoder.fit(Table("a.npy", np.array([[1.0], [3.0]]), None, ("0",), None))
    >>> out = np.zeros((1, 1))
    >>> writer(encoder)([(3,)], out), out, writer(encoder)([(None,)], out)
    (True, array([[1.]]), False)
    """
    try:
        return by_the_core(encoder)
    except ImportError:  # an install without a compiler
        return by_numpy(encoder)


def by_the_core(encoder: Encoder) -> Write:
    """What writes by native/lines.hpp.

    Raises
    ------
    ImportError
        Without the native core.
    """
    from clearprop.engines import _core

    lines = encoder.lines
    of_inputs = lines.part, lines.place, lines.shift, lines.scale, lines.least, lines.most
    of_parts = *encoder.far, encoder.fill, _gaps(encoder)
    write: Write = _core.Lines(*(values.tolist() for values in (*of_inputs, *of_parts))).write
    return write


def by_numpy(encoder: Encoder) -> Write:
    """What writes by data/bins.py."""
    (low, high), gaps = encoder.far, _gaps(encoder)

    def write(rows: list[tuple[Any, ...]], out: Array) -> bool:
        if not _TYPES.issuperset(map(type, chain.from_iterable(rows))):
            return False
        try:
            X = np.array(rows, np.float64)  # (m, p); None becomes NaN
        except OverflowError:
            return False
        within = (low <= X) & (high >= X)  # (m, p)
        has_all = bool(within.all())
        if not has_all:
            # A NaN may also stand in the request, and is no empty cell.
            empty = np.array([[cell is None for cell in row] for row in rows])  # (m, p)
            if not (within | empty & (gaps >= 0)).all():
                return False
            of_row, of_part = np.nonzero(empty)
            out[of_row, gaps[of_part]] = 1
        encoder.lines.write(X, None if has_all else encoder.fill, out)
        return bool(np.isfinite(out).all())

    return write


def _gaps(encoder: Encoder) -> Array:
    """``(p,)``: the input that is 1 where a part is empty; -1: training had no empty cell."""
    last = np.array([span.stop - 1 for span in encoder.spans], np.int64)  # (n,)
    return np.where(encoder.gaps, last, -1)[encoder.part_columns]
