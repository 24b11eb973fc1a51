"""A graph of ONNX operators under construction, with a readable name for each node and tensor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.network.architecture import Array

__all__ = ["ML", "OPSETS", "Graph", "Node", "Tensor"]

ML = "ai.onnx.ml"
# The operator sets that the graphs need, and no newer ones, so that older runtimes read them too.
# 13 has Softmax along one axis, 15 has Pow and 17 the state of onnxruntime 1.12; 2 of ai.onnx.ml
# brought LabelEncoder from texts to numbers.
OPSETS = {"": 17, ML: 3}
_IR_VERSION = 8  # that of opset 17


@dataclass(frozen=True)
class Node:
    """One operator: what it takes, what it gives, and how it is called."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    domain: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tensor:
    """An input or an output of a graph. ``shape`` holds numbers, and names of free sizes."""

    name: str
    dtype: Any
    shape: tuple[int | str, ...]


class Graph:
    """Nodes, constants, inputs and outputs.

    Names of tensors are told apart by a number behind them where two would be the same.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.input("X", np.float32, ("n", 2))
    >>> graph.node("Add", [x, graph.constant("one", np.ones(2, np.float32))], "X")
    'X_2'
    >>> [node.op for node in graph.nodes]
    ['Add']
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.constants: dict[str, Array] = {}
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """The name, or the name with a number behind it if it is taken; it is taken then."""
        found, k = name, 2
        while found in self._taken:
            found, k = f"{name}_{k}", k + 1
        self._taken.add(found)
        return found

    def reserve(self, names: Iterable[str]) -> None:
        """Take names that inputs will have, before anything else is called so."""
        self._taken.update(names)

    def input(self, name: str, dtype: Any, shape: tuple[int | str, ...]) -> str:
        """Add an input. Its name is kept as it is."""
        self._taken.add(name)
        self.inputs.append(Tensor(name, dtype, shape))
        return name

    def constant(self, name: str, value: Any) -> str:
        """Add a constant array."""
        name = self.free(name)
        self.constants[name] = np.asarray(value)
        return name

    def node(
        self, op: str, inputs: Sequence[str], name: str, domain: str = "", **attributes: Any
    ) -> str:
        """Add an operator with one output; return the name of that."""
        (output,) = self.several(op, inputs, [name], domain, **attributes)
        return output

    def several(
        self,
        op: str,
        inputs: Sequence[str],
        names: Sequence[str],
        domain: str = "",
        **attributes: Any,
    ) -> list[str]:
        """Add an operator with several outputs; return their names."""
        outputs = [self.free(name) for name in names]
        self.nodes.append(Node(op, tuple(inputs), tuple(outputs), domain, attributes))
        return outputs

    def output(self, tensor: str, name: str, dtype: Any, shape: tuple[int | str, ...]) -> str:
        """Give a tensor out under a name; return the name, which differs where it is taken."""
        given = self.node("Identity", [tensor], name)
        self.outputs.append(Tensor(given, dtype, shape))
        return given

    def to_model(self, name: str, about: str, properties: Mapping[str, str], version: str) -> Any:
        """The graph as a ``ModelProto``, checked by the ONNX library."""
        from onnx import checker, helper, numpy_helper

        inputs, outputs = (
            [
                helper.make_tensor_value_info(tensor.name, _type(tensor.dtype), tensor.shape)
                for tensor in tensors
            ]
            for tensors in (self.inputs, self.outputs)
        )
        nodes = [
            helper.make_node(
                node.op,
                node.inputs,
                node.outputs,
                name=node.outputs[0],
                domain=node.domain,
                **node.attributes,
            )
            for node in self.nodes
        ]
        constants = [
            numpy_helper.from_array(value.astype(object) if value.dtype.kind == "U" else value, key)
            for key, value in self.constants.items()
        ]
        used = {node.domain for node in self.nodes}
        made = helper.make_model(
            helper.make_graph(nodes, name, inputs, outputs, constants, about),
            opset_imports=[
                helper.make_opsetid(domain, number)
                for domain, number in OPSETS.items()
                if not domain or domain in used
            ],
            ir_version=_IR_VERSION,
            producer_name="clearprop",
            producer_version=version,
        )
        helper.set_model_props(made, dict(properties))
        checker.check_model(made, full_check=True)
        return made


def _type(dtype: Any) -> int:
    """The number that ONNX has for a dtype; str stands for texts of any length."""
    from onnx import TensorProto, helper

    if np.dtype(dtype).kind in "UO":
        return int(TensorProto.STRING)
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
