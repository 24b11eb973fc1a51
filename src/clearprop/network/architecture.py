"""A network without its weights: layers, activation, cost and lambda."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

from numpy.typing import NDArray

from clearprop.errors import as_float, is_whole, one_of, raise_problems, shown
from clearprop.faces import face
from clearprop.names import ActivationName, CostName
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.costs import COSTS

Array: TypeAlias = NDArray[Any]

# Other words for an activation: "logistic" is scikit-learn's word for the sigmoid.
ALIASES = {"logistic": "sigmoid"}


@dataclass(frozen=True)
class Network:
    """The architecture of a feed-forward network. It holds no weights.

    Parameters
    ----------
    layer_sizes
        ``(s_1, ..., s_L)``: units per layer, inputs first, outputs last, bias units not counted.
    activation
        Of the hidden layers: ``"sigmoid"`` (scikit-learn's ``"logistic"`` is accepted), ``"tanh"``,
        ``"relu"``, ``"identity"``, ``"leaky_relu"`` (slope 0.01 below 0) or ``"silu"``.
    cost
        ``"logistic"``, ``"softmax"``, ``"quadratic"``, ``"squared"``, ``"poisson"``, ``"huber"`` or
        ``"quantile"``. The cost decides the output's activation too (see
        :data:`clearprop.network.costs.COSTS`).
    regularization
        The course's lambda in ``lambda/(2m) * sum(weights^2)``, bias left out.
    quantiles
        For ``cost="quantile"``: the level of each output unit, a number between 0 and 1. Empty: the
        median, 0.5, of every output.
    threshold
        For ``cost="huber"``: Huber's delta. An error counts half its square up to there, and grows
        like a straight line beyond.

    Raises
    ------
    ParameterError
        Naming every parameter that does not fit.

    Examples
    --------
    >>> network = Network((400, 25, 10), regularization=1.0)
    >>> network.n_parameters
    10285
    >>> network.block_shapes
    ((401, 25), (26, 10))
    >>> Network([4], activation="rellu")
    Traceback (most recent call last):
    clearprop.errors.ParameterError: 2 problems: layer_sizes: expected an input layer and an \
