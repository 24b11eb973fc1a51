"""Weights of one byte: the layers' products in whole numbers, and what that costs.

Dynamic quantisation: each column of weights is rounded to 7 bits and a scale, and the inputs of a
layer to 8 bits by their range when they come. Seven, since processors without VNNI add two products
of 8 bits in 16, which overflow. No data is needed for it, and nothing is trained again.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.data.scores import score
from clearprop.export.onnx.compare import Rows, answers
from clearprop.network.architecture import Array

__all__ = ["loss_notes", "quantised"]


def quantised(data: bytes) -> bytes:
    """The bytes of an ONNX file with weights of one byte in its layers."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # The library writes files and advice of its own.
    quiet, before = logging.getLogger(), logging.root.manager.disable
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "int8.onnx"
        whole.write_bytes(data)
        quiet.manager.disable = logging.WARNING
        try:
            quantize_dynamic(
                whole,
                small,
                op_types_to_quantize=["MatMul"],
                per_channel=True,
                reduce_range=True,
                weight_type=QuantType.QInt8,
            )
        finally:
            quiet.manager.disable = before
        return small.read_bytes()


def loss_notes(rows: Rows, data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """What is lost: scores on rows with labels, and how many labels differ from the model's."""
    targets, notes = rows.targets, []
    ours = targets.decode(rows.h)
    theirs = _predicted(next(iter(answers(rows, data).values())), ours)
    if targets.task == "regression":
        unit = np.asarray(targets.scale)
        apart = np.abs(theirs - ours) / (unit if ours.ndim == 2 else unit[0])
        notes.append(("int8-apart", {"mean": f"{apart.mean():.1e}"}))
    else:
        same = float((theirs == ours).mean())
        notes.append(("int8-same", {"share": f"{100 * same:.2f}"}))
    if rows.y is None:
        return [*notes, ("int8-no-labels", {})]
    before, after = (score(targets, predicted, rows.y) for predicted in (ours, theirs))
    key = "int8-r2" if targets.task == "regression" else "int8-accuracy"
    return [*notes, (key, {"before": f"{before:.4f}", "after": f"{after:.4f}"})]


def _predicted(found: Array, ours: Array) -> Array:
    return found.reshape(ours.shape)
