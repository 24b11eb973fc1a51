"""What the numbers of single layers show, above all where no known mistake gives them.

For one sample the gradient of a bias *is* the learner's delta. So each layer can be judged on its
own: what flows back to it is computed from the learner's own delta of the layer above, and the
slope that was used is the learner's delta divided by that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.doctor.algorithm import Pass
from clearprop.doctor.learner.answer import Part
from clearprop.doctor.search import Explanation, Search, steps
from clearprop.gradients.report import blocks_of
from clearprop.language import Sentences
from clearprop.network.architecture import Array

__all__ = ["Evidence", "Unit", "collected"]

_SAME = 1e-5


@dataclass(frozen=True)
class Unit:
    """One unit of a layer, for one sample.

    Attributes
    ----------
    unit
        Counted from 1.
    z, flow
        Its weighted input, and what flows back to it from the learner's delta of the layer above.
        For an output unit it is the derivative of the cost by a, or by z where the slope cancels.
    yours, right
        The learner's delta, and the right one for this flow.
    used, slope
        ``yours / flow``, and g'(z). None where nothing flows back.
    """

    unit: int
    z: float
    flow: float
    yours: float
    right: float
    used: float | None
    slope: float | None


@dataclass(frozen=True)
class Evidence:
    """What shows in one place.

    Attributes
    ----------
    kind
        ``"delta"`` of a layer, ``"size"`` of an array, ``"cost"``, or ``"positions"`` of theta.
    layer
        Counted from 1, or None.
    says
        The keys of its sentences (``evidence.KEY``), each with the values that go into it.
    units
        The table of a layer.
    """

    kind: str
    layer: int | None
    says: tuple[tuple[str, Mapping[str, Any]], ...]
    units: tuple[Unit, ...] = field(default=())

    def sentence(self, lang: str) -> str:
        """What it says."""
        say = Sentences("clearprop.doctor", lang)
        told = [say(f"evidence.{key}", **_told(values, lang)) for key, values in self.says]
        return (" " if lang == "en" else "").join(told)

    def to_dict(self, lang: str) -> dict[str, Any]:
        """As JSON values."""
        return {
            "kind": self.kind,
            "layer": self.layer,
            "sentence": self.sentence(lang),
            "units": [vars(unit) for unit in self.units],
        }


def _told(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Values that differ between languages hold one for each."""
    return {key: v[lang] if isinstance(v, dict) else v for key, v in values.items()}


def collected(search: Search, cost_alone: Explanation | None = None) -> tuple[Evidence, ...]:
    """All that shows: sizes that do not fit, deltas that are wrong, what J alone would need."""
    found = _sizes(search)
    if cost_alone is not None:
        mutations = [mutant.mutation for mutant in cost_alone.mutants]
        causes = {
            lang: " ".join(mutation.description(lang).cause for mutation in mutations)
            for lang in ("en", "zh")
        }
        found.append(Evidence("cost", None, (("cost-alone", {"cause": causes}),)))
    if not search.gradient_right and _forward_is_right(search):
        with np.errstate(all="ignore"):
            found += _deltas(search)
    return tuple(found)


# -- Sizes -----------------------------------------------------------------------------------------


def _sizes(search: Search) -> list[Evidence]:
    """Arrays that have another shape than the learner's own parameters."""
    found: dict[tuple[str, int, str], Evidence] = {}
    for probe, answer in zip(search.probes, search.answers, strict=True):
        for part in answer.parts:
            key = part.name, part.layer, part.block
            if key in found or part.shape == part.expected:
                continue
            says = _size(part, probe.network.layer_sizes, probe.m)
            found[key] = Evidence("size", part.layer, (says,))
    return list(found.values())


