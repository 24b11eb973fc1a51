"""What a model is made of, from layers and from what the user says of their outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.data.encoding import Encoder
from clearprop.data.labels import as_labels
from clearprop.data.targets import Targets
from clearprop.errors import ParameterError, one_of, raise_problems, shown
from clearprop.foreign.chain import Chain
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import COSTS

__all__ = ["Taken", "taken"]

_BY_OUTPUT = {"sigmoid": "logistic", "softmax": "softmax", "exp": "poisson"}
_NUMBERS = ("squared", "poisson", "huber", "quantile")


@dataclass(frozen=True, eq=False)
class Taken:
    """The parts of a model; see :class:`clearprop.model.Model`."""

    network: Network
    theta: Array
    targets: Targets
    encoder: Encoder | None = None
    trained: Mapping[str, Any] = field(default_factory=dict)


def taken(
    chain: Chain,
    classes: Iterable[Any] | None,
    cost: str | None,
    *,
    multilabel: bool = False,
    regularization: float = 0.0,
    encoder: Encoder | None = None,
    trained: Mapping[str, Any] | None = None,
) -> Taken:
    """The parts of a model of a chain's layers.

    Parameters
    ----------
    classes
        The labels of the outputs in their order, two for one unit; None for numbers, and for
        several labels a row.
    cost
        The cost that the network was trained under; None: the one that its last activation has.
    multilabel
        Whether each output is a yes or no of its own.

    Raises
    ------
    ParameterError
        For a chain that is no network, and for a cost or classes that it does not tell.
    """
    layers = chain.finished()
    output, K = layers[-1].activation, len(layers[-1].b)
    found = _cost(output, cost)
    targets = _targets(found, K, None if classes is None else list(classes), multilabel)
    network = Network(
        (len(layers[0].W), *(len(layer.b) for layer in layers)),
        layers[0].activation if len(layers) > 1 else "sigmoid",  # type: ignore[arg-type]
        found,  # type: ignore[arg-type]
        regularization,
    )
    blocks = [np.vstack([layer.b, layer.W]).ravel() for layer in layers]
    theta = np.concatenate(blocks).astype(chain.dtype)  # (n_parameters,)
    return Taken(network, theta, targets, encoder, trained or {})


def _cost(output: str, cost: str | None) -> str:
    if cost is not None:
        raise_problems(one_of("cost", cost, list(COSTS)))
    elif output in _BY_OUTPUT:
        return _BY_OUTPUT[output]
    elif output != "identity":
        raise ParameterError(
            f"cost: the network ends in {output}, which no cost has; its last layer must be "
            "linear, sigmoid, softmax or exp"
        )
    else:
        raise ParameterError(
            "cost: the network ends in a linear layer, which does not tell what it gives; state "
            "cost='squared' for numbers, cost='softmax' for the logits of several classes, or "
            "cost='logistic' for the logit of yes or no"
        )
    if output not in ("identity", COSTS[cost].output):
        raise ParameterError(
            f"cost: {cost} needs a last layer that is linear or {COSTS[cost].output}; the network "
            f"ends in {output}"
        )
    return cost


def _targets(cost: str, K: int, classes: list[Any] | None, multilabel: bool) -> Targets:
    if cost in _NUMBERS:
        if classes is not None:
            raise ParameterError(f"classes: the {cost} cost is for numbers; leave them out")
        return Targets("regression", mean=np.zeros(K), scale=np.ones(K))
    if multilabel:
        if classes is not None:
            raise ParameterError("classes: several labels a row are 0 and 1; leave them out")
        return Targets("multilabel", classes=np.arange(K))
    n = 2 if K == 1 else K
    expected = f"classes: expected {n} different labels, one for each output in its order"
    if K == 1:
        expected = "classes: expected the labels of no and of yes, such as [0, 1]"
    if classes is None:
        raise ParameterError(f"{expected}; got none")
    labels = as_labels(np.array(classes), None)
    if len(labels) != n or labels.ndim != 1 or len(set(labels.tolist())) != n:
        raise ParameterError(f"{expected}; got {shown(classes)}")
    return Targets("classification", classes=labels)
