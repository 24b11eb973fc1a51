"""From the network's outputs to what a user asks for: labels and probabilities, or numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.data.targets import Targets
from clearprop.errors import ClearpropError
from clearprop.export.onnx.graph import Graph
from clearprop.network.architecture import Network

__all__ = ["write_answers"]


def write_answers(graph: Graph, network: Network, targets: Targets, h: str, dtype: Any) -> None:
    """Give out `label` and `probabilities`, or `value` and, with an interval, `interval`.

    Equations as in :class:`clearprop.data.targets.Targets`. h is ``(n, K)`` of `dtype`.

    Outputs
    -------
    label
        ``(n,)`` in the type of the classes; ``(n, K)`` for several labels a row.
    probabilities
        ``(n, n_classes)``.
    value
        ``(n, T)`` for T numbers a row.
    interval
        ``(n, T, 2)``: both ends.
    """
    if targets.task == "regression":
        _write_numbers(graph, targets, h, dtype)
    elif targets.task == "multilabel":
        _write_labels(graph, targets, network.n_outputs, h, dtype)
    else:
        _write_class(graph, network, targets, h, dtype)


def _write_class(graph: Graph, network: Network, targets: Targets, h: str, dtype: Any) -> None:
    classes = np.asarray(targets.classes)
    if classes.dtype.kind not in "biufU":
        raise ClearpropError(f"onnx: has no labels of type {classes.dtype}")
    if classes.dtype.kind in "iu":
        classes = classes.astype(np.int64)
    if len(classes) == 1:
        # Probability 1 in every row: scikit-learn's contract allows a single class.
        shares = graph.node("Exp", [graph.node("Sub", [h, h], "probabilities/zero")], "shares")
    elif network.n_outputs == 1:
        one = graph.constant("probabilities/one", np.ones((1, 1), dtype))
        first = graph.node("Sub", [one, h], "probabilities/first")  # (n, 1)
        shares = graph.node("Concat", [first, h], "probabilities/both", axis=1)  # (n, 2)
    elif network.output_activation == "softmax":
        shares = h  # (n, n_classes)
    else:
        shares = _shares(graph, network.n_outputs, h, dtype)  # (n, n_classes)
    best = graph.node("ArgMax", [shares], "label/index", axis=1, keepdims=0)  # (n,)
    labels = graph.constant("label/classes", classes)
    label = graph.node("Gather", [labels, best], "label/of_class", axis=0)  # (n,)
    graph.output(label, "label", classes.dtype, ("n",))
    graph.output(shares, "probabilities", dtype, ("n", len(classes)))


def _shares(graph: Graph, units: int, h: str, dtype: Any) -> str:
    """h divided by its sum; h itself where that is 1 already."""
    axis = graph.constant("probabilities/axis", np.array([1]))
    total = graph.node("ReduceSum", [h, axis], "probabilities/sum", keepdims=1)  # (n, 1)
    one = graph.constant("probabilities/one", np.array(1, dtype))
    off = graph.node("Abs", [graph.node("Sub", [total, one], "sum/off")], "sum/distance")
    near = graph.constant("sum/near", np.array(1e-5, dtype))
    whole = graph.node("Less", [off, near], "sum/is_one")  # (n, 1)
    zero = graph.constant("sum/zero", np.array(0, dtype))
    some = graph.node("Greater", [total, zero], "sum/is_positive")  # (n, 1)
    even = graph.constant("probabilities/even", np.array(1 / units, dtype))
    divided = graph.node("Div", [h, total], "probabilities/divided")  # (n, K)
    shares = graph.node("Where", [some, divided, even], "probabilities/shares")  # (n, K)
    return graph.node("Where", [whole, h, shares], "probabilities/all")  # (n, K)


def _write_labels(graph: Graph, targets: Targets, units: int, h: str, dtype: Any) -> None:
    half = graph.constant("label/half", np.array(0.5, dtype))
    yes = graph.node("Greater", [h, half], "label/yes")  # (n, K)
    if targets.pairs:
        no_text, yes_text = np.array(targets.pairs).T  # (K,), (K,)
        texts = [graph.constant("label/yes_text", yes_text), graph.constant("label/no", no_text)]
        label = graph.node("Where", [yes, *texts], "label/text")  # (n, K)
        kind: Any = yes_text.dtype
    else:
        from onnx import TensorProto

        label, kind = graph.node("Cast", [yes], "label/number", to=TensorProto.INT64), np.int64
    graph.output(label, "label", kind, ("n", units))
    graph.output(h, "probabilities", dtype, ("n", units))


def _write_numbers(graph: Graph, targets: Targets, h: str, dtype: Any) -> None:
    assert targets.mean is not None
    assert targets.scale is not None
    T = len(targets.mean)
    numbers = h
    ends = None
    if targets.interval is not None:
        shape = graph.constant("quantiles/shape", np.array([-1, T, 3]))
        apart = graph.node("Reshape", [h, shape], "quantiles/apart")  # (n, T, 3)
        three = graph.constant("quantiles/three", np.array([3]))
        names = ["quantiles/sorted", "quantiles/order"]
        ordered, _ = graph.several("TopK", [apart, three], names, axis=2, largest=0, sorted=1)
        low, numbers, high = (
            graph.node(
                "Gather",
                [ordered, graph.constant(f"quantiles/{k}", np.array(k))],
                f"quantiles/{name}",
                axis=2,
            )  # (n, T)
            for k, name in enumerate(("low", "median", "high"))
        )
        margins = graph.constant("interval/margins", targets.interval.margins.astype(dtype))
        wider = graph.node("Sub", [low, margins], "interval/wider_low")  # (n, T)
        low = graph.node("Min", [wider, numbers], "interval/low")  # (n, T)
        wider = graph.node("Add", [high, margins], "interval/wider_high")  # (n, T)
        high = graph.node("Max", [wider, numbers], "interval/high")  # (n, T)
        axis = graph.constant("interval/axis", np.array([2]))
        parts = [
            graph.node("Unsqueeze", [_unscaled(graph, targets, end, dtype), axis], "interval/end")
            for end in (low, high)
        ]  # (n, T, 1) each
        ends = graph.node("Concat", parts, "interval/ends", axis=2)  # (n, T, 2)
    graph.output(_unscaled(graph, targets, numbers, dtype), "value", dtype, ("n", T))
    if ends is not None:
        graph.output(ends, "interval", dtype, ("n", T, 2))


def _unscaled(graph: Graph, targets: Targets, numbers: str, dtype: Any) -> str:
    """Numbers ``(n, T)`` of the network on the user's scale."""
    scale, mean = np.asarray(targets.scale), np.asarray(targets.mean)
    if (scale != 1).any():
        divisor = graph.constant("value/scale", scale.astype(dtype))
        numbers = graph.node("Mul", [numbers, divisor], "value/scaled")
    if mean.any():
        numbers = graph.node(
            "Add", [numbers, graph.constant("value/mean", mean.astype(dtype))], "value/shifted"
        )
    return numbers
