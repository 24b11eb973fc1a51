"""What an export is: the bytes of its file, and how far its predictions lie from the model's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.network.architecture import Array

__all__ = ["Exported", "agreed"]


@dataclass(frozen=True)
class Exported:
    """A file for another program, compared with the model.

    Attributes
    ----------
    data
        The bytes of the file.
    rows
        The rows on which it was compared.
    difference
        The largest difference between its numbers and the model's: of probabilities, or of numbers
        in units of their scale.
    notes
        What else there is to say: keys of ``[export]`` in the catalogue of the jobs, each with
        what fills its sentence in.
    """

    data: bytes
    rows: int
    difference: float
    notes: Sequence[tuple[str, Mapping[str, Any]]] = field(default=())


def agreed(name: str, ours: Array, theirs: Array, limit: float) -> float:
    """The largest difference between two arrays of numbers, if it is within the limit.

    Raises
    ------
    ClearpropError
        For a larger one, naming the row, and for shapes that differ.

    Examples
    --------
    >>> agreed("onnx", np.zeros((2, 1)), np.array([[0.0], [1e-9]]), limit=1e-6)
    1e-09
    >>> agreed("onnx", np.zeros((2, 1)), np.array([[0.0], [0.5]]), limit=1e-6)
    Traceback (most recent call last):
    clearprop.errors.ClearpropError: onnx: row 1 of the check differs by 0.5 from the model's \
prediction (0.5, not 0); the limit is 1e-06; nothing was written
    """
    if ours.shape != theirs.shape:
        raise ClearpropError(
            f"{name}: expected predictions of shape {ours.shape}, as the model's; got "
            f"{theirs.shape}; nothing was written"
        )
    apart = np.abs(theirs.astype(np.float64) - ours).reshape(len(ours), -1)  # (m, K)
    if not apart.size:
        return 0.0
    # NaN is larger than any limit.
    row, column = np.unravel_index(np.where(np.isnan(apart), np.inf, apart).argmax(), apart.shape)
    largest = float(apart[row, column])
    if not largest <= limit:
        came, due = (a.reshape(len(ours), -1)[row, column] for a in (theirs, ours))
        raise ClearpropError(
            f"{name}: row {row} of the check differs by {largest:.3g} from the model's prediction "
            f"({came:g}, not {due:g}); the limit is {limit:g}; nothing was written"
        )
    return largest