def _size(part: Part, sizes: Sequence[int], m: int) -> tuple[str, dict[str, Any]]:
    n, wanted = int(np.prod(part.shape)), int(np.prod(part.expected))
    name = part.name or f"d{'b' if part.block == 'bias' else 'W'}{part.layer}"
    values: dict[str, Any] = {
        "name": name,
        "mine": name.removeprefix("grad_").removeprefix("d"),
        "shape": _shape(part.shape),
        "expected": _shape(part.expected),
        "n": n,
        "wanted": wanted,
    }
    if n == wanted:
        return "shape-accepted", values
    if part.block == "bias":
        if n == 1:
            return "size-one", values
        return ("size-samples" if n == m * wanted else "size", values)
    l = part.layer
    own = {sizes[l - 1], sizes[l]}
    others = [k for k, size in enumerate(sizes, start=1) if size not in own]
    foreign = [k for k in others if sizes[k - 1] in part.shape]
    if len(part.shape) == 2 and part.shape[0] == part.shape[1] == sizes[l] != sizes[l - 1]:
        return "size-own-layer", {**values, "used": l + 1, "meant": l}
    if foreign and m not in part.shape:
        return "size-other-layer", {**values, "used": foreign[0], "meant": l}
    return "size", values


def _shape(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


# -- Deltas ----------------------------------------------------------------------------------------


def _forward_is_right(search: Search) -> bool:
    """Whether z and a can be taken for the learner's."""
    if search.cost_right and search.has_cost:
        return True
    errors = np.array(search.gradient_errors)  # (n_probes, n_blocks)
    return bool((errors[:, -2] <= search.tolerance).all())


@dataclass(frozen=True)
class _Layer:
    """One layer of one probe with one sample: its Pass and the rows of its table, ``(s_l,)``."""

    p: Pass
    l: int
    z: Array
    a: Array
    flow: Array
    yours: Array
    right: Array
    slope: Array
    above: Array  # the learner's delta of the layer above, (s_{l+1},)


def _deltas(search: Search) -> list[Evidence]:
    alone = [k for k, probe in enumerate(search.probes) if probe.m == 1]
    # A penalty would show in what is read as delta.
    least = min((search.probes[k].lambda_ for k in alone), default=0.0)
    alone = [k for k in alone if search.probes[k].lambda_ == least]
    seen = [_layers_of(search, k) for k in alone]
    found = []
    for l in range(search.network.n_layers, 1, -1):
        layers = [layers[l] for layers in seen if l in layers]
        if not layers:
            continue
        wrong = [x for x in layers if not _close(x.yours, x.right)]
        if not wrong:
            continue
        says = _says(wrong, l == search.network.n_layers, search)
        found.append(Evidence("delta", l, says, _units(layers[0])))
    return found


def _layers_of(search: Search, k: int) -> dict[int, _Layer]:
    """Every layer whose delta can be read, judged by the learner's own delta above it."""
    probe, gradient = search.memo.probe(search.probes[k], search.base), search.answers[k].gradient
    if gradient is None:
        return {}
    do = steps(search.base, ())
    p = search.memo.forward(search.probes[k], search.base, ())
    p.do = do
    blocks = {
        (block.layer, block.name): gradient[block.start : block.stop]
        for block in blocks_of(probe.network.layer_sizes)
    }
    delta = do["scale"](p) * do["delta_output"](p)  # (1, K)
    found: dict[int, _Layer] = {}
    for l in range(p.L, 1, -1):
        above = delta
        if l == p.L:
            error = do["scale"](p) * (p.a[l] - p.Y)
            flow = error if probe.network.cost == "quadratic" else delta
            slope = delta / flow
        else:
            flow = do["flow"](p, l, delta)  # (1, s_l)
            slope = do["slope"](p, l)
            delta = flow * slope
        yours = _read(p, l, blocks[l - 1, "bias"], blocks[l - 1, "weights"], delta[0])
        if yours is not None:
            found[l] = _Layer(
                p, l, p.z[l][0], p.a[l][0], flow[0], yours, delta[0], slope[0], above[0]
            )
            delta = yours[None, :]
    return found


def _read(p: Pass, l: int, bias: Array, weights: Array, right: Array) -> Array | None:
    """The learner's delta^(l), from the bias or else from the weights; None if it cannot be told.

    A bias that is wrong where the weights are right is a mistake of its own line, not of delta.
    """
    a = p.a[l - 1][0]  # (s_{l-1},)
    W = weights.reshape(len(a), -1) - p.do["decay"](p, l - 1)[1:]  # (s_{l-1}, s_l)
    own = a @ W / (a @ a)  # (s_l,)
    if not np.isfinite(own).all() or not _close(np.outer(a, own), W):
        own = bias
    if np.isfinite(own).all() and _close(own, right):
        return own
    return bias if np.isfinite(bias).all() else own if np.isfinite(own).all() else None


def _close(mine: Array, right: Array) -> bool:
    scale = max(float(np.abs(right).max(initial=0.0)), float(np.abs(mine).max(initial=0.0)), 1e-12)
    return bool((np.abs(mine - right) <= _SAME * scale).all())


def _units(layer: _Layer) -> tuple[Unit, ...]:
    rows = []
    for i in range(len(layer.z)):
        flow, yours = float(layer.flow[i]), float(layer.yours[i])
        flows = abs(flow) > 1e-12
        used = yours / flow if flows else None
        slope = float(layer.slope[i]) if flows else None
        right = float(layer.right[i])
        rows.append(Unit(i + 1, float(layer.z[i]), flow, yours, right, used, slope))
    return tuple(rows)


# -- Sentences about a delta -----------------------------------------------------------------------


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


_SLOPES: dict[str, Callable[[Array, Array], Array]] = {
    "a": lambda z, a: a,
    "z": lambda z, a: z,
    "a (1 - a)": lambda z, a: a * (1 - a),
    "z (1 - z)": lambda z, a: z * (1 - z),
    "1 - a^2": lambda z, a: 1 - a * a,
    "1 - z^2": lambda z, a: 1 - z * z,
    "1 - a": lambda z, a: 1 - a,
    "1 - z": lambda z, a: 1 - z,
    "1 + a^2": lambda z, a: 1 + a * a,
    "a^2": lambda z, a: a * a,
    "a (1 + a)": lambda z, a: a * (1 + a),
    "a - a^3": lambda z, a: a - a**3,
    "sigmoid'(z)": lambda z, a: _sigmoid(z) * (1 - _sigmoid(z)),
    "sigmoid'(a)": lambda z, a: _sigmoid(a) * (1 - _sigmoid(a)),
    "sigmoid(z)": lambda z, a: _sigmoid(z),
    "tanh'(z)": lambda z, a: 1 - np.tanh(z) ** 2,
    "tanh'(a)": lambda z, a: 1 - np.tanh(a) ** 2,
    "tanh(z)": lambda z, a: np.tanh(z),
    "1 where z > 0, else 0": lambda z, a: (z > 0) * 1.0,
    "1 where z < 0, else 0": lambda z, a: (z < 0) * 1.0,
    "|z|": lambda z, a: np.abs(z),
    "e^-z": lambda z, a: np.exp(-z),
}
_ERRORS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "y - a": lambda z, a, y: y - a,
    "a - y": lambda z, a, y: a - y,
    "z - y": lambda z, a, y: z - y,
    "a": lambda z, a, y: a,
    "-y": lambda z, a, y: -y,
    "-y / a": lambda z, a, y: -y / a,
    "a + y": lambda z, a, y: a + y,
    "(a - y)^2": lambda z, a, y: (a - y) ** 2,
    "|a - y|": lambda z, a, y: np.abs(a - y),
    "y (a - y)": lambda z, a, y: y * (a - y),
    "(a - y) / (a (1 - a))": lambda z, a, y: (a - y) / (a * (1 - a)),
}


