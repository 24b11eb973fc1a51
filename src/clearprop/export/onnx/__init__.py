"""A model as an ONNX file: raw rows in, labels and probabilities or numbers out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.data.table import Table
from clearprop.errors import ClearpropError
from clearprop.export.exported import Exported
from clearprop.export.onnx.compare import ARRAY_LIMIT, TABLE_LIMIT, Rows, compared
from clearprop.export.onnx.graph import OPSETS
from clearprop.export.onnx.whole import is_table, written
from clearprop.model import Model

__all__ = ["export"]


def export(model: Model, table: Table, choices: Mapping[str, Any]) -> Exported:
    """Make an ONNX file of a model and compare it with the model on the rows of a table.

    Tables are computed in float64. Arrays are computed in float32, and in float64 where float32
    would lie further than 1e-5 from the model. With ``choices["int8"]`` the weights of the layers
    become whole numbers of one byte; the loss is measured and not limited.

    Raises
    ------
    ClearpropError
        For predictions that differ by more than 1e-6 (tables) or 1e-5 (arrays). Where the model's
        own rounding to float32 is larger than that, its parameters in float64 are compared.
    ImportError
        Without onnx and onnxruntime.
    """
    import onnxruntime  # noqa: F401  asked for before any work

    rows, limit = Rows.of(model, table), TABLE_LIMIT if is_table(model) else ARRAY_LIMIT
    if choices["int8"]:
        from clearprop.export.onnx.int8 import loss_notes, quantised

        data, told = _file(model, np.float32)
        data = quantised(data)
        return _exported(rows, data, np.inf, told, *loss_notes(rows, data))
    if not is_table(model):
        data, told = _file(model, np.float32)
        with suppress(ClearpropError):
            return _exported(rows, data, limit, told)
    data, told = _file(model, np.float64)
    notes = [told] if is_table(model) else [told, ("onnx-double", {})]
    try:
        return _exported(rows, data, limit, *notes)
    except ClearpropError:
        if model.theta.dtype == np.float64:
            raise
    # A model of float32 rounds, too. The file computes in float64, so it is held to the same
    # parameters in float64, and the difference that is told is that from the model as it is.
    wide = replace(model, theta=model.theta.astype(np.float64))
    compared(Rows.of(wide, table), data, limit)
    return _exported(rows, data, np.inf, *notes, ("onnx-rounding", {"limit": f"{limit:g}"}))


_Note = tuple[str, Mapping[str, Any]]


def _exported(rows: Rows, data: bytes, limit: float, *notes: _Note) -> Exported:
    """The file and its comparison; ClearpropError for a difference above the limit."""
    return Exported(data, rows.n, compared(rows, data, limit), notes)


def _file(model: Model, dtype: Any) -> tuple[bytes, _Note]:
    """The file of a network that computes in `dtype`, and a note on its outputs."""
    made = written(model, dtype)
    names = ", ".join(output.name for output in made.graph.output)
    told = "onnx-outputs", {"names": names, "opset": OPSETS[""]}
    return made.SerializeToString(), told
