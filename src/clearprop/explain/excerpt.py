"""The excerpt of a network that a diagram shows for one sample: some units and some weights."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clearprop.explain.explanation import Explanation
from clearprop.network.architecture import Array
from clearprop.network.samples import NUMBER_COSTS

__all__ = ["Excerpt", "Layer", "Line", "excerpt"]

# The most units of a layer that fit on a projector without scrolling.
_UNITS = 16
# A deep network shows fewer units of each layer: about _IN_ALL in the whole diagram, and at least
# _FEWEST of a layer.
_IN_ALL, _FEWEST = 64, 6
# The lines between two layers: the _LINES strongest ones, and the _EACH strongest into each unit.
_LINES, _EACH = 40, 2


@dataclass(frozen=True)
class Layer:
    """The units of a layer that are shown.

    Attributes
    ----------
    layer, size
        Its number, from 1, and how many units it has.
    units
        The units that are shown, counted from 1, in order. Empty if an image is shown instead.
    low, high
        The activations of an empty and of a full circle: the bounds of the activation function, or
        the range of the layer's own activations if the function has no bounds.
    delta
        The largest ``|delta|`` of the layer.
    """

    layer: int
    size: int
    units: tuple[int, ...]
    low: float
    high: float
    delta: float


@dataclass(frozen=True)
class Line:
    """``product = Theta a``: what unit `source` of layer `layer` adds to z of `target` above."""

    layer: int
    source: int
    target: int
    product: float


@dataclass(frozen=True)
class Excerpt:
    """What a diagram shows; ``lines[l - 1]`` leads from layer l to l + 1."""

    layers: tuple[Layer, ...]
    lines: tuple[tuple[Line, ...], ...]


def excerpt(e: Explanation) -> Excerpt:
    """Choose the units and lines of a diagram.

    A layer of more than 16 units (fewer in a deep network) is not shown whole. Units that the text
    tells come first. Then units with the largest ``|delta|`` and units with the largest ``|a|``
    take turns. The lines drawn are those with the largest ``|Theta a|``.

    Examples
    --------
    >>> from clearprop.explain.request import explain
    >>> from clearprop.network.architecture import Network
    >>> shown = excerpt(explain(Network((1, 20, 1)), np.linspace(-1, 2, 61), [1.0], 1))
    >>> [len(layer.units) for layer in shown.layers], len(shown.lines[0])
    ([1, 16, 1], 16)
    """
    layers = tuple(_layer(e, l) for l in range(1, e.one.n_layers + 1))
    return Excerpt(layers, tuple(_lines(e, a, b) for a, b in pairwise(layers)))


def _layer(e: Explanation, l: int) -> Layer:
    a = np.nan_to_num(e.one.a(l)[0])  # (s_l,)
    delta = np.zeros_like(a)  # (s_l,)
    if e.backward and l > 1:
        delta = np.abs(np.nan_to_num(e.one.delta(l)[0]))  # (s_l,)
    low, high = _range(e, l, min(0.0, float(a.min())), max(0.0, float(a.max())))
    units = _units(e, l, np.abs(a), delta)
    return Layer(l, len(a), units, low, high, float(delta.max()))


def _range(e: Explanation, l: int, low: float, high: float) -> tuple[float, float]:
    """The activations of an empty and a full circle."""
    network = e.one.network
    if l == network.n_layers:
        return (low, high) if network.cost in NUMBER_COSTS else (0.0, 1.0)
    if l > 1 and network.activation in ("sigmoid", "tanh"):
        return (0.0 if network.activation == "sigmoid" else -1.0), 1.0
    return low, high


def _units(e: Explanation, l: int, a: Array, delta: Array) -> tuple[int, ...]:
    """The units of layer l to show, given their ``|a|`` and ``|delta|``, ``(s_l,)`` each."""
    if l == 1 and e.names.image_shape is not None:
        return ()
    most = max(_FEWEST, min(_UNITS, _IN_ALL // e.one.n_layers))
    if len(a) <= most + 1:  # "1 more" would take as much room as the unit itself
        return tuple(range(1, len(a) + 1))
    by_size = [np.argsort(-size, kind="stable")[:most] + 1 for size in (delta, a)]  # (most,) each
    turns = [int(unit) for pair in zip(*by_size, strict=True) for unit in pair]
    if not delta.any():
        turns = by_size[1].tolist()
    first = _named_inputs(e) if l == 1 else e.told(l)
    most = most if l == 1 else max(most, len(first))
    return tuple(sorted(list(dict.fromkeys([*first, *turns]))[:most]))


def _named_inputs(e: Explanation) -> list[int]:
    """The inputs that the told units of layer 2 name in their sums, the largest terms first."""
    sums = [e.unit(2, unit).incoming.terms for unit in e.told(2)]
    return [terms[i].unit for i in range(_UNITS) for terms in sums if i < len(terms)]


def _lines(e: Explanation, below: Layer, above: Layer) -> tuple[Line, ...]:
    """The lines between the shown units of two layers. All pixels of an image count as shown."""
    sources = np.array(below.units or range(1, below.size + 1)) - 1  # (n,)
    targets = np.array(above.units) - 1  # (k,)
    a = e.one.a(below.layer)[0, sources]  # (n,)
    weights = e.one.Theta(below.layer)[1:][np.ix_(sources, targets)]  # (n, k)
    with np.errstate(over="ignore", invalid="ignore"):
        products = np.nan_to_num(weights * a[:, None])  # (n, k)
    size = np.abs(products)  # (n, k)
    shown = np.zeros(size.shape, bool)  # (n, k)
    shown.flat[np.argsort(-size, axis=None, kind="stable")[:_LINES]] = True
    np.put_along_axis(shown, np.argsort(-size, axis=0, kind="stable")[:_EACH], True, axis=0)
    return tuple(
        Line(below.layer, int(sources[i]) + 1, int(targets[k]) + 1, float(products[i, k]))
        for i, k in np.argwhere(shown & (size > 0))
    )
