"""A Sequential of PyTorch: its modules are read by their names; PyTorch itself is not imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from clearprop.errors import ParameterError
from clearprop.foreign.chain import Chain
from clearprop.foreign.taken import Taken, taken
from clearprop.network.activations import LEAK
from clearprop.network.architecture import Array

__all__ = ["from_torch"]


def from_torch(
    module: Any, classes: Iterable[Any] | None, cost: str | None, multilabel: bool
) -> Taken:
    """The parts of the model that gives what the module gives after ``module.eval()``.

    Raises
    ------
    ParameterError
        For a module that is no Sequential, and for a part that a network of dense layers lacks.
    """
    if type(module).__name__ != "Sequential" or not hasattr(module, "__iter__"):
        raise ParameterError(
            "module: expected a torch.nn.Sequential of Linear layers and activations; got "
            f"{type(module).__name__}; other modules go by way of a file: torch.onnx.export, then "
            "Model.from_onnx"
        )
    chain = Chain("module")
    _take(chain, module, "")
    return taken(chain, classes, cost, multilabel=multilabel, trained={"source": "PyTorch"})


def _take(chain: Chain, module: Any, prefix: str) -> None:
    # named_children() would leave out a module that stands twice, such as one ReLU for all layers.
    for k, part in enumerate(module):
        kind, place = type(part).__name__, f"{prefix}{k}"
        if kind == "Sequential":
            _take(chain, part, f"{place}.")
        elif kind in _TAKEN:
            _TAKEN[kind](chain, part, f"{place} ({kind})")
        else:
            chain.refuse(f"{place} ({kind})", f"expected one of {', '.join(_TAKEN)}")


def _numbers(tensor: Any) -> Array:
    return np.asarray(tensor.detach().cpu().double().numpy())


def _linear(chain: Chain, part: Any, name: str) -> None:
    W = _numbers(part.weight).T  # (in, out); the module holds (out, in)
    b = np.zeros(W.shape[1]) if part.bias is None else _numbers(part.bias)
    wide = np.float64 if "float64" in str(part.weight.dtype) else np.float32
    chain.product(W.astype(wide), b.astype(wide), name)


def _batch_norm(chain: Chain, part: Any, name: str) -> None:
    """``(x - mean) / sqrt(var + eps) * weight + bias``, with the running mean and variance."""
    if part.running_mean is None:
        chain.refuse(name, "keeps no running mean, so each batch would give other numbers")
    scale = 1 / np.sqrt(_numbers(part.running_var) + part.eps)  # (s_l,)
    shift = -_numbers(part.running_mean) * scale
    if part.affine:
        weight, bias = _numbers(part.weight), _numbers(part.bias)
        scale, shift = scale * weight, shift * weight + bias
    chain.scaled(scale.astype(np.float32), shift.astype(np.float32), name)


def _leaky(chain: Chain, part: Any, name: str) -> None:
    if part.negative_slope != LEAK:
        chain.refuse(name, f"has the slope {part.negative_slope:g} below 0; expected {LEAK:g}")
    chain.activation("leaky_relu", name)


def _flatten(chain: Chain, part: Any, name: str) -> None:
    if part.start_dim != 1:
        chain.refuse(name, f"begins at dimension {part.start_dim}; expected 1")


def _activation(activation: str) -> Callable[[Chain, Any, str], None]:
    return lambda chain, part, name: chain.activation(activation, name)


def _nothing(chain: Chain, part: Any, name: str) -> None:
    """What does nothing once a network is trained."""


_TAKEN: dict[str, Callable[[Chain, Any, str], None]] = {
    "Linear": _linear,
    "ReLU": _activation("relu"),
    "Tanh": _activation("tanh"),
    "Sigmoid": _activation("sigmoid"),
    "SiLU": _activation("silu"),
    "LeakyReLU": _leaky,
    "Softmax": _activation("softmax"),
    "LogSoftmax": _activation("softmax"),  # its logarithm; the classes and their order are the same
    "BatchNorm1d": _batch_norm,
    "Flatten": _flatten,
    "Dropout": _nothing,
    "Identity": _nothing,
}