def _says(
    layers: Sequence[_Layer], output: bool, search: Search
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What the deltas of one layer say, over all probes with one sample in which it is wrong."""
    z, a, flow, yours, right, slope = (
        np.concatenate([getattr(layer, name) for layer in layers])
        for name in ("z", "a", "flow", "yours", "right", "slope")
    )
    named: dict[str, Any] = {"l": layers[0].l}
    if not yours.any():
        return (("delta-zero", named),)
    if output:
        y = np.concatenate([layer.p.Y[0] for layer in layers])
        for formula, of in _ERRORS.items():
            value = of(z, a, y)
            if not _close(value, right) and _close(yours, value):
                return (("delta-output", {**named, "formula": formula}),)
    if all(len(x.yours) > 1 and _close(x.yours, x.yours[:1]) for x in layers):
        return (("delta-same", named),)
    if _close(yours, -right):
        return (("delta-sign", named),)
    if _close(yours, slope) and not output:
        return (("delta-is-slope", named),)
    if _close(yours, flow) and not _close(slope, np.ones_like(slope)):
        return (("slope-none", named),)
    flows = np.abs(flow) > 1e-9 * np.abs(flow).max(initial=0.0)
    z, a, flow, yours, slope = z[flows], a[flows], flow[flows], yours[flows], slope[flows]
    used = yours / flow
    negative = flow < 0
    if negative.any() and (~negative).any() and not yours[negative].any():
        rest = yours[~negative]
        if _close(rest, flow[~negative]) or _close(rest, (flow * slope)[~negative]):
            return (("flow-masked", named),)
    return _about_slope(named, z, a, used, slope, layers)


def _about_slope(
    named: dict[str, Any],
    z: Array,
    a: Array,
    used: Array,
    slope: Array,
    layers: Sequence[_Layer],
) -> tuple[tuple[str, dict[str, Any]], ...]:
    alike = _close(used, used[:1])
    if alike and not _close(slope, slope[:1]):
        return (("slope-number", {**named, "value": _number(used[0])}),)
    dots = np.concatenate(
        [np.full(int((np.abs(x.flow) > 0).sum()), 1 - float(x.a @ x.a)) for x in layers]
    )
    if len(dots) == len(used) and _close(used, dots):
        return (("slope-dot", named),)
    if len(used) > 1:
        for formula, of in _SLOPES.items():
            value = of(z, a)
            if not _close(value, slope) and _close(used, value):
                return (("slope-formula", {**named, "formula": formula}),)
        ratio = used / slope
        if np.isfinite(ratio).all() and _close(ratio, ratio[:1]):
            return (("slope-times", {**named, "value": _number(ratio[0])}),)
        if _close(used, slope * slope):
            return (("slope-formula", {**named, "formula": "g'(z)^2"}),)
    low, high = used[z < 0], used[z > 0]
    if len(low) and len(high) and _close(low, low[:1]) and _close(high, high[:1]):
        values = {"low": _number(low[0]), "high": _number(high[0])}
        return (("slope-sides", {**named, **values}),)
    if len(used) > 2 and _close(np.sort(used), np.sort(slope)):
        return (("slope-units", named),)
    first = layers[0]
    good = np.abs(first.yours - first.right) <= _SAME * np.abs(first.right).max(initial=0.0)
    if good.any():
        units = ", ".join(map(str, (np.flatnonzero(~good) + 1).tolist()))
        return (("delta-units", {**named, "units": units}),)
    return (_about_flow(first) or ("slope-table", named),)


def _about_flow(layer: _Layer) -> tuple[str, dict[str, Any]] | None:
    """Whether each unit was given what flows back to another one, or to the bias unit."""
    p, l = layer.p, layer.l
    if l == p.L or not layer.slope.all():
        return None
    given = layer.yours / layer.slope  # (s_l,)
    B, above = p.B[l], layer.above
    back = B @ above  # (s_l + 1,); the bias unit's is the first
    scale = _SAME * np.abs(back).max(initial=0.0)
    places = [np.flatnonzero(np.abs(back - value) <= scale) for value in given]
    if any(len(place) != 1 for place in places):
        return None
    units = ", ".join("bias" if place[0] == 0 else str(place[0]) for place in places)
    return "flow-units", {"l": l, "units": units, "n": len(places)}


def _number(value: float) -> str:
    near = round(float(value), 4)
    return f"{near:g}" if abs(near - value) <= 1e-5 * max(abs(value), 1e-3) else f"{value:.6g}"
