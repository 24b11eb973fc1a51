"""The ways to hand values to a learner's code that its names leave open.

Names do not tell in which order theta is unrolled, whether samples are rows or columns, or whether
labels are counted from 0 or from 1. Each combination is a :class:`Way`. The learner's way is the
one under which the numbers are right, or are best explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.layouts import FORMS, VECTORS, theta_values
from clearprop.doctor.probe import Probe
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import NUMBER_COSTS

__all__ = ["LABELS", "Way", "ways"]

LABELS = ("auto", "0", "1", "one-hot")


@dataclass(frozen=True)
class Way:
    """One way to ask.

    Attributes
    ----------
    entry
        The piece of code that is asked.
    layout
        Of theta: ``"F"``, ``"C"``, ``"Wb"``, ``"wb"`` for one vector; ``"course"``, ``"blocks"``
        for matrices; ``"W,b"``, ``"w,b row"`` ... for weights and biases.
    samples
        ``"rows"``, ``"columns"``; one at a time as ``"vectors"``, ``"columns of one"``, ``"rows of
        one"``.
    labels
        ``"0"``, ``"1"``, ``"one-hot"`` or ``"numbers"``; with ``" column"`` for shape ``(m, 1)``,
        or ``" flat"`` for ``(m,)`` beside samples in columns.
    values
        What goes in: arrays of ``"numpy"``, ``"torch"``, ``"torch float32"`` or ``"jax"``,
        ``"octave"``'s matrices, or Python's ``"lists"`` and numbers.
    returned
        The layout of a gradient that comes back as one vector.
    """

    entry: Entry
    layout: str
    samples: str
    labels: str
    values: str
    returned: str

    def arguments(self, probe: Probe) -> dict[str, Any]:
        """What the adapter is handed, by name."""
        network = probe.network
        sizes = [int(size) for size in network.layer_sizes]
        given: dict[str, Any] = {
            **theta_values(self.layout, network, probe.theta),
            "X": _samples(self.samples, probe.X),
            "y": _labels(self.samples, self.labels, probe),
            "lambda_": float(probe.lambda_),
            "sizes": sizes,
            "m": probe.m,
            "rate": float(probe.rate),
            "epochs": 1,
        }
        if "dweights" in self.entry.takes or "dbiases" in self.entry.takes:
            true = theta_values(self.layout, network, probe.truth()[1])
            given |= {f"d{name}": value for name, value in true.items()}
        return {name: given[name] for name in self.entry.takes}

    def direct(self, probe: Probe) -> dict[str, Any]:
        """The arguments of the entry itself, by the names of its parameters."""
        given = self.arguments(probe)
        return {
            name: eval(expression, {}, given)  # expressions of ours
            for name, expression in self.entry.arguments
        }


def ways(entry: Entry, network: Network, labels: str, values: Sequence[str]) -> Iterator[Way]:
    """Every way to ask that the names leave open, the likeliest first."""
    for value in values:
        for samples in _sample_kinds(entry):
            for layout in _layouts(entry, samples, network):
                for kind in _label_kinds(entry, samples, network, labels):
                    if value == "octave" and kind.endswith(("column", "flat")):
                        continue
                    for returned in (layout,) if layout in VECTORS else ("F", "C"):
                        yield Way(entry, layout, samples, kind, value, returned)


def _one_at_a_time(entry: Entry) -> bool:
    """Whether samples go in one at a time, or as pairs of inputs and targets."""
    return entry.each or "zip(X, y)" in entry.source


def _sample_kinds(entry: Entry) -> tuple[str, ...]:
    if _one_at_a_time(entry):
        return ("vectors", "columns of one", "rows of one")
    if entry.single:  # a loop over samples, each of which may be a matrix
        return ("rows", "columns", "rows of one", "columns of one")
    return ("rows", "columns")


def _layouts(entry: Entry, samples: str, network: Network) -> list[str]:
    """The layouts of theta that go with samples in rows, in columns, or one at a time."""
    layouts = list(entry.layouts or FORMS[entry.form])
    if entry.layouts:
        return layouts
    flat = network.n_outputs == 1
    layouts = [l for l in layouts if flat or not l.endswith(("flat", "number"))]
    if entry.form == "pairs":
        column = samples in ("columns", "columns of one")
        first = ["W,b column", "w,b column"] if column else ["W,b", "w,b"]
        layouts.sort(key=lambda layout: layout not in first)
        if samples == "rows of one":
            layouts.sort(key=lambda layout: layout != "w,b row")
    return layouts


def _label_kinds(entry: Entry, samples: str, network: Network, labels: str) -> list[str]:
    one_hot_first = _one_hot_first(entry)
    if network.cost in NUMBER_COSTS or network.n_outputs == 1:
        if network.n_outputs > 1:
            kinds = ["numbers"]
        elif _one_at_a_time(entry):
            kinds = ["numbers", "numbers flat"]
        else:
            other = "numbers column" if samples == "rows" else "numbers flat"
            kinds = ["numbers", other]
            kinds = kinds[::-1] if one_hot_first and samples == "rows" else kinds
        return kinds
    each = _one_at_a_time(entry)
    if each:
        kinds = ["0", "1"]
    elif samples == "rows":
        kinds = ["0", "1", "1 column", "0 column"]
    else:
        kinds = ["0", "1", "0 flat", "1 flat"]
    if labels == "auto":
        turned = [] if samples == "rows" or each else ["one-hot rows"]
        if samples == "rows" and not each:
            turned = ["one-hot columns"]
        hot = ["one-hot", *turned]
        return [*hot, *kinds] if one_hot_first or each else [*kinds, *hot]
    return [kind for kind in [*kinds, "one-hot"] if kind.split()[0] == labels]


def _one_hot_first(entry: Entry) -> bool:
    """Whether the name of y says that it is a matrix."""
    name = next((name for name, value in entry.arguments if value == "y"), "y")
    return name in ("Y", "T") or "hot" in name.lower()


def _samples(kind: str, X: Array) -> Any:
    if kind == "rows":
        return X  # (m, s_1)
    if kind == "columns":
        return np.ascontiguousarray(X.T)  # (s_1, m)
    shapes = {"vectors": (-1,), "columns of one": (-1, 1), "rows of one": (1, -1)}
    return [x.reshape(shapes[kind]) for x in X]


def _labels(samples: str, kind: str, probe: Probe) -> Any:
    base, _, shape = kind.partition(" ")
    if base in ("one-hot", "numbers"):
        values = probe.Y  # (m, K)
    else:
        assert probe.labels is not None
        values = probe.labels[:, None] + (1 if base == "1" else 0)  # (m, 1)
    if samples == "rows":
        if shape == "columns":
            return np.ascontiguousarray(values.T)
        one = values.shape[1] == 1 and shape != "column"
        return values[:, 0].copy() if one else values
    if samples == "columns":
        if shape == "rows":
            return values
        return values[:, 0].copy() if shape == "flat" else np.ascontiguousarray(values.T)
    if base in ("0", "1") or (shape == "flat"):
        return [row[0].item() for row in values]
    shapes = {"vectors": (-1,), "columns of one": (-1, 1), "rows of one": (1, -1)}
    return [row.reshape(shapes[samples]) for row in values]
