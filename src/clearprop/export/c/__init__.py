"""A model as one C file, compiled here and compared with the model."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.data.table import Table
from clearprop.errors import ClearpropError
from clearprop.export.answers import answers_of, units_of
from clearprop.export.c.compiled import compiler, outputs_of
from clearprop.export.c.literals import identifier
from clearprop.export.c.source import CFile, source_of
from clearprop.export.cells import cells_of
from clearprop.export.exported import Exported, agreed
from clearprop.model import Model, outputs_in_slices
from clearprop.network.architecture import Array

__all__ = ["MOST_PARAMETERS", "export"]

# 0.8 MB of float32: what fits into the flash memory of a large microcontroller. Its source has
# 2 MB, which a compiler takes in a second.
MOST_PARAMETERS = 200_000

# Of probabilities, and of numbers in units of their scale.
_LIMIT = 1e-6
# float32's own rounding, in a network of a few layers.
_ROUNDING = 1e-5


def export(model: Model, table: Table, choices: Mapping[str, Any]) -> Exported:
    """The C file of a model.

    Parameters
    ----------
    model
        The model.
    table
        The rows to compare on.
    choices
        The command's choices: ``c``, the file to write, and ``large``, whether it may have more
        than 200,000 parameters.

    Raises
    ------
    ClearpropError
        For a larger model, a compiler that refuses the file, and predictions that differ.
    """
    from clearprop import __version__

    count = sum(map(len, model.thetas))
    if count > MOST_PARAMETERS and not choices["large"]:
        raise ClearpropError(
            f"c: the model has {count:,} parameters; a C file is for up to {MOST_PARAMETERS:,}; "
            "add large (--large) to write one all the same"
        )
    made = source_of(model, identifier(Path(choices["c"]).stem), __version__)
    data = made.text.encode()
    command = compiler()
    if command is None:
        return Exported(data, 0, 0.0, [("c-not-compared", {})])
    return _compared(model, table, made, data, command)


def _compared(model: Model, table: Table, made: CFile, data: bytes, command: list[str]) -> Exported:
    """The file, once a compiler has taken it and its predictions are the model's."""
    cells = cells_of(model.encoder, table)  # (m, n)
    found, answers, size, seconds = outputs_of(made, cells, _texts(model), command)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # cells that training has not seen are meant
        X = model.inputs(table)  # (m, s_1)
    # The file computes in double. A model of float32 differs from that by its own rounding.
    exact = [theta.astype(np.float64) for theta in model.thetas]
    twin = outputs_in_slices(model.network, exact, X.astype(np.float64))
    apart = _apart(model, twin, found, _LIMIT)
    own = outputs_in_slices(model.network, model.thetas, X)
    difference = _apart(model, own, found, _ROUNDING)
    if model.targets.task == "classification":
        agreed("c", found.argmax(axis=1), answers, 0)
    us = 1e6 * seconds
    facts = {
        "compiler": " ".join(command),
        "bytes": f"{size:,}",
        "time": f"{us:,.0f}" if us >= 10 else f"{us:.2g}",
        "name": f"{made.prefix}_predict",
    }
    notes: list[tuple[str, Mapping[str, Any]]] = [("c-compiled", facts)]
    if model.theta.dtype == np.float32:
        notes.insert(0, ("c-rounding", {"difference": f"{apart:.1e}"}))
    return Exported(data, len(found), difference, notes)


def _apart(model: Model, h: Array, found: Array, limit: float) -> float:
    """The largest difference between the answers for h ``(m, K)`` and the file's."""
    ours = answers_of(model.targets, h)
    units = units_of(model.targets, ours)
    return agreed("c", ours / units, found / units, limit)


def _texts(model: Model) -> list[tuple[int, str, float]]:
    """Texts whose codes are compared: a column, a text of it, its code."""
    if model.encoder is None or model.encoder.columns is None:
        return []
    found: list[tuple[int, str, float]] = []
    for j, levels in enumerate(model.encoder.levels):
        if levels is not None:
            found += [(j, value, float(code)) for code, value in enumerate(levels.values)]
            found += [(j, max(levels.values, key=len, default="") + "?", -1.0), (j, "", np.nan)]
    return found
