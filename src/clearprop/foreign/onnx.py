"""An ONNX file of dense layers: the nodes on the way from its output back to its input."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike, fspath
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError, ModelFileError, ParameterError, shown
from clearprop.foreign.chain import Chain
from clearprop.foreign.taken import Taken, taken
from clearprop.language import printable, shorten
from clearprop.network.activations import LEAK
from clearprop.network.architecture import Array

__all__ = ["from_onnx"]

_FLOATS = (1, 10, 11)  # float, float16 and double among the types of tensors


def from_onnx(
    path: str | PathLike[str], classes: Iterable[Any] | None, cost: str | None, multilabel: bool
) -> Taken:
    """The parts of the model that gives what the file's first output of numbers gives.

    Raises
    ------
    ModelFileError
        For a file that is not there or no ONNX file.
    ParameterError
        For a node that a network of dense layers lacks, by its name and operator.
    ClearpropError
        Without the library onnx.
    """
    try:
        import onnx
    except ImportError as error:
        raise ClearpropError(f"onnx: needs {error.name}: pip install 'clearprop[onnx]'") from None
    try:
        # Weights may lie in a file beside it; the library refuses files elsewhere.
        model = onnx.load(fspath(path))
        graph = _Graph(model.graph, onnx.numpy_helper.to_array)
    except FileNotFoundError:
        raise ModelFileError(f"{path}: there is no such file") from None
    except Exception as error:  # any error there is the fault of the file
        said = shorten(printable(error), 200)
        raise ModelFileError(f"{path}: is no ONNX file that can be read: {said}") from None
    chain = graph.chain(str(path))
    made = {"source": str(path), "producer": model.producer_name}
    return taken(chain, classes, cost, multilabel=multilabel, trained=made)


class _Graph:
    """The nodes of a graph by what they give, and its constants."""

    def __init__(self, graph: Any, to_array: Callable[[Any], Array]) -> None:
        self.made_by = {name: node for node in graph.node for name in node.output}
        self.constants = {tensor.name: to_array(tensor) for tensor in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant" and node.attribute[0].name == "value":
                self.constants[node.output[0]] = to_array(node.attribute[0].t)
            elif node.op_type in _FOLDED and set(node.input) <= set(self.constants):
                self.constants[node.output[0]] = _FOLDED[node.op_type](
                    self.constants[node.input[0]], node
                )
        self.inputs = {tensor.name for tensor in graph.input} - set(self.constants)
        # Labels are whole numbers or texts. A sequence holds the probabilities as dictionaries.
        self.outputs = [
            tensor.name
            for tensor in graph.output
            if tensor.type.tensor_type.elem_type in (0, *_FLOATS)
        ]

    def chain(self, called: str) -> Chain:
        """The chain that leads to the first output to which one leads.

        Where there is none, the message is that of the output before which most nodes were taken.
        """
        best: tuple[int, ParameterError] | None = None
        for output in self.outputs:
            chain = Chain(called)
            steps: list[tuple[Any, str]] = []
            try:
                self._follow(chain, output, steps)
                for node, tensor in reversed(steps):
                    self._take(chain, node, tensor)
                chain.finished()
            except ParameterError as error:
                if best is None or len(steps) > best[0]:
                    best = len(steps), error
                continue
            return chain
        if best is None:
            raise ParameterError(f"{called}: has no output of numbers")
        raise best[1]

    def _follow(self, chain: Chain, tensor: str, steps: list[tuple[Any, str]]) -> None:
        """Collect the nodes from a tensor back to the input, each with the tensor it takes."""
        while tensor not in self.inputs:
            node = self.made_by.get(tensor)
            if node is None or len(steps) > len(self.made_by):  # or a circle
                raise ParameterError(f"{chain.called}: nothing gives {shown(tensor)}")
            sources = [name for name in node.input if name and name not in self.constants]
            if (both := self._two_classes(node)) is not None:
                tensor = both
                continue
            if (gated := self._silu(node)) is not None:
                steps.append((node, "silu"))
                tensor = gated
                continue
            if node.op_type not in _TAKEN:
                chain.refuse(_name(node), f"expected one of {', '.join(_TAKEN)}")
            if len(sources) != 1:
                chain.refuse(_name(node), f"joins {len(sources)} branches; expected a chain")
            steps.append((node, sources[0]))
            tensor = sources[0]

    def _take(self, chain: Chain, node: Any, tensor: str) -> None:
        try:
            _TAKEN[node.op_type](self, chain, node, tensor)
        except ParameterError:
            raise
        except (LookupError, TypeError, ValueError) as error:  # the fault of the file
            chain.refuse(_name(node), f"cannot be read: {shorten(printable(error), 200)}")

    def _two_classes(self, node: Any) -> str | None:
        """h where the node puts 1 - h and h side by side, as for two classes; else None."""
        if node.op_type != "Concat" or len(node.input) != 2:
            return None
        first, h = self.made_by.get(node.input[0]), str(node.input[1])
        if first is None or first.op_type != "Sub" or list(first.input)[1:] != [h]:
            return None
        one = self.constants.get(first.input[0])
        return h if one is not None and np.all(one == 1) else None

    def _silu(self, node: Any) -> str | None:
        """z where the node gives z times its sigmoid; else None."""
        if node.op_type != "Mul" or len(node.input) != 2:
            return None
        for z, other in (node.input, reversed(node.input)):
            gate = self.made_by.get(other)
            if gate is not None and gate.op_type == "Sigmoid" and list(gate.input) == [z]:
                return str(z)
        return None

    def constant(self, chain: Chain, node: Any, tensor: str) -> tuple[Array, bool]:
        """The constant operand of a node of two, and whether it stands first."""
        if len(node.input) != 2:
            chain.refuse(_name(node), f"expected two inputs; got {len(node.input)}")
        at = next((k for k, name in enumerate(node.input) if name != tensor), None)
        if at is None:
            chain.refuse(_name(node), "takes the same numbers twice")
        assert at is not None
        return self.constants[node.input[at]], at == 0


def _name(node: Any) -> str:
    op = node.op_type  # bytes where it is no UTF-8
    op = op if isinstance(op, str) and op.isidentifier() else shown(op)
    return f"node {shown(node.name or node.output[0])} ({op})"


def _attribute(node: Any, name: str, default: Any) -> Any:
    for attribute in node.attribute:
        if attribute.name == name:
            kinds = {1: attribute.f, 2: attribute.i, 6: list(attribute.floats)}
            return kinds.get(attribute.type, default)
    return default


def _gemm(graph: _Graph, chain: Chain, node: Any, tensor: str) -> None:
    if node.input[0] != tensor or _attribute(node, "transA", 0):
        chain.refuse(_name(node), "takes the rows as its second matrix, or transposed")
    W = graph.constants[node.input[1]]
    W = W.T if _attribute(node, "transB", 0) else W
    W = W * W.dtype.type(_attribute(node, "alpha", 1.0))
    b = graph.constants[node.input[2]] if len(node.input) > 2 and node.input[2] else None
    bias = np.zeros(W.shape[1], W.dtype) if b is None else b.reshape(-1)
    chain.product(W, bias * bias.dtype.type(_attribute(node, "beta", 1.0)), _name(node))


def _matmul(graph: _Graph, chain: Chain, node: Any, tensor: str) -> None:
    W, first = graph.constant(chain, node, tensor)
    if first:
        chain.refuse(_name(node), "takes the rows as its second matrix")
    chain.product(W, np.zeros((), W.dtype), _name(node))


def _arithmetic(graph: _Graph, chain: Chain, node: Any, tensor: str) -> None:
    if tensor == "silu":
        chain.activation("silu", _name(node))
        return
    c, first = graph.constant(chain, node, tensor)
    if node.op_type == "Add":
        chain.scaled(1.0, c, _name(node))
    elif node.op_type == "Mul":
        chain.scaled(c, 0.0, _name(node))
    elif node.op_type == "Sub":
        chain.scaled(-1.0 if first else 1.0, c if first else -c, _name(node))
    elif first:
        chain.refuse(_name(node), "divides by the numbers of a row")
    else:
        chain.scaled(1 / c, 0.0, _name(node))


def _batch_norm(graph: _Graph, chain: Chain, node: Any, tensor: str) -> None:
    weight, bias, mean, variance = (graph.constants[name] for name in node.input[1:5])
    scale = weight / np.sqrt(variance + np.float32(_attribute(node, "epsilon", 1e-5)))
    chain.scaled(scale, bias - mean * scale, _name(node))


def _scaler(graph: _Graph, chain: Chain, node: Any, tensor: str) -> None:
    scale = np.array(_attribute(node, "scale", [1.0]), np.float32)
    chain.scaled(scale, -np.array(_attribute(node, "offset", [0.0]), np.float32) * scale, "")


def _leaky(graph: _Graph, chain: Chain, node: Any, tensor: str) -> None:
    slope = _attribute(node, "alpha", LEAK)
    if abs(slope - LEAK) > 1e-9:
        chain.refuse(_name(node), f"has the slope {slope:g} below 0; expected {LEAK:g}")
    chain.activation("leaky_relu", _name(node))


# Nodes that stand between stored weights and the layer that takes them.
_FOLDED: dict[str, Callable[[Array, Any], Array]] = {
    "Identity": lambda value, node: value,
    "Cast": lambda value, node: value,
    "Transpose": lambda value, node: value.T,
}

_Step = Callable[[_Graph, Chain, Any, str], None]


def _activation(activation: str) -> _Step:
    return lambda graph, chain, node, tensor: chain.activation(activation, _name(node))


def _nothing(graph: _Graph, chain: Chain, node: Any, tensor: str) -> None:
    """What only changes the shape or the type of a row, or does nothing after training."""


_TAKEN: dict[str, _Step] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _arithmetic),
    "BatchNormalization": _batch_norm,
    "Scaler": _scaler,
    "Relu": _activation("relu"),
    "Tanh": _activation("tanh"),
    "Sigmoid": _activation("sigmoid"),
    "LeakyRelu": _leaky,
    "Swish": _activation("silu"),
    "Softmax": _activation("softmax"),
    "LogSoftmax": _activation("softmax"),
    "Exp": _activation("exp"),
    **dict.fromkeys(("Flatten", "Reshape", "Identity", "Dropout", "Cast", "ZipMap"), _nothing),
}
