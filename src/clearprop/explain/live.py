"""An explanation as the record of a live drawing."""

from __future__ import annotations

import json
from typing import Any

from clearprop.explain.excerpt import Excerpt
from clearprop.explain.explanation import Explanation
from clearprop.explain.sentences import NamedSentences
from clearprop.web import record

__all__ = ["live_record"]


def live_record(
    e: Explanation, say: NamedSentences, shown: Excerpt, most: int
) -> dict[str, Any] | None:
    """The record of at most so many characters: with all rows, with those that are told, or None.

    Examples
    --------
    >>> from clearprop.explain.excerpt import excerpt
    >>> from clearprop.explain.request import explain
    >>> from clearprop.network.architecture import Network
    >>> e = explain(Network((2, 1)), [0.5, 1.0, -1.0], [[3.0, 1.0]] * 2, [1, 0])
    >>> made = live_record(e, NamedSentences("en", e.names), excerpt(e), most=1000)
    >>> made["X"], made["sample"]
    ([[3.0, 1.0], [3.0, 1.0]], 0)
    """
    told = sorted({*range(e.shown_samples), e.sample})
    for rows in (list(range(e.batch.m)), told):
        made = _record(e, say, shown, rows)
        if len(json.dumps(made)) <= most:
            return made
    return None


def _record(e: Explanation, say: NamedSentences, shown: Excerpt, rows: list[int]) -> dict[str, Any]:
    batch, names = e.batch, e.names
    n_inputs, n_outputs = batch.network.n_inputs, batch.network.n_outputs
    named = names.inputs is not None and names.image_shape is None
    return record(
        batch.network,
        batch.theta,
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
