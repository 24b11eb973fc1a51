"""The samples that training does not learn from, and what the network shows on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.engines.protocol import Session
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import cost, cost_of
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets

__all__ = ["Validation", "checked", "measured"]


@dataclass(frozen=True)
class Validation:
    """Samples that training does not learn from, and a function that scores their outputs.

    `X`, `Y` and `sample_weight` are as in :func:`clearprop.cost_and_gradient`.
    `score` takes h(x) of shape ``(m, K)`` and returns a number, larger is better (accuracy, R^2).
    None: the score is minus the cost of these samples (without lambda).

    Examples
    --------
    >>> y = np.array([0, 1])
    >>> validation = Validation(np.eye(2), y, lambda h: float(((h[:, 0] > 0.5) == y).mean()))
    >>> validation.score(np.array([[0.2], [0.9]]))
    1.0
    """

    X: Array
    Y: Array
    score: Callable[[Array], float] | None = None
    sample_weight: Array | None = None


def checked(validation: Validation | None, network: Network, dtype: Any) -> Validation | None:
    """The validation set in the shapes and the dtype of the mathematics."""
    if validation is None:
        return None
    try:
        X = as_inputs(network, validation.X, dtype)
        rows = X.shape[0]
        Y = as_targets(network, validation.Y, rows, dtype)
        weight = as_sample_weight(validation.sample_weight, rows, dtype)
    except ParameterError as error:
        names = ("X", "Y", "sample_weight")
        raise error.renamed({name: f"validation {name}" for name in names}) from None
    return replace(validation, X=X, Y=Y, sample_weight=weight)


def measured(validation: Validation, network: Network, session: Session) -> tuple[float, float]:
    """Validation cost (without lambda, dropout and smoothing) and score, from one forward pass."""
    plain, theta = replace(network, regularization=0.0), session.state().theta
    z = session.logits(validation.X)  # (m, K)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        J = cost(np, plain, theta, z, validation.Y, validation.sample_weight)
        h = cost_of(plain).h(np, z)  # (m, K)
    return float(J), -float(J) if validation.score is None else validation.score(h)
