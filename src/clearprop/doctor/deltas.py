"""Evidence about deltas, and about what they are multiplied by in the gradient of the weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from clearprop.doctor.algorithm import Pass
from clearprop.doctor.evidence import Evidence, Unit
from clearprop.doctor.layer import Layer, close, layers_alone
from clearprop.doctor.search import Search
from clearprop.doctor.slopes import says
from clearprop.network.architecture import Array

__all__ = ["deltas"]


def deltas(search: Search) -> list[Evidence]:
    """The layers whose delta is wrong by itself, the last first, and wrong inputs of weights."""
    found = []
    for l, layers in layers_alone(search).items():
        wrong = [x for x in layers if not close(x.yours, x.right)]
        if not wrong:
            penalised = layers[0].p.lambda_ > 0
            found += [] if penalised else _weights(layers)
            continue
        told = says(wrong, l == search.network.n_layers)
        found.append(Evidence("delta", l, told, _units(layers[0])))
    return found


def _inputs(p: Pass, values: Mapping[int, Array], l: int) -> Array:
    """Values of one sample beside every unit that they lead to, ``(s_{l-1}, s_l)``."""
    shape = p.B[l - 1][1:].shape
    there = values.get(l - 1)
    return np.full(shape, np.nan) if there is None else np.broadcast_to(there[0][:, None], shape)


_INPUTS: dict[str, Callable[[Pass, int], Array]] = {
    "z": lambda p, l: _inputs(p, p.z, l),
    "Theta": lambda p, l: p.B[l - 1][1:],
    "g'(z)": lambda p, l: _inputs(p, {l - 1: p.do["slope"](p, l - 1)} if l > 2 else {}, l),
    "1": lambda p, l: np.ones_like(p.B[l - 1][1:]),
    "1 - a": lambda p, l: 1 - _inputs(p, p.a, l),
    "a^2": lambda p, l: _inputs(p, p.a, l) ** 2,
    "-a": lambda p, l: -_inputs(p, p.a, l),
}


def _weights(layers: Sequence[Layer]) -> list[Evidence]:
    """Where delta is right and the weights' gradient is not: what stands in the place of a."""
    l = layers[0].l
    # Each entry of the gradient over its delta is what the learner multiplied it by.
    used = [x.W / x.yours for x in layers]  # (s_{l-1}, s_l) each
    right = [np.broadcast_to(x.p.a[l - 1][0][:, None], x.W.shape) for x in layers]
    if all(map(close, used, right)) or not all(np.isfinite(u).all() for u in used):
        return []
    for formula, of in _INPUTS.items():
        if all(close(u, of(x.p, l)) for u, x in zip(used, layers, strict=True)):
            return [Evidence("weights", l - 1, (("weights-input", {"l": l - 1, "what": formula}),))]
    return [Evidence("weights", l - 1, (("weights", {"l": l - 1, "next": l}),))]


def _units(layer: Layer) -> tuple[Unit, ...]:
    rows = []
    for i in range(len(layer.z)):
        flow, yours = float(layer.flow[i]), float(layer.yours[i])
        flows = abs(flow) > 1e-12
        used = yours / flow if flows else None
        slope = float(layer.slope[i]) if flows else None
        right = float(layer.right[i])
        rows.append(Unit(i + 1, float(layer.z[i]), flow, yours, right, used, slope))
    return tuple(rows)
