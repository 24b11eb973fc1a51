"""Find J and the gradient in what a learner's code gave back.

Names tell most: the keys of a dict, the names in the return statement. Where there are none, the
order and the sizes of the arrays tell. An array that stands in the place of a block and has another
size leaves that block NaN; the other blocks are judged all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

import numpy as np

from clearprop.doctor.learner.answer import Answer, Part
from clearprop.doctor.learner.calling import Returned
from clearprop.doctor.learner.layouts import VECTORS, block_from, parts_of, vector_blocks
from clearprop.doctor.learner.names import is_cost, ordered, place_of, roles_of
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.learner.ways import Way
from clearprop.doctor.probe import Probe
from clearprop.errors import described
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

__all__ = ["held_theta", "read_answer"]

Item = tuple[str, Any]


@dataclass(frozen=True, eq=False)
class _Gradient:
    """The blocks ``(s_l + 1, s_{l+1})`` that could be read, and the arrays that they came from."""

    blocks: list[Array]
    parts: tuple[Part, ...]
    raw: Array


def read_answer(returned: Returned | Raised, way: Way, probe: Probe) -> Answer | Raised:
    """Find J and the gradient in what came back, or say what is wrong with it."""
    if isinstance(returned, Raised):
        return returned
    if way.entry.each:
        return _averaged(returned, way, probe)
    if way.entry.reading == "step":
        return _read_step(returned, way, probe)
    if way.entry.reading == "own step":
        return _read_own(returned, way, probe)
    if way.entry.reading == "state":
        return _read_state(returned, way, probe)
    value, J = returned.value, None
    if way.entry.cost_apart:
        J, value = _scalar(value[0]), value[1]
    items = _items(value, way.entry.returns)
    if not way.entry.cost_apart:
        J, items = _cost_of(items, way, probe)
    arrays = [array for _, array in _leaves(items)]
    if not arrays:
        return Raised.said("ReturnValue", "no-gradient", value=described(value))
    found = _gradient_of(items, way, probe)
    raw = np.concatenate([array.ravel() for array in arrays]).astype(np.float64)
    if found is None:
        if raw.size < 2 * probe.network.n_layers - 2:  # fewer numbers than there are arrays
            return Raised.said("ReturnValue", "no-gradient", value=described(value))
        return Answer(J, None, raw, _is_single(arrays), returned.changed)
    gradient = np.concatenate([block.ravel() for block in found.blocks])
    return Answer(J, gradient, found.raw, _is_single(arrays), returned.changed, found.parts)


def _averaged(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """One answer a sample, and their mean."""
    one = replace(way, entry=replace(way.entry, each=False))
    answers = []
    for value in returned.value:
        answer = read_answer(Returned(value, returned.changed), one, probe)
        if isinstance(answer, Raised):
            return answer
        answers.append(answer)
    if not answers:
        return Raised.said("ReturnValue", "nothing-came")
    first = answers[0]
    costs = [answer.J for answer in answers if answer.J is not None]
    J = float(np.mean(costs)) if len(costs) == len(answers) else None
    gradients = [answer.gradient for answer in answers if answer.gradient is not None]
    gradient = np.mean(gradients, axis=0) if len(gradients) == len(answers) else None
    raws = {answer.raw.shape for answer in answers}
    raw = np.mean([answer.raw for answer in answers], axis=0) if len(raws) == 1 else first.raw
    single = all(answer.single for answer in answers)
    return replace(first, J=J, gradient=gradient, raw=raw, single=single)


# -- A step of gradient descent --------------------------------------------------------------------


def _read_step(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """The gradient as (before - after) / rate, from weights that came back or were changed."""
    if not isinstance(returned.value, list) or len(returned.value) != 2:
        return Raised.said("ReturnValue", "no-weights", value=described(returned.value))
    result, held = returned.value
    items = _items(result, way.entry.returns)
    J, rest = _cost_of(items, way, probe, lists=True)
    before = split(probe.network, probe.theta)
    best: _Gradient | None = None
    same: _Gradient | None = None  # as they were: the update is lost

    def whole(found: _Gradient) -> bool:
        return not any(np.isnan(block[1:]).any() for block in found.blocks)

    held_names = [f"w{i}" for i in range(9)]
    each_held = ([(name, item)] for name, item in zip(held_names, held, strict=False))
    for candidate in (rest, *each_held, [("", item) for item in held]):
        found = _gradient_of(candidate, way, probe) if candidate else None
        if found is None or all(np.isnan(block).all() for block in found.blocks):
            continue
        moved = any(
            np.nan_to_num(np.abs(block - b), nan=0.0).max(initial=0.0) > 0
            for block, b in zip(found.blocks, before, strict=True)
        )
        if moved and (best is None or _missing(found) < _missing(best)):
            best = found
        elif not moved and (candidate is rest or not list(_leaves(rest))) and whole(found):
            same = found
    best = best or same
    if best is None:
        return Raised.said("NothingChanged", "nothing-changed")
    rate = probe.rate
    blocks = [(b - block) / rate for block, b in zip(best.blocks, before, strict=True)]
    if way.entry.form == "weights":
        for block in blocks:
            block[0] = np.nan
    gradient = np.concatenate([block.ravel() for block in blocks])
    return Answer(J, gradient, gradient, False, (), best.parts)


def _read_own(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """The gradient from two runs of code that makes its own weights: before the step, and after.

    The sizes of its layers are its own too: they are those under which everything can be read.
    """
    if not isinstance(returned.value, list) or len(returned.value) != 2:
        return Raised("ReturnValue", f"expected weights; it returned {described(returned.value)}")
    runs = []
    for value in returned.value:
        J, rest = _cost_of(_items(value, way.entry.returns), way, probe, lists=True)
        runs.append((J, rest))
    (J, first), (_, second) = runs
    for network in _networks(first, probe.network):
        asked = replace(probe, network=network, theta=np.zeros(network.n_parameters))
        before, after = (_gradient_of(items, way, asked) for items in (first, second))
        if before is None or _missing(before):
            continue
        theta = np.concatenate([block.ravel() for block in before.blocks])
        if after is None:  # all of it is NaN, or something else came back
            if not all(np.isnan(array).any() for _, array in _leaves(second) if array.ndim == 2):
                continue
            moved = np.full(len(theta), np.nan)
        else:
            moved = np.concatenate([block.ravel() for block in after.blocks])
        gradient = (theta - moved) / probe.rate
        named = replace(asked, theta=theta)
        return Answer(J, gradient, gradient, False, (), before.parts, named)
    return Raised(
        "ReturnValue", f"no weights came back; it returned {described(returned.value[0])}"
    )


def _networks(items: Sequence[Item], network: Network) -> Iterator[Network]:
    """The network that was asked for, and those with hidden layers of other sizes."""
    yield network
    widths = {size for _, array in _leaves(items) for size in array.shape if array.ndim < 3}
    hidden = network.n_layers - 2
    for sizes in islice(product(sorted(widths), repeat=hidden), 200 if hidden else 0):
        yield replace(network, layer_sizes=(network.n_inputs, *sizes, network.n_outputs))


# -- An object -------------------------------------------------------------------------------------


def _read_state(returned: Returned, way: Way, probe: Probe) -> Answer | Raised:
    """The gradient that a method returned, that an object holds, or the step of its weights."""
    if not isinstance(returned.value, list):
        return Raised.said("ReturnValue", "no-object", value=described(returned.value))
    *costs, result, state = returned.value
    if isinstance(result, dict) and "__object__" in result:
        result = None  # the object itself
    J = _scalar(costs[0]) if costs else None
    items = [] if result is None else _items(result, way.entry.returns)
    if not costs and items:
        J, items = _cost_of(items, way, probe, lists=True)
    found = _gradient_of(items, way, probe) if items else None
    after = _after(state, way, probe)
    if found is not None and after is not None and _same(found.blocks, after):
        found = None  # the weights after the step
    if found is not None and not _missing(found):
        return _answered(J, found)
    held = _held_gradient(state, way, probe)
    if held is not None and not _missing(held):
        return _answered(J, held)
    stepped = None if after is None else _stepped(after, way, probe)
    if stepped is not None:
        return Answer(J, stepped, stepped, False)
    for part in (found, held):
        if part is not None:
            return _answered(J, part)
    return Raised.said("ReturnValue", "object-without-gradient", value=described(result))


def _answered(J: float | None, found: _Gradient) -> Answer:
    gradient = np.concatenate([block.ravel() for block in found.blocks])
    return Answer(J, gradient, found.raw, _is_single([found.raw]), (), found.parts)


def _held_gradient(state: Any, way: Way, probe: Probe) -> _Gradient | None:
    """A gradient among an object's attributes, by their names."""
    if isinstance(state, list):
        layers = [_gradients_in(item) for item in state]
        return _gradient_of([("", layers)], way, probe) if all(layers) else None
    if not isinstance(state, dict):
        return None
    named = _gradients_in(state)
    if named and (found := _gradient_of(list(named.items()), way, probe)) is not None:
        return found
    for value in state.values():
        if isinstance(value, list | dict) and value and not isinstance(value, str):
            inner = _held_gradient(_objects(value), way, probe)
            if inner is not None:
                return inner
    return None


