"""A chain of matrix products, scalings and activations becomes the layers of a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.errors import ParameterError
from clearprop.network.architecture import Array

__all__ = ["Chain", "Layer"]

_LAST = ("softmax", "exp")  # activations of an output layer alone


@dataclass(frozen=True, eq=False)
class Layer:
    """``a = g(x W + b)``: W is ``(s_l, s_{l+1})``, b is ``(s_{l+1},)``, both float64."""

    W: Array
    b: Array
    activation: str


@dataclass
class Chain:
    """Collects what a row passes, in its order.

    What only scales and shifts each number is multiplied into the next matrix, or the one before:
    a scaler in front, normalisation of batches by its running means.

    Attributes
    ----------
    called
        The parameter that messages name.
    layers
        The layers so far.

    Examples
    --------
    >>> chain = Chain("module")
    >>> chain.scaled(np.array([0.5]), np.array([-1.0]), "scaler")  # x/2 - 1
    >>> chain.product(np.array([[4.0, 8.0]]), np.zeros(2), "layer")
    >>> chain.activation("relu", "relu")
    >>> chain.layers[0].W, chain.layers[0].b
    (array([[2., 4.]]), array([-4., -8.]))
    """

    called: str
    layers: list[Layer] = field(default_factory=list)
    _W: Array | None = None  # of the layer under construction
    _b: Array | None = None
    # What scales and shifts the numbers before it.
    _scale: Any = 1.0
    _shift: Any = 0.0
    _dtypes: set[Any] = field(default_factory=set)

    @property
    def dtype(self) -> Any:
        """float32 if all weights were float32 or shorter, else float64."""
        return np.result_type(np.float32, *self._dtypes)

    def product(self, W: Any, b: Any, name: str) -> None:
        """``x W + b``."""
        self._dtypes |= {np.asarray(W).dtype, np.asarray(b).dtype}
        W, b = np.asarray(W, np.float64), np.asarray(b, np.float64)  # (s_l, s_{l+1}), (s_{l+1},)
        if self._W is not None:  # two products without an activation between them
            self._close("identity")
        if W.ndim != 2 or b.shape not in ((), (W.shape[1],)):
            self.refuse(name, f"has weights {W.shape} and a bias {b.shape}")
        width = self.layers[-1].W.shape[1] if self.layers else W.shape[0]
        if width != W.shape[0]:
            self.refuse(name, f"takes {W.shape[0]} numbers, and the layer before gives {width}")
        scale, shift = (
            self._spread(values, W.shape[0], name) for values in (self._scale, self._shift)
        )
        self._b = shift @ W + b  # (s_{l+1},)
        self._W = scale[:, None] * W  # (s_l, s_{l+1})
        self._scale, self._shift = 1.0, 0.0

    def scaled(self, scale: Any, shift: Any, name: str) -> None:
        """``scale * x + shift``, number by number."""
        scale, shift = np.asarray(scale, np.float64), np.asarray(shift, np.float64)
        if self._W is None:
            self._scale, self._shift = self._scale * scale, self._shift * scale + shift
            return
        assert self._b is not None
        scale, shift = (self._spread(x, self._W.shape[1], name) for x in (scale, shift))
        self._W, self._b = self._W * scale, self._b * scale + shift

    def activation(self, activation: str, name: str) -> None:
        """``g(z)`` ends a layer."""
        if self._W is None:
            self.refuse(name, "follows no layer of weights")
        self._close(activation)

    def finished(self) -> list[Layer]:
        """All layers; the last one is linear where no activation follows it.

        Raises
        ------
        ParameterError
            For hidden layers of different activations, and for what follows the last activation.
        """
        if self._W is not None:
            self._close("identity")
        if not self.layers:
            raise ParameterError(f"{self.called}: expected at least one dense layer; got none")
        if np.any(self._scale != 1.0) or np.any(self._shift != 0.0):
            last = self.layers[-1].activation
            raise ParameterError(f"{self.called}: numbers are scaled behind the last {last}")
        names = list(dict.fromkeys(layer.activation for layer in self.layers[:-1]))
        if len(names) > 1:
            raise ParameterError(
                f"{self.called}: expected one activation in all hidden layers; got "
                f"{', '.join(names)}"
            )
        if names and names[0] in _LAST:
            raise ParameterError(f"{self.called}: {names[0]} stands before the last layer")
        return self.layers

    def refuse(self, name: str, why: str) -> None:
        """Refuse a part by its name."""
        raise ParameterError(f"{self.called}: {name}: {why}")

    def _close(self, activation: str) -> None:
        assert self._W is not None
        assert self._b is not None
        self.layers.append(Layer(self._W, self._b, activation))
        self._W = self._b = None

    def _spread(self, values: Any, width: int, name: str) -> Array:
        """The values as one for each of so many numbers."""
        flat = np.asarray(values, np.float64).reshape(-1)
        if len(flat) not in (1, width):
            self.refuse(name, f"scales or shifts {len(flat)} numbers; a row has {width} there")
        return np.broadcast_to(flat, (width,))
