"""The blocks of a gradient, out of the items that a learner's code gave back.

Names tell most: the keys of a dict, the names in the return statement. Where there are none, the
order and the sizes of the arrays tell. An array that stands in the place of a block and has another
size leaves that block NaN; the other blocks are judged all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.doctor.learner.answer import Part
from clearprop.doctor.learner.items import Item, array_of, leaves_of, matrix_of
from clearprop.doctor.learner.layouts import VECTORS, block_from, parts_of, vector_blocks
from clearprop.doctor.learner.names import ordered, place_of, plain
from clearprop.doctor.learner.ways import Way
from clearprop.doctor.probe import Probe
from clearprop.network.architecture import Array
from clearprop.network.equations import split

__all__ = ["Gradient", "gradient_of", "n_missing"]

# An error, which for one sample is the gradient of the bias: d1, delta2.
_DELTA = re.compile(r"(?:d|delta)\d*")

Arrays = dict[int, tuple[str, Array]]


@dataclass(frozen=True, eq=False)
class Gradient:
    """The blocks ``(s_l + 1, s_{l+1})`` that could be read, and the arrays that they came from."""

    blocks: list[Array]
    parts: tuple[Part, ...]
    raw: Array


def n_missing(found: Gradient) -> int:
    """How many entries of the gradient could not be read."""
    return int(sum(np.isnan(block).sum() for block in found.blocks))


def gradient_of(items: list[Item], way: Way, probe: Probe) -> Gradient | None:
    """The blocks of the gradient, by name, by list, or by order."""
    n = probe.network.n_layers - 1
    for _, value in items:  # one value that holds everything, beside others that do not matter
        if len(items) > 1 and isinstance(value, dict) and _by_name(list(value.items()), n):
            return gradient_of(list(value.items()), way, probe)
    if len(items) == 1 and isinstance(items[0][1], dict):
        return gradient_of(list(items[0][1].items()), way, probe)
    if (found := _by_parameters(items, way, n)) is not None:
        return _assembled(*found, way, probe)
    for reader in (_from_lists, _from_layers, _from_names):
        sorted_out = reader(items, n)
        if sorted_out is not None:
            return _assembled(*sorted_out, way, probe)
    if len(items) == 1 and isinstance(items[0][1], list) and matrix_of(items[0][1]) is None:
        inner = items[0][1]
        if any(isinstance(item, list | dict | np.ndarray) for item in inner):
            return gradient_of([("", item) for item in inner], way, probe)
    return _from_order(items, way, probe)


def _by_parameters(items: list[Item], way: Way, n: int) -> tuple[Arrays, Arrays] | None:
    """Gradients that bear the names of the parameters, with or without a ``d`` or ``grad``."""
    slots = {}
    for name, value in way.entry.arguments:
        if (match := re.fullmatch(r"(weights|biases)\[(\d)\]", value)) is not None:
            slots[name] = match[1], int(match[2]) + 1
    if ordered(list(slots)) is not None:
        return None  # their names tell by themselves
    found: dict[str, Arrays] = {"weights": {}, "biases": {}}
    for name, value in items:
        bare = re.sub(r"^(?:grad|d|g)_?|_?(?:grad|g)$", "", name)
        kind, l = slots.get(name) or slots.get(bare) or ("", 0)
        array = array_of(value)
        if kind and array is not None:
            found[kind][l] = name, array
    whole = len(found["weights"]) == len(found["biases"]) == n
    return (found["weights"], found["biases"]) if whole else None


def _by_name(items: list[Item], n: int) -> bool:
    return _from_names(items, n) is not None or _from_lists(items, n) is not None


def _from_names(items: list[Item], n: int) -> tuple[Arrays, Arrays] | None:
    """Weights and biases that have names: ``dW1``, ``db_out``."""
    there = {
        name: array for name, value in items if (array := array_of(value)) is not None and name
    }
    for only_gradients in (True, False):
        names = [
            name for name in _first_of_each(there)
            if (place := place_of(name)) is not None and (place.gradient or not only_gradients)
        ]  # fmt: skip
        placed = ordered(names)
        if placed is None:
            continue
        weights = {l: (k, there[k]) for k, (kind, l) in placed.items() if kind == "weights"}
        biases = {l: (k, there[k]) for k, (kind, l) in placed.items() if kind == "biases"}
        if len(weights) != n:
            continue
        if not biases:
            others = [
                (name, array)
                for name, value in items
                if name not in placed
                and (not name or _DELTA.fullmatch(plain(name)))
                and (array := array_of(value)) is not None
                and (array.ndim < 2 or 1 in array.shape)
            ]
            if len(others) == n:
                biases = dict(enumerate(others, start=1))
        return weights, biases
    return None


def _first_of_each(names: Iterable[str]) -> list[str]:
    """The names without those that differ from an earlier one in capitals: ``b1`` and ``B1``."""
    return list({plain(name): name for name in reversed(list(names))}.values())[::-1]


def _from_lists(items: list[Item], n: int) -> tuple[Arrays, Arrays] | None:
    """Weights as one list, biases as another."""
    groups: dict[str, list[Array]] = {}
    names: dict[str, str] = {}
    collections = [
        (name, group) for name, value in items if (group := _group(value, n)) is not None
    ]
    for name, group in collections:
        place = place_of(name) if name else None
        if place is not None and place.kind not in groups:
            groups[place.kind], names[place.kind] = group, name
    if not groups and len(collections) == 2 and len(items) == 2:
        (first, a), (second, b) = collections
        if sum(x.size for x in a) < sum(x.size for x in b):
            (first, a), (second, b) = (second, b), (first, a)
        groups, names = {"weights": a, "biases": b}, {"weights": first, "biases": second}
    if "weights" not in groups or (n == 1 and "biases" not in groups):
        return None
    return (
        {l: (names["weights"], a) for l, a in enumerate(groups["weights"], start=1)},
        {l: (names["biases"], a) for l, a in enumerate(groups.get("biases", []), start=1)},
    )


def _group(value: Any, n: int) -> list[Array] | None:
    """n arrays: a list, one with None at 0, or a dict with layers as keys."""
    if isinstance(value, dict):
        if not value or not all(str(key).lstrip("-").isdigit() for key in value):
            return None
        value = [value[key] for key in sorted(value, key=int)]
    if not isinstance(value, list) or matrix_of(value) is not None:
        return None
    arrays = [array_of(item) for item in value]
    if len(arrays) == n + 1 and _empty(value[0]):
        arrays = arrays[1:]
    if len(arrays) == n + 1 and arrays[-1] is None:
        arrays = arrays[:-1]
    if len(arrays) != n or any(array is None for array in arrays):
        return None
    return [array for array in arrays if array is not None]


def _from_layers(items: list[Item], n: int) -> tuple[Arrays, Arrays] | None:
    """A list with weights and bias of each layer: pairs, or dicts."""
    value = items[0][1] if len(items) == 1 else [item for _, item in items]
    if isinstance(value, list) and len(value) == n + 1 and _empty(value[0]):
        value = value[1:]
    if not isinstance(value, list) or len(value) != n:
        return None
    weights: Arrays = {}
    biases: Arrays = {}
    for l, item in enumerate(value, start=1):
        if isinstance(item, dict):
            found = _from_names(list(item.items()), 1)
            if found is None:
                return None
            weights[l] = found[0][1]
            if found[1]:
                biases[l] = found[1][1]
        elif isinstance(item, list) and len(item) == 2:
            pair = [array_of(part) for part in item]
            if pair[0] is None or pair[1] is None or pair[0].ndim < pair[1].ndim:
                return None
            if pair[0].size == pair[1].size == 1 and n > 1:
                return None
            weights[l], biases[l] = ("", pair[0]), ("", pair[1])
        else:
            return None
    return weights, biases


def _empty(value: Any) -> bool:
    """Whether something stands in the place of layer 0 alone: None, 0, an empty list."""
    return (
        value is None
        or (not isinstance(value, str) and np.size(value) == 0)
        or (isinstance(value, int | float) and value == 0)
    )


def _from_order(items: list[Item], way: Way, probe: Probe) -> Gradient | None:
    """Arrays without names: one vector, n matrices, or n pairs in the usual orders."""
    network = probe.network
    shapes = network.block_shapes
    n = len(shapes)
    leaves = [(name, array) for name, array in leaves_of(items)]
    arrays = [array for _, array in leaves]
    if len(arrays) == 1:
        vector = arrays[0]
        flat = vector.ndim <= 1 or 1 in vector.shape
        if way.layout in VECTORS or (flat and vector.size == network.n_parameters and n > 1):
            if vector.size != network.n_parameters or not flat:
                return None
            blocks = vector_blocks(vector, way.returned, network)
            return Gradient(blocks, (), vector.ravel().astype(np.float64))
    if len(arrays) == n:
        whole = dict(enumerate(leaves, start=1))
        return _assembled(whole, {}, way, probe)
    if len(arrays) == 2 * n:
        orders = [
            (range(0, 2 * n, 2), range(1, 2 * n, 2)),
            (range(n), range(n, 2 * n)),
            (range(1, 2 * n, 2), range(0, 2 * n, 2)),
            (range(n, 2 * n), range(n)),
        ]
        for Ws, bs in orders:
            fits = all(
                arrays[W].size == (rows - 1) * columns and arrays[b].size == columns
                for W, b, (rows, columns) in zip(Ws, bs, shapes, strict=True)
            )
            if fits:
                return _assembled(_taken(leaves, Ws), _taken(leaves, bs), way, probe)
        sizes = [array.size for array in arrays]
        alike = sorted(sizes) == sorted(
            size for rows, columns in shapes for size in ((rows - 1) * columns, columns)
        )
        return (
            None
            if alike
            else _assembled(_taken(leaves, orders[0][0]), _taken(leaves, orders[0][1]), way, probe)
        )
    return None


def _taken(leaves: Sequence[tuple[str, Array]], places: Sequence[int]) -> Arrays:
    return {l: leaves[place] for l, place in enumerate(places, start=1)}


def _assembled(weights: Arrays, biases: Arrays, way: Way, probe: Probe) -> Gradient | None:
    """Blocks from the arrays of each layer, with a note of every array's shape.

    None where the sizes are the right ones in another order: the whole has been put together wrong.
    """
    if _in_other_order(weights, probe):
        return None
    blocks, parts = [], []
    read = 0
    mine = split(probe.network, probe.theta)
    for l, (shape, B) in enumerate(zip(probe.network.block_shapes, mine, strict=True), start=1):
        W, b = weights.get(l), biases.get(l)
        layout = way.layout
        if layout in VECTORS:
            layout = {"F": "course", "C": "course", "Wb": "W,b", "wb": "w,b"}[layout]
        whole = b is None and W is not None and W[1].size == B.size
        if whole and not layout.startswith(("course", "blocks")):
            layout = "course"
        block, wrong = block_from(
            None if W is None else W[1], None if b is None else b[1], layout, shape
        )
        read += (W is not None) + (b is not None) - len(wrong)
        if way.entry.form == "weights" and b is None and not whole:
            block[0] = np.nan
        blocks.append(block)
        expected = parts_of(layout, B)
        first = "all" if b is None and len(expected) == 1 else "weights"
        for leaf, kind, own in zip((W, b), (first, "bias"), (*expected, None), strict=False):
            if leaf is not None:
                there = () if own is None else np.shape(own)
                parts.append(Part(leaf[0], l, kind, leaf[1].shape, there))
    if not read:
        return None
    arrays = [leaf[1].ravel() for group in (weights, biases) for leaf in group.values()]
    order = [
        leaf[1].ravel() for l in sorted(weights) for leaf in (weights.get(l), biases.get(l)) if leaf
    ]
    return Gradient(blocks, tuple(parts), np.concatenate(order or arrays).astype(np.float64))


def _in_other_order(weights: Arrays, probe: Probe) -> bool:
    shapes = probe.network.block_shapes
    sizes = [array.size for _, array in weights.values()]
    for extra in (0, 1):  # with the bias, and without
        mine = [(rows - 1 + extra) * columns for rows, columns in shapes]
        if sizes != mine and sorted(sizes) == sorted(mine):
            return True
    return False
