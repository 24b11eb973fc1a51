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

from clearprop.doctor.learner.names import place_of, plain

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
    """

    path: Path
    expression: str
    kind: str
    layer: int
    shape: tuple[int, ...]

    def value_in(self, state: Any) -> Any:
        """What stands there in an object that came back; None where nothing does."""
        for step in self.path:
            try:
                state = state[step] if isinstance(step, int) else state[str(step)]
            except (KeyError, IndexError, TypeError):
                return None
        return state


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


Leaf = tuple[Path, str, np.ndarray[Any, Any] | float]


def _leaves(value: Any, path: Path, expression: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        object_ = "__object__" in value or not path
        for key, item in value.items():
            if key == "__object__":
                continue
            inner = f"{expression}.{key}" if object_ else f"{expression}[{_key(key)}]"
            yield from _leaves(item, (*path, key), inner)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _leaves(item, (*path, i), f"{expression}[{i}]")
    elif isinstance(value, np.ndarray | float):
        yield path, expression, value


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
    used = {slot.path for slot in taken}
    fitting = [
        leaf for leaf in leaves if np.shape(leaf[2]) in shapes and leaf[0] not in used
        and not _is_other(leaf[0])
    ]  # fmt: skip
    fitting.sort(key=lambda leaf: _rank(leaf[0], "weights"))
    if not fitting:
        return None
    path, expression, array = fitting[0]
    return Slot(path, expression, shapes[np.shape(array)], l, np.shape(array))


def _bias(leaves: Sequence[Leaf], columns: int, matrix: Slot, taken: Sequence[Slot]) -> Slot | None:
    shapes = {(columns,), (1, columns), (columns, 1)} | ({()} if columns == 1 else set())
    used = {slot.path for slot in taken}
    fitting = [
        leaf for leaf in leaves if np.shape(leaf[2]) in shapes and leaf[0] not in used
        and not _is_other(leaf[0]) and _rank(leaf[0], "biases") == 0
    ]  # fmt: skip
    # Beside the matrix: in the same layer's object, or at the same place of another list.
    fitting.sort(
        key=lambda leaf: (leaf[0][:-1] != matrix.path[:-1], leaf[0][-1:] != matrix.path[-1:])
    )
    if not fitting:
        return None
    path, expression, array = fitting[0]
    return Slot(path, expression, "biases", matrix.layer, np.shape(array))


def _names(path: Path) -> list[str]:
    return [str(step) for step in path if isinstance(step, str)]


def _is_other(path: Path) -> bool:
    for name in _names(path):
        place = place_of(name)
        if place is not None and place.gradient:
            return True
        if any(word in plain(name) for word in _OTHERS):
            return True
    return False


def _rank(path: Path, kind: str) -> int:
    places = [place_of(name) for name in _names(path)]
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
    return "pairs", (f"{W},b{kind}",)