def _objects(value: Any) -> Any:
    """The members of a list that hold gradients: layers without weights are left out."""
    if not isinstance(value, list):
        return value
    return [item for item in value if isinstance(item, dict) and _gradients_in(item)]


def _gradients_in(state: Any) -> dict[str, Any]:
    if not isinstance(state, dict):
        return {}
    found: dict[str, Any] = {}
    for name, value in state.items():
        place = place_of(name)
        if roles_of(name) == "gradients" and isinstance(value, dict):
            found.update(value)
        elif place is not None and place.gradient and value is not None:
            found[name] = value
    return found


def _same(blocks: Sequence[Array], others: Sequence[Array]) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(blocks, others, strict=True))


def _after(state: Any, way: Way, probe: Probe) -> list[Array] | None:
    """The blocks that an object holds now; None where its weights cannot be told."""
    if not way.entry.slots:
        return None
    blocks = []
    for l, shape in enumerate(probe.network.block_shapes, start=1):
        mine = {s.kind: _array(s.value_in(state)) for s in way.entry.slots if s.layer == l}
        whole = mine.get("thetas")
        blocks.append(
            block_from(mine.get("weights", whole), mine.get("biases"), way.layout, shape)[0]
        )
    return blocks


def held_theta(state: Any, way: Way, probe: Probe) -> Array | None:
    """The weights that an object holds, ``(n_parameters,)``; None where they cannot be told."""
    blocks = _after(state, way, probe)
    return None if blocks is None else np.concatenate([block.ravel() for block in blocks])


