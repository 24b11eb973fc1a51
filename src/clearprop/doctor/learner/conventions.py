"""The ways to ask a function that the names of its parameters leave open.

Names do not tell in which order theta is unrolled, or whether labels are counted from 0 or from 1.
Each combination is a :class:`Convention`. The learner's convention is the one under which the
numbers are right, or are best explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clearprop.doctor.learner.layouts import VECTORS, theta_arguments
from clearprop.doctor.learner.signature import Roles
from clearprop.doctor.probe import Probe
from clearprop.network.architecture import Array, Network

__all__ = ["LABELS", "Convention", "conventions"]

LABELS = ("auto", "0", "1", "one-hot")


@dataclass(frozen=True)
class Convention:
    """One way to ask.

    Attributes
    ----------
    layout
        Of theta: ``"F"``, ``"C"``, ``"Wb"``, ``"wb"`` for one vector; ``"course"``, ``"blocks"``
        for matrices; ``"W,b"``, ``"W,b column"``, ``"w,b"`` for weights and biases.
    labels
        ``"0"``, ``"1"``, ``"one-hot"`` or ``"numbers"``; with ``" column"`` for shape ``(m, 1)``.
    values
        The library whose arrays go in: ``"numpy"``, ``"torch"``, ``"jax"`` or ``"octave"``.
    returned
        The layout of a gradient that comes back as one vector.
    """

    layout: str
    labels: str
    values: str
    returned: str

    def arguments(self, roles: Roles, probe: Probe) -> dict[str, Any]:
        """The arguments of one call, by the names of the function's parameters."""
        network, names = probe.network, roles.names
        arguments = theta_arguments(roles, self.layout, network, probe.theta)
        arguments[names["X"]] = probe.X
        arguments[names["y"]] = _labels(self.labels, probe)
        sizes = network.layer_sizes
        extra: dict[str, Any] = {
            "lambda": float(probe.lambda_),
            "layer_sizes": list(sizes),
            "s_1": sizes[0],
            "s_2": sizes[1],
            "K": sizes[-1],
        }
        for role, value in extra.items():
            if role in names:
                arguments[names[role]] = value
        return arguments


def conventions(
    roles: Roles, network: Network, labels: str, values: Sequence[str]
) -> list[Convention]:
    """Every way to ask that the names leave open, the likeliest first."""
    layouts = {
        "vector": ["F", "C", "Wb", "wb", "course", "blocks"],
        "list": ["course", "blocks", "F", "C"],
        "numbered": ["course", "blocks"],
        "weights": ["W,b", "W,b column", "w,b"],
        "numbered-weights": ["W,b", "W,b column", "w,b"],
    }[roles.theta]
    kinds = _label_kinds(roles, network, labels)
    if values == ["octave"]:  # where every vector is a column
        kinds = [kind for kind in kinds if not kind.endswith(" column")]
    return [
        Convention(layout, kind, value, returned)
        for value in values
        for layout in layouts
        for kind in kinds
        for returned in ((layout,) if layout in VECTORS else ("F", "C"))
    ]


def _label_kinds(roles: Roles, network: Network, labels: str) -> list[str]:
    if network.cost in ("squared", "poisson") or network.n_outputs == 1:
        kinds = ["numbers", "numbers column"] if network.n_outputs == 1 else ["one-hot"]
        return kinds[::-1] if roles.one_hot_first else kinds
    kinds = ["0", "1", "1 column", "0 column"]
    if labels == "auto":
        return ["one-hot", *kinds] if roles.one_hot_first else [*kinds, "one-hot"]
    return [kind for kind in [*kinds, "one-hot"] if kind.split()[0] == labels]


def _labels(kind: str, probe: Probe) -> Array:
    if kind == "one-hot":
        return probe.Y  # (m, K)
    if kind.startswith("numbers"):
        column = probe.Y  # (m, 1)
        return column if kind.endswith("column") else column[:, 0]
    assert probe.labels is not None
    numbers = probe.labels + (1 if kind.startswith("1") else 0)  # (m,)
    return numbers[:, None] if kind.endswith("column") else numbers
