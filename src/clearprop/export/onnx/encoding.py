"""The encoder in the graph: raw columns become the network's inputs.

It computes what :class:`clearprop.data.encoding.Encoder` does, in float64 like that one.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.column import TRUTH, Column
from clearprop.data.encoding import Encoder
from clearprop.export.onnx.dates import write_dates
from clearprop.export.onnx.graph import ML, Graph
from clearprop.network.architecture import Array

if TYPE_CHECKING:
    from clearprop.data.levels import Levels

__all__ = ["ARRAY", "write_encoder"]

ARRAY = "X"
"""The input of models whose rows are arrays."""


def write_encoder(graph: Graph, encoder: Encoder | None, n_inputs: int, dtype: Any) -> str:
    """Add the inputs of the graph; return the network's inputs ``(n, s_1)`` of `dtype`.

    A model of arrays has one input X ``(n, n_columns)`` of float32; a table has an input ``(n, 1)``
    for each column.
    """
    if encoder is None:
        return _cast(graph, graph.input(ARRAY, np.float32, ("n", n_inputs)), np.float32, dtype)
    blocks: list[str] = []
    places: list[Array] = []
    if encoder.columns is None:
        X = graph.input(ARRAY, np.float32, ("n", encoder.n_columns))
        # Pixels are only divided, which float32 does as well. Where a mean is subtracted, it would
        # lose digits.
        pixels = not encoder.lines.shift.any() and not encoder.n_bins
        of: Any = np.float32 if pixels else np.float64
        X = _cast(graph, X, np.float32, of)
    else:
        of = np.float64
        X, blocks, places = _write_columns(graph, encoder, encoder.columns)
    if X:
        numbers, at = _write_numbers(graph, encoder, X, of)
        blocks, places = [*numbers, *blocks], [*at, *places]
    inputs = blocks[0]
    if len(blocks) > 1:
        inputs = graph.node("Concat", blocks, "inputs/by_kind", axis=1)  # (n, s_1)
    order = np.argsort(np.concatenate(places))  # (s_1,)
    if (order != np.arange(len(order))).any():
        at_place = graph.constant("inputs/order", order)
        inputs = graph.node("Gather", [inputs, at_place], "inputs", axis=1)  # (n, s_1)
    return _cast(graph, inputs, of, dtype)


def _write_columns(
    graph: Graph, encoder: Encoder, columns: tuple[Column, ...]
) -> tuple[str, list[str], list[Array]]:
    """The columns of a table: their numbers ``(n, p)``, then the inputs of its categories."""
    graph.reserve(column.name for column in columns)
    numbers: list[str] = []
    blocks: list[str] = []
    places: list[Array] = []
    described = zip(columns, encoder.parts, encoder.levels, encoder.gaps, strict=True)
    for j, (column, parts, levels, gap) in enumerate(described):
        if levels is not None:
            cells = graph.input(column.name, np.str_, ("n", 1))
            blocks.append(_write_levels(graph, column, levels, bool(gap), cells))
            places.append(np.arange(encoder.spans[j].start, encoder.spans[j].stop))
        elif column.dates is not None:
            cells = graph.input(column.name, np.int64, ("n", 1))
            numbers += write_dates(graph, column.name, column.dates, parts, cells)
        else:
            cells = graph.input(column.name, np.float64, ("n", 1))
            numbers.append(_without_markers(graph, column, cells))
    if not numbers:
        return "", blocks, places
    X = graph.node("Concat", numbers, "numbers", axis=1) if len(numbers) > 1 else numbers[0]
    return X, blocks, places


def _without_markers(graph: Graph, column: Column, cells: str) -> str:
    """The numbers; NaN for those that stand for an empty cell."""
    if not column.numerals.empty:
        return cells
    from clearprop.data.spelling.numerals import sentinels

    for marker in sentinels(column.numerals):
        number = graph.constant(f"{column.name}/marker", np.array(marker))
        is_gap = graph.node("Equal", [cells, number], f"{column.name}/is_marker")
        nan = graph.constant(f"{column.name}/nan", np.array(np.nan))
        cells = graph.node("Where", [is_gap, nan, cells], f"{column.name}/without_marker")
    return cells


def _write_numbers(
    graph: Graph, encoder: Encoder, X: str, dtype: Any
) -> tuple[list[str], list[Array]]:
    """The inputs of numbers X ``(n, p)``, then those for their empty cells, and their places."""
    lines, p = encoder.lines, len(encoder.fill)
    empty = graph.node("IsNaN", [X], "numbers/empty")  # (n, p)
    fill = graph.constant("numbers/fill", encoder.fill.astype(dtype))
    x = graph.node("Where", [empty, fill, X], "numbers/filled")  # (n, p)
    if len(lines.part) > p:
        part = graph.constant("bins/number", lines.part)
        x = graph.node("Gather", [x, part], "bins/numbers", axis=1)  # (n, w)
    if lines.shift.any():
        shift = graph.constant("numbers/shift", lines.shift.astype(dtype))
        x = graph.node("Sub", [x, shift], "numbers/shifted")  # (n, w)
    if (lines.scale != 1).any():
        scale = graph.constant("numbers/scale", lines.scale.astype(dtype))
        x = graph.node("Div", [x, scale], "numbers/scaled")  # (n, w)
    if len(lines.part) > p:
        least = graph.constant("bins/least", lines.least.astype(dtype))
        most = graph.constant("bins/most", lines.most.astype(dtype))
        x = graph.node("Max", [x, least], "bins/at_least")  # (n, w)
        x = graph.node("Min", [x, most], "bins/filled")  # (n, w)
    blocks, places = [x], [lines.place]
    # A column's parts are empty together, so the first one tells.
    columns = encoder.part_columns
    first = [k for k in range(p) if encoder.gaps[columns[k]] and columns[k] not in columns[:k]]
    if first:
        chosen = empty
        if len(first) < p:
            at = graph.constant("empty/columns", np.array(first))
            chosen = graph.node("Gather", [empty, at], "empty/chosen", axis=1)
        blocks.append(_cast(graph, chosen, np.bool_, dtype, "empty/inputs"))
        places.append(np.array([encoder.spans[columns[k]].stop - 1 for k in first]))
    return blocks, places


def _write_levels(graph: Graph, column: Column, levels: Levels, gap: bool, cells: str) -> str:
    """The inputs ``(n, n_inputs)`` of a column of categories, that for empty cells at the end.

    A text becomes the number of its value, and that becomes the value's row in a matrix of inputs.
    """
    name, values = column.name, levels.values
    unseen, nothing = len(values), len(values) + 1
    rows = np.zeros((len(values) + 2, levels.n_inputs + gap))  # (values + 2, n_inputs)
    rows[: len(values), : len(values)] = np.eye(len(values))
    if levels.other:
        rows[unseen, len(values)] = 1
    if gap:
        rows[nothing, -1] = 1
    elif levels.fill in values:
        rows[nothing, values.index(levels.fill)] = 1
    codes = dict.fromkeys(("", *column.empty), nothing)
    for k, value in enumerate(values):
        spellings = _in_any_case(value) if column.kind == "booleans" else [value]
        codes |= dict.fromkeys(spellings, k)
    code = graph.node(
        "LabelEncoder",
        [cells],
        f"{name}/code",
        ML,
        keys_strings=list(codes),
        values_int64s=list(codes.values()),
        default_int64=unseen,
    )  # (n, 1)
    flat = graph.constant(f"{name}/flat", np.array([-1]))
    code = graph.node("Reshape", [code, flat], f"{name}/codes")  # (n,)
    return graph.node(
        "Gather", [graph.constant(f"{name}/inputs", rows), code], f"{name}/one_hot", axis=0
    )  # (n, n_inputs)


def _in_any_case(word: str) -> list[str]:
    """Every spelling of true or false in small and capital letters; another word as it is."""
    if word not in TRUTH:
        return [word]
    return ["".join(letters) for letters in product(*((c, c.upper()) for c in word))]


def _cast(graph: Graph, tensor: str, dtype: Any, to: Any, name: str = "inputs/cast") -> str:
    if dtype == to:
        return tensor
    from onnx import helper

    return graph.node("Cast", [tensor], name, to=helper.np_dtype_to_tensor_dtype(np.dtype(to)))