def _stepped(after: Sequence[Array], way: Way, probe: Probe) -> Array | None:
    """(before - after) / rate; None where nothing moved."""
    before = split(probe.network, probe.theta)
    steps = [(B - block) / probe.rate for B, block in zip(before, after, strict=True)]
    if way.entry.form == "weights":
        for step in steps:
            step[0] = np.nan
    gradient = np.concatenate([step.ravel() for step in steps])
    return gradient if np.nan_to_num(gradient).any() else None


def _missing(found: _Gradient) -> int:
    return int(sum(np.isnan(block).sum() for block in found.blocks))


# -- Items and J -----------------------------------------------------------------------------------


def _items(value: Any, names: Sequence[str]) -> list[Item]:
    """What came back, with its names: the keys of a dict, the names of the return statement."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        if len(value) == len(names):
            return list(zip(names, value, strict=True))
        if names and names[-1].startswith("*") and len(value) >= len(names) - 1:
            rest = len(value) - len(names) + 1
            return list(zip([*names[:-1], *[""] * rest], value, strict=True))
        if len(names) == 1 and _is_gradient(names[0]):
            return [(names[0], value)]
        if value and all(isinstance(item, int | float) for item in value) and len(value) > 2:
            return [("", np.asarray(value, np.float64))]
        return [("", item) for item in value]
    return [(names[0] if len(names) == 1 else "", value)]


def _is_gradient(name: str) -> bool:
    """Whether one name stands for the whole gradient: ``grads``, ``nabla``, ``dW``."""
    return place_of(name) is not None or roles_of(name) == "gradients" or "grad" in name.lower()


def _cost_of(
    items: list[Item], way: Way, probe: Probe, lists: bool = False
) -> tuple[float | None, list[Item]]:
    """J, and the items without it."""
    for i, (name, value) in enumerate(items):
        if name and is_cost(name) and place_of(name) is None:
            first = value
            if isinstance(value, list | np.ndarray) and lists and np.size(value) > 1:
                first = np.ravel(value)[0]
            J = _scalar(first)
            if J is not None or lists:
                return J, items[:i] + items[i + 1 :]
    n = probe.network.n_layers - 1
    count = len(list(_leaves(items)))
    for i in dict.fromkeys((0, len(items) - 1)):
        if len(items) < 2:
            break
        name, value = items[i]
        named = place_of(name) is not None if name else False
        if not isinstance(value, list | dict) and not named and _scalar(value) is not None:
            scalars = [v for _, v in items if not isinstance(v, list | dict) and np.size(v) == 1]
            if count == 2 * n and len(scalars) == len(items):
                continue  # weights and biases of one number each
            return _scalar(value), items[:i] + items[i + 1 :]
    return None, items


def _scalar(value: Any) -> float | None:
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return None
    return float(array.reshape(())) if array.size == 1 else None


def _leaves(items: Sequence[Item]) -> Iterator[tuple[str, Array]]:
    """The arrays in nested lists and dicts, in order, each with the nearest name."""
    for name, value in items:
        if isinstance(value, dict):
            yield from _leaves(list(value.items()))
        elif isinstance(value, list):
            if value and all(isinstance(v, int | float) for v in value):
                yield name, np.asarray(value, np.float64)
                continue
            if (matrix := _matrix(value)) is not None:
                yield name, matrix
                continue
            yield from _leaves([(name, item) for item in value])
        elif isinstance(value, np.ndarray | int | float) and not isinstance(value, bool):
            array = np.asarray(value)
            if array.dtype.kind in "biuf":
                yield name, array


def _matrix(value: list[Any]) -> Array | None:
    """Nested Python lists of numbers as a matrix."""
    if not value or not all(isinstance(row, list) and row for row in value):
        return None
    if not all(isinstance(x, int | float) for row in value for x in row):
        return None
    if len({len(row) for row in value}) > 1:
        return None
    return np.asarray(value, np.float64)


def _is_single(arrays: Sequence[Array]) -> bool:
    every = np.concatenate([array.ravel().astype(np.float64) for array in arrays])
    with np.errstate(over="ignore"):
        return bool(len(every)) and bool((every == every.astype(np.float32)).all())


# -- The gradient ----------------------------------------------------------------------------------


def _gradient_of(items: list[Item], way: Way, probe: Probe) -> _Gradient | None:
    """The blocks of the gradient, by name, by list, or by order."""
    n = probe.network.n_layers - 1
    for _, value in items:  # one value that holds everything, beside others that do not matter
        if len(items) > 1 and isinstance(value, dict) and _by_name(list(value.items()), n):
            return _gradient_of(list(value.items()), way, probe)
    if len(items) == 1 and isinstance(items[0][1], dict):
        return _gradient_of(list(items[0][1].items()), way, probe)
    for reader in (_from_lists, _from_layers, _from_names):
        sorted_out = reader(items, n)
        if sorted_out is not None:
            return _assembled(*sorted_out, way, probe)
    if len(items) == 1 and isinstance(items[0][1], list) and _matrix(items[0][1]) is None:
        inner = items[0][1]
        if any(isinstance(item, list | dict | np.ndarray) for item in inner):
            return _gradient_of([("", item) for item in inner], way, probe)
    return _from_order(items, way, probe)


Arrays = dict[int, tuple[str, Array]]


def _by_name(items: list[Item], n: int) -> bool:
    return _from_names(items, n) is not None or _from_lists(items, n) is not None


def _from_names(items: list[Item], n: int) -> tuple[Arrays, Arrays] | None:
    """Weights and biases that have names: ``dW1``, ``db_out``."""
    there = {name: array for name, value in items if (array := _array(value)) is not None and name}
    for only_gradients in (True, False):
        names = [
            name for name in there
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
            unnamed = [array for name, value in items
                       if not name and (array := _array(value)) is not None]  # fmt: skip
            if len(unnamed) == n:
                biases = {l: ("", array) for l, array in enumerate(unnamed, start=1)}
        return weights, biases
    return None


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
    if not isinstance(value, list) or _matrix(value) is not None:
        return None
    arrays = [_array(item) for item in value]
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
            pair = [_array(part) for part in item]
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


def _from_order(items: list[Item], way: Way, probe: Probe) -> _Gradient | None:
    """Arrays without names: one vector, n matrices, or n pairs in the usual orders."""
    network = probe.network
    shapes = network.block_shapes
    n = len(shapes)
    leaves = [(name, array) for name, array in _leaves(items)]
    arrays = [array for _, array in leaves]
    if len(arrays) == 1:
        vector = arrays[0]
        flat = vector.ndim <= 1 or 1 in vector.shape
        if way.layout in VECTORS or (flat and vector.size == network.n_parameters and n > 1):
            if vector.size != network.n_parameters or not flat:
                return None
            blocks = vector_blocks(vector, way.returned, network)
            return _Gradient(blocks, (), vector.ravel().astype(np.float64))
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


def _assembled(weights: Arrays, biases: Arrays, way: Way, probe: Probe) -> _Gradient | None:
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
        for leaf, kind, own in zip((W, b), ("weights", "bias"), (*expected, None), strict=False):
            if leaf is not None:
                there = () if own is None else np.shape(own)
                parts.append(Part(leaf[0], l, kind, leaf[1].shape, there))
    if not read:
        return None
    arrays = [leaf[1].ravel() for group in (weights, biases) for leaf in group.values()]
    order = [
        leaf[1].ravel() for l in sorted(weights) for leaf in (weights.get(l), biases.get(l)) if leaf
    ]
    return _Gradient(blocks, tuple(parts), np.concatenate(order or arrays).astype(np.float64))


def _in_other_order(weights: Arrays, probe: Probe) -> bool:
    shapes = probe.network.block_shapes
    sizes = [array.size for _, array in weights.values()]
    for extra in (0, 1):  # with the bias, and without
        mine = [(rows - 1 + extra) * columns for rows, columns in shapes]
        if sizes != mine and sorted(sizes) == sorted(mine):
            return True
    return False


def _array(value: Any) -> Array | None:
    """An array, a number or nested lists of numbers; None for anything else."""
    if isinstance(value, bool) or value is None or isinstance(value, str | dict):
        return None
    if isinstance(value, list):
        if (matrix := _matrix(value)) is not None:
            return matrix
        if not value or not all(isinstance(item, int | float) for item in value):
            return None
        return np.asarray(value, np.float64)
    array = np.asarray(value)
    return array if array.dtype.kind in "biuf" else None
