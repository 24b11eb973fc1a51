"""An ONNX file run beside the model, on the same rows."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.data.column import Column
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.errors import ClearpropError, shown
from clearprop.export.exported import agreed
from clearprop.export.onnx.dates import NOTHING
from clearprop.export.onnx.encoding import ARRAY
from clearprop.model import Model
from clearprop.network.architecture import Array

__all__ = ["ARRAY_LIMIT", "TABLE_LIMIT", "Rows", "answers", "compared"]

TABLE_LIMIT, ARRAY_LIMIT = 1e-6, 1e-5

_BLOCK = 10_000  # rows that are run at a time


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows as an ONNX file takes them, and what the model makes of them.

    Attributes
    ----------
    targets
        Those of the model.
    feeds
        The inputs by name, ``(n, 1)`` or ``(n, s)`` each.
    h
        The model's outputs, ``(n, K)``.
    y
        The labels, or None.
    """

    targets: Targets
    feeds: Mapping[str, Array]
    h: Array
    y: Array | None

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.h)

    @classmethod
    def of(cls, model: Model, table: Table) -> Rows:
        """The rows of a table, raw or in the types of its columns.

        Dates are cut to whole seconds, and arrays are rounded to float32, for both sides.
        """
        encoder = model.encoder
        with warnings.catch_warnings():
            # Values that were not seen in training are there on purpose.
            warnings.simplefilter("ignore", UserWarning)
            if encoder is None or encoder.columns is None:
                X = model.inputs(table, np.float64) if encoder is None else encoder.aligned(table).X
                X = np.asarray(X).astype(np.float32)
                return cls(model.targets, {ARRAY: X}, model.outputs(X), table.y)
            typed = encoder.aligned(table)
            feeds, frame = {}, typed.X
            for column in encoder.columns:
                feeds[column.name], frame = _fed(column, table.X, frame)
            typed = replace(typed, X=frame).known_as(typed.finite, False)
            return cls(model.targets, feeds, model.outputs(typed), table.y)


def _fed(column: Column, raw: Any, typed: Any) -> tuple[Array, Any]:
    """The cells of one column as the file takes them ``(n, 1)``, and the typed frame beside them.

    A cell that is text or a number already is handed in as it is: the graph knows markers and
    spellings, too.
    """
    import polars as pl

    cells, name = typed[column.name], column.name
    if column.dates is not None:
        if cells.dtype == pl.Time:
            seconds = cells.cast(pl.Int64) // 1_000_000_000
            typed = typed.with_columns((seconds * 1_000_000_000).cast(pl.Time).alias(name))
        else:
            if isinstance(cells.dtype, pl.Datetime):
                cells = cells.dt.replace_time_zone(None)
            seconds = cells.cast(pl.Datetime("us")).to_physical() // 1_000_000
            whole = (seconds * 1_000_000).cast(pl.Datetime("us")).alias(name)
            typed = typed.with_columns(whole)
        fed = seconds.fill_null(int(NOTHING)).to_numpy()
    elif column.kind == "numbers":
        if name in raw.columns and raw[name].dtype.is_numeric():
            cells = raw[name].cast(pl.Float64)
        fed = cells.fill_null(float("nan")).to_numpy()
    else:
        if name in raw.columns and raw[name].dtype == pl.String:
            cells = raw[name].str.strip_chars()  # the caller's part, since ONNX cannot do it
        fed = cells.fill_null("").to_numpy().astype(object)
    return fed.reshape(-1, 1), typed


def answers(rows: Rows, data: bytes) -> dict[str, Array]:
    """What the file gives for the rows, by the name of the output."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    blocks = [
        session.run(None, {name: x[at : at + _BLOCK] for name, x in rows.feeds.items()})
        for at in range(0, rows.n, _BLOCK)
    ]
    parts = [np.concatenate(of) for of in zip(*blocks, strict=True)]
    return dict(zip(names, parts, strict=True))


def compared(rows: Rows, data: bytes, limit: float) -> float:
    """The largest difference of probabilities, or of numbers in units of their scale.

    Numbers larger than their scale count by their own size. Labels must be the same wherever the
    probabilities leave no doubt.

    Raises
    ------
    ClearpropError
        For a difference above the limit, or another label.
    """
    found, targets = list(answers(rows, data).values()), rows.targets
    if targets.task == "regression":
        assert targets.scale is not None
        value = targets.decode(rows.h).reshape(rows.n, -1)  # (n, T)
        unit = np.maximum(targets.scale, np.abs(value - targets.mean))  # (n, T)
        difference = agreed("onnx", value / unit, found[0] / unit, limit)
        if targets.interval is not None:
            ends = targets.bounds(rows.h).reshape(rows.n, -1, 2)  # (n, T, 2)
            apart = agreed("onnx", ends / unit[..., None], found[1] / unit[..., None], limit)
            difference = max(difference, apart)
        return difference
    label, shares = found
    ours = targets.probabilities(rows.h)  # (n, K)
    difference = agreed("onnx", ours, shares, limit)
    wrong = label != targets.decode(rows.h)  # (n,) or (n, K)
    if targets.task == "multilabel":
        clear = np.abs(ours - 0.5) > limit  # (n, K)
    else:
        ordered = np.sort(ours, axis=1)  # (n, K)
        gap = ordered[:, -1] - ordered[:, -2] if ours.shape[1] > 1 else np.ones(rows.n)
        clear = gap > 2 * limit  # (n,)
    if (wrong & clear).any():
        row = int(np.argwhere(wrong & clear)[0, 0])
        came, due = (np.asarray(of[row]).tolist() for of in (label, targets.decode(rows.h)))
        raise ClearpropError(
            f"onnx: row {row} of the check has the label {shown(came)}, and the model says "
            f"{shown(due)}; nothing was written"
        )
    return difference
