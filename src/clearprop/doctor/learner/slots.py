"""Where an object keeps its weights: found by their shapes in an instance of the learner's class.

The instance is made for layers of different sizes, so a shape tells which matrix it is and how it
is turned. Names only decide where two arrays have the same shape, such as a gradient and its
weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from clearprop.doctor.learner.items import array_of, of_units
from clearprop.doctor.learner.layouts import THRESHOLD
from clearprop.doctor.learner.names import place_of, plain, roles_of

__all__ = ["Slot", "layout_of", "slots_of"]

Path = tuple[str | int, ...]

# Arrays beside the weights that have their shapes.
_OTHERS = ("grad", "delta", "velocity", "momentum", "cache", "prev", "best", "old", "nabla", "mask")


@dataclass(frozen=True)
class Slot:
    """A place in an object: an attribute, a key or an index, and which block it holds.

    Attributes
    ----------
    path
        From the object inwards: ``("params", "W1")``, ``("layers", 0, "W")``.
    expression
        The same in Python: ``net.params["W1"]``.
    kind
        ``"weights"``, ``"biases"``, or ``"thetas"`` for a matrix that holds its bias.
    layer
        l of Theta^(l), counted from 1.
    shape
        Of the array that is there.
    written
        How it is written: ``""`` for an array or a number, ``"list"`` for lists of numbers, or the
        attribute or key of each unit, ``".weights"``, where the place is a list of units.
    """

    path: Path
    expression: str
    kind: str
    layer: int
    shape: tuple[int, ...]
    written: str = ""

    def value_in(self, state: Any) -> Any:
        """What stands there in an object that came back; None where nothing does."""
        try:
            for step in self.path:
                state = state[step] if isinstance(step, int) else state[str(step)]
            if self.written not in ("", "list"):
                return [unit[_bare(self.written)] for unit in state]
        except (KeyError, IndexError, TypeError):
            return None
        return state

    def setting(self, sized: bool) -> str:
        """The line that sets a weight: within its array where that has the right size (`sized`),
        since layers may hold the same array; else a copy, since methods change their weights in
        place.
        """
        value = f"{self.kind}[{self.layer - 1}]"
        each = "[*w]" if len(self.shape) > 1 else "w"
        if self.written == "list":
            return f"{self.expression} = [{each} for w in {value}]"
        if self.written:
            units = f"zip({self.expression}, {value})"
            if self.written.startswith("."):
                inner = f"setattr(unit, '{_bare(self.written)}', {each})"
            else:
                inner = f"unit.__setitem__('{_bare(self.written)}', {each})"
            return f"for unit, w in {units}: {inner}"
        if sized and self.shape:
            return f"{self.expression}[...] = {value}"
        return f"{self.expression} = copy.deepcopy({value})"


def _bare(written: str) -> str:
    return written.strip('.[]"')


def slots_of(state: Mapping[str, Any], sizes: Sequence[int]) -> list[Slot] | None:
    """The slots of every layer in an instance; None where a layer's weights are not found.

    Examples
    --------
    >>> state = {
    ...     "W1": np.zeros((4, 7)),
    ...     "b1": np.zeros(7),
    ...     "W2": np.zeros((7, 3)),
    ...     "dW2": np.zeros((7, 3)),
    ...     "b2": np.zeros((1, 3)),
    ... }
    >>> [(slot.expression, slot.layer) for slot in slots_of(state, (4, 7, 3))]
    [('net.W1', 1), ('net.b1', 1), ('net.W2', 2), ('net.b2', 2)]
    """
    leaves = list(_leaves(state, (), "net"))
    found: list[Slot] = []
    for l, (rows, columns) in enumerate(pairwise(sizes), start=1):
        matrix = _matrix(leaves, rows, columns, l, found)
        if matrix is None:
            return None
        found.append(matrix)
        if matrix.kind == "weights":
            bias = _bias(leaves, columns, matrix, found)
            if bias is not None:
                found.append(bias)
    biases = sum(slot.kind == "biases" for slot in found)
    if biases not in (0, len(sizes) - 1):
        return None
    return found


@dataclass(frozen=True)
class Leaf:
    """An array or a number in an object: where it is, and how it is written."""

    path: Path
    expression: str
    array: np.ndarray[Any, Any] | float
    written: str = ""

    @property
    def names(self) -> list[str]:
        """The attributes and keys on the way to it."""
        own = [] if self.written in ("", "list") else [_bare(self.written)]
        return [*(str(step) for step in self.path if isinstance(step, str)), *own]


def _leaves(value: Any, path: Path, expression: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        object_ = "__object__" in value or not path
        for key, item in value.items():
            if key == "__object__":
                continue
            inner = f"{expression}.{key}" if object_ else f"{expression}[{_key(key)}]"
            yield from _leaves(item, (*path, key), inner)
    elif isinstance(value, list):
        layer = of_units([value])[0] if value else None
        if layer is not None and layer is not value:  # a list of units
            yield from _of_units(value, layer, path, expression)
            return
        if (listed := array_of(value)) is not None:
            yield Leaf(path, expression, listed, "list")
            return
        for i, item in enumerate(value):
            yield from _leaves(item, (*path, i), f"{expression}[{i}]")
    elif isinstance(value, np.ndarray | float) or _is_whole_bias(path, value):
        yield Leaf(path, expression, value)


def _is_whole_bias(path: Path, value: Any) -> bool:
    """Whether a whole number is a bias: ``self.bias = 0``."""
    place = place_of(str(path[-1])) if path else None
    return type(value) is int and place is not None and place.kind == "biases"


def _of_units(units: list[Any], layer: Any, path: Path, expression: str) -> Iterator[Leaf]:
    """The weights of a list of units, and their biases where those stand apart."""
    object_ = "__object__" in units[0]
    apart = layer if isinstance(layer, dict) else {"weights": layer}
    for kind, array in apart.items():
        keys = [key for key in units[0] if (p := place_of(key)) is not None
                and p.kind == kind and not p.gradient and p.index is None]  # fmt: skip
        yield Leaf(path, expression, array, f".{keys[0]}" if object_ else f'["{keys[0]}"]')


def _key(key: str) -> str:
    return key if key.lstrip("-").isdigit() else f'"{key}"'


def _matrix(
    leaves: Sequence[Leaf], rows: int, columns: int, l: int, taken: Sequence[Slot]
) -> Slot | None:
    shapes: dict[tuple[int, ...], str] = {
        (columns, rows): "weights",
        (rows, columns): "weights",
        (columns, rows + 1): "thetas",
        (rows + 1, columns): "thetas",
    }
    if columns == 1:
        shapes[(rows,)] = "weights"
    used = {(slot.path, slot.written) for slot in taken}
    fitting = [
        leaf for leaf in leaves if np.shape(leaf.array) in shapes
        and (leaf.path, leaf.written) not in used and not _is_other(leaf)
    ]  # fmt: skip
    fitting.sort(key=lambda leaf: _rank(leaf, "weights"))
    if not fitting:
        return None
    leaf = fitting[0]
    shape = np.shape(leaf.array)
    return Slot(leaf.path, leaf.expression, shapes[shape], l, shape, leaf.written)


def _bias(leaves: Sequence[Leaf], columns: int, matrix: Slot, taken: Sequence[Slot]) -> Slot | None:
    shapes = {(columns,), (1, columns), (columns, 1)} | ({()} if columns == 1 else set())
    used = {(slot.path, slot.written) for slot in (*taken, matrix)}
    fitting = [
        leaf for leaf in leaves if np.shape(leaf.array) in shapes
        and (leaf.path, leaf.written) not in used and not _is_other(leaf)
    ]  # fmt: skip
    named = [leaf for leaf in fitting if _rank(leaf, "biases") == 0]
    if not named:  # a name that tells nothing, of the one array that has the shape of a bias
        named = [leaf for leaf in fitting if _may_be_bias(leaf)]
        named = named if len(named) == 1 else []
    # Beside the matrix: in the same layer's object, or at the same place of another list.
    named.sort(
        key=lambda leaf: (leaf.path[:-1] != matrix.path[:-1], leaf.path[-1:] != matrix.path[-1:])
    )
    if not named:
        return None
    leaf = named[0]
    shape = np.shape(leaf.array)
    return Slot(leaf.path, leaf.expression, "biases", matrix.layer, shape, leaf.written)


def _may_be_bias(leaf: Leaf) -> bool:
    """Whether nothing speaks against a bias, and nothing for it: ``self.gamma``."""
    array = np.asarray(leaf.array)
    roles = {roles_of(name) for name in leaf.names}
    weights = _rank(leaf, "biases") == 2 and plain(leaf.names[-1]) != "theta"
    return not weights and roles <= {None, "theta"} and array.ndim > 0 and array.dtype.kind == "f"


def _is_other(leaf: Leaf) -> bool:
    for name in leaf.names:
        place = place_of(name)
        if place is not None and place.gradient:
            return True
        if any(word in plain(name) for word in _OTHERS):
            return True
    return False


def _rank(leaf: Leaf, kind: str) -> int:
    places = [place_of(name) for name in leaf.names]
    kinds = [place.kind for place in places if place is not None]
    if kinds and kinds[-1] == kind:
        return 0
    return 1 if not kinds else 2


def layout_of(slots: Sequence[Slot], sizes: Sequence[int]) -> tuple[str, tuple[str, ...]]:
    """The form of theta that the slots take, and the layouts that their shapes allow."""
    first = slots[0]
    rows, columns = sizes[first.layer - 1], sizes[first.layer]
    if first.kind == "thetas":
        turned = first.shape == (columns, rows + 1)
        name = "course" if turned else "blocks"
        return "list", (name, f"{name}, bias last")
    turned = first.shape == (columns, rows)
    last = [slot for slot in slots if slot.kind == "weights"][-1]
    flat = len(last.shape) == 1
    bias = next((slot for slot in slots if slot.kind == "biases"), None)
    W = "W" if turned else "w"
    if flat and len(slots) <= 2:
        W = "w"
    if bias is None:
        return "weights", (("W,b flat" if flat else f"{W},b"),)
    if flat:
        return "pairs", (f"{W},b flat",)
    if bias.shape == ():
        return "pairs", ("w,b number",)
    width = sizes[bias.layer]
    kind = {(width,): "", (1, width): " row", (width, 1): " column"}[bias.shape]
    if width == 1 and len(bias.shape) == 2:
        kind = " column" if turned else " row"
    layout = f"{W},b{kind}"
    if place_of(str(bias.path[-1])) is None:  # a name that tells nothing: it may be subtracted
        return "pairs", (layout, f"{layout}{THRESHOLD}")
    return "pairs", (layout,)
