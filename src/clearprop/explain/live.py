"""An explanation as the record of a live drawing."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from clearprop.explain.excerpt import Excerpt
from clearprop.explain.explanation import Explanation
from clearprop.explain.sentences import NamedSentences
from clearprop.network.architecture import Array
from clearprop.web import record

__all__ = ["Live", "live_record"]


class Live(NamedTuple):
    """The record, and whether its weights are rounded to float32 so that it is short enough."""

    record: dict[str, Any]
    rounded: bool


def live_record(e: Explanation, say: NamedSentences, shown: Excerpt, most: int) -> Live | None:
    """The record of at most so many characters, or None.

    It has all rows, or those that are told. If it is too long with either, its weights are rounded
    to float32.

    Examples
    --------
    >>> from clearprop.explain.excerpt import excerpt
    >>> from clearprop.explain.request import explain
    >>> from clearprop.network.architecture import Network
    >>> e = explain(Network((2, 1)), [0.5, 1.0, -1.0], [[3.0, 1.0]] * 2, [1, 0])
    >>> made, rounded = live_record(e, NamedSentences("en", e.names), excerpt(e), most=1000)
    >>> made["X"], made["sample"], rounded
    ([[3.0, 1.0], [3.0, 1.0]], 0, False)
    """
    theta = e.batch.theta
    with np.errstate(over="ignore"):
        single = theta.astype(np.float32)
    all_rows, told = list(range(e.batch.m)), sorted({*range(e.shown_samples), e.sample})
    for rounded in [False, *([True] if np.isfinite(single).all() else [])]:
        for rows in (all_rows, told):
            made = _record(e, say, shown, rows, single if rounded else theta)
            if len(json.dumps(made)) <= most:
                return Live(made, rounded)
    return None


def _record(
    e: Explanation, say: NamedSentences, shown: Excerpt, rows: list[int], theta: Array
) -> dict[str, Any]:
    batch, names = e.batch, e.names
    n_inputs, n_outputs = batch.network.n_inputs, batch.network.n_outputs
    named = names.inputs is not None and names.image_shape is None
    return record(
        batch.network,
        theta,
        batch.X[rows],
        None if batch.Y is None else batch.Y[rows],
        inputs=[say.input(j) for j in range(1, n_inputs + 1)] if named else None,
        outputs=[say.output(k) for k in range(1, n_outputs + 1)] if names.outputs else None,
        sample=rows.index(e.sample),
        numbers=[e.number(row) for row in rows],
        image=names.image_shape,
        image_order=names.image_order,
        units=[layer.units for layer in shown.layers],
        penalty_rows=e.penalty.rows,
    )
