"""The network in the graph: a matrix product, a bias and an activation for each layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.export.onnx.graph import Graph
from clearprop.network.activations import LEAK
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

__all__ = ["write_network"]


def write_network(
    graph: Graph, network: Network, thetas: Sequence[Array], X: str, dtype: Any
) -> str:
    """The outputs h ``(n, K)`` of inputs X ``(n, s_1)``, averaged over the networks; in `dtype`.

    Names are the course's: Theta1 leads from layer 1, the inputs, to layer 2.

    Examples
    --------
    >>> graph = Graph()
    >>> h = write_network(graph, Network((2, 1)), [np.zeros(3)], "X", np.float64)
    >>> [(node.op, node.outputs) for node in graph.nodes]
    [('Gemm', ('layer2/z',)), ('Sigmoid', ('layer2/a',))]
    """
    several = len(thetas) > 1
    outputs = [
        _write_one(graph, network, theta, X, dtype, f"network{n}/" if several else "")
        for n, theta in enumerate(thetas, start=1)
    ]
    if not several:
        return outputs[0]
    total = graph.node("Sum", outputs, "average/sum")  # (n, K)
    number = graph.constant("average/networks", np.array(len(thetas), dtype))
    return graph.node("Div", [total, number], "average")  # (n, K)


def _write_one(
    graph: Graph, network: Network, theta: Array, a: str, dtype: Any, prefix: str
) -> str:
    blocks = split(network, theta)
    for l, B in enumerate(blocks, start=1):
        name = f"{prefix}layer{l + 1}"
        weights = graph.constant(f"{prefix}Theta{l}/weights", B[1:].astype(dtype))
        bias = graph.constant(f"{prefix}Theta{l}/bias", B[0].astype(dtype))
        z = graph.node("Gemm", [a, weights, bias], f"{name}/z")  # (n, s_{l+1})
        last = l == len(blocks)
        activation = network.output_activation if last else network.activation
        a = _WRITTEN[activation](graph, z, f"{name}/a", dtype)  # (n, s_{l+1})
    return a


def _silu(graph: Graph, z: str, name: str, dtype: Any) -> str:
    return graph.node("Mul", [z, graph.node("Sigmoid", [z], f"{name}/sigmoid")], name)


def _leaky_relu(graph: Graph, z: str, name: str, dtype: Any) -> str:
    if dtype == np.float32:
        return graph.node("LeakyRelu", [z], name, alpha=LEAK)
    # The operator keeps its slope in float32.
    slope = graph.constant(f"{name}/slope", np.array(LEAK, dtype))
    return graph.node("Max", [z, graph.node("Mul", [z, slope], f"{name}/below")], name)


def _operator(op: str, **attributes: Any) -> Callable[[Graph, str, str, Any], str]:
    return lambda graph, z, name, dtype: graph.node(op, [z], name, **attributes)


# Each activation, hidden or of the output, by the operator that computes it.
_WRITTEN: dict[str, Callable[[Graph, str, str, Any], str]] = {
    "sigmoid": _operator("Sigmoid"),
    "tanh": _operator("Tanh"),
    "relu": _operator("Relu"),
    "identity": lambda graph, z, name, dtype: z,
    "leaky_relu": _leaky_relu,
    "silu": _silu,
    "softmax": _operator("Softmax", axis=1),
    "exp": _operator("Exp"),
}