output layer at least; got (4,); activation: expected one of sigmoid, tanh, relu, identity, \
leaky_relu, silu; got 'rellu' (did you mean "relu"?)
    """

    layer_sizes: tuple[int, ...]
    activation: ActivationName = "sigmoid"
    cost: CostName = "logistic"
    regularization: float = 0.0
    quantiles: tuple[float, ...] = ()
    threshold: float = 1.0

    def __post_init__(self) -> None:
        layer_sizes = _as_tuple(self.layer_sizes)
        name = self.activation
        activation = ALIASES.get(name, name) if isinstance(name, str) else name
        # A list of levels, or an array of them, becomes a tuple, so that networks can be compared.
        quantiles = _as_tuple(self.quantiles)
        unknown = one_of("cost", self.cost, list(COSTS))
        cost = None if unknown else self.cost
        problems = [
            *_layer_problems(layer_sizes),
            *one_of("activation", activation, list(ACTIVATIONS)),
            *unknown,
            *_lambda_problems(self.regularization),
            *_threshold_problems(cost, self.threshold),
            *_quantile_problems(cost, quantiles),
        ]
        if not problems:
            problems = _output_problems(self.cost, int(layer_sizes[-1]), quantiles)
        raise_problems(problems)
        object.__setattr__(self, "layer_sizes", tuple(int(s) for s in layer_sizes))
        object.__setattr__(self, "activation", activation)
        object.__setattr__(self, "regularization", float(self.regularization))
        object.__setattr__(self, "quantiles", tuple(float(level) for level in quantiles))
        object.__setattr__(self, "threshold", float(self.threshold))

    def _repr_html_(self) -> str:
        return face(self, "fragment")(self)

    @property
    def n_layers(self) -> int:
        """L, the number of layers, inputs and outputs included."""
        return len(self.layer_sizes)

    @property
    def n_inputs(self) -> int:
        """s_1, the number of inputs."""
        return self.layer_sizes[0]

    @property
    def n_outputs(self) -> int:
        """K = s_L, the number of output units."""
        return self.layer_sizes[-1]

    @property
    def block_shapes(self) -> tuple[tuple[int, int], ...]:
        """``(s_l + 1, s_{l+1})`` for each layer l but the last: its block of theta."""
        return tuple((s + 1, s_next) for s, s_next in pairwise(self.layer_sizes))

    @cached_property
    def n_parameters(self) -> int:
        """The length of theta: ``sum over l of (s_l + 1) * s_{l+1}``."""
        return sum(rows * columns for rows, columns in self.block_shapes)

    @property
    def levels(self) -> tuple[float, ...]:
        """The level of each output unit, K in all, for ``cost="quantile"``; else ``()``.

        Examples
        --------
        >>> Network((3, 2), cost="quantile").levels
        (0.5, 0.5)
        """
        if self.cost != "quantile":
            return ()
        return self.quantiles or (0.5,) * self.n_outputs

    @property
    def output_activation(self) -> str:
        """The activation of the output layer, which the cost decides."""
        return COSTS[self.cost].output


def _as_tuple(values: Any) -> Any:
    """The values as a tuple, or the argument itself if it is no sequence.

    They are read once, since a generator gives them once.
    """
    if isinstance(values, str | bytes):
        return values
    try:
        return tuple(values)
    except TypeError:  # not iterable, or an array without a length
        return values


def _layer_problems(sizes: object) -> list[str]:
    expected = "layer_sizes: expected"
    if not isinstance(sizes, tuple):
        came = shown(sizes)
        return [f"{expected} a sequence of whole numbers such as (400, 25, 10); got {came}"]
    if len(sizes) < 2:
        return [f"{expected} an input layer and an output layer at least; got {shown(sizes)}"]
    return size_problems("layer_sizes", sizes)


def size_problems(name: str, sizes: object, came: object = None) -> list[str]:
    """What is wrong with numbers of units, as a list of at most one sentence.

    `came` is the user's own value, if `sizes` were made from it.
    """
    if isinstance(sizes, tuple | list) and all(is_whole(s) and int(s) >= 1 for s in sizes):
        return []
    got = shown(sizes if came is None else came)
    return [f"{name}: expected whole numbers of at least 1; got {got}"]


def _lambda_problems(value: object) -> list[str]:
    if 0 <= as_float(value) < math.inf:
        return []
    return [f"regularization: expected a finite number of at least 0; got {shown(value)}"]


def _threshold_problems(cost: str | None, value: object) -> list[str]:
    """What is wrong with the threshold of a cost; the cost is None if it is wrong itself."""
    if not 0 < as_float(value) < math.inf:
        return [f"threshold: expected a finite number above 0; got {shown(value)}"]
    if cost not in (None, "huber") and as_float(value) != 1.0:
        return [f"threshold: is for cost='huber'; leave it at 1.0 with {cost!r}; got {value!r}"]
    return []


def _quantile_problems(cost: str | None, quantiles: object) -> list[str]:
    """What is wrong with the levels of a cost; the cost is None if it is wrong itself."""
    if isinstance(quantiles, tuple) and not quantiles:
        return []
    if cost not in (None, "quantile"):
        return [f"quantiles: are for cost='quantile'; leave them out with {cost!r}"]
    if isinstance(quantiles, tuple) and all(0 < as_float(q) < 1 for q in quantiles):
        return []
    expected = "quantiles: expected numbers between 0 and 1, such as (0.05, 0.95)"
    return [f"{expected}; got {shown(quantiles)}"]


def _output_problems(cost: str, K: int, quantiles: tuple[float, ...]) -> list[str]:
    if cost == "softmax" and K < 2:
        return [
            "cost: softmax over one output unit is always 1; use cost='logistic' for two "
            "classes in one unit, or two output units"
        ]
    if quantiles and len(quantiles) != K:
        return [
            f"quantiles: expected one level for each output unit, {K} in all; got {len(quantiles)}"
        ]
    return []
