"""The samples that training does not learn from, and what the network shows on them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.engines.protocol import Session
from clearprop.errors import ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import cost_of
from clearprop.network.equations import cost
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets
from clearprop.training.stream import Stream, parts_of, read_checked, whole

__all__ = ["Validation", "checked", "measured", "measuring"]


@dataclass(frozen=True)
class Validation:
    """Samples that training does not learn from, and a function that scores their outputs.

    `X`, `Y` and `sample_weight` are as in :func:`clearprop.cost_and_gradient`. Or `X` is a
    :class:`~clearprop.training.stream.Stream`, which brings targets and weights.
    `score` takes h(x) of shape ``(m, K)`` and returns a number, larger is better (accuracy, R^2).
    None: the score is minus the cost of these samples (without lambda).

    Examples
    --------
    >>> y = np.array([0, 1])
    >>> validation = Validation(np.eye(2), y, lambda h: float(((h[:, 0] > 0.5) == y).mean()))
    >>> validation.score(np.array([[0.2], [0.9]]))
    1.0
    """

    X: Any
    Y: Any = None
    score: Callable[[Array], float] | None = None
    sample_weight: Array | None = None


def checked(validation: Validation | None, network: Network, dtype: Any) -> Validation | None:
    """The validation set in the shapes and the dtype of the mathematics."""
    if validation is None:
        return None
    if isinstance(validation.X, Stream):
        if not validation.X.fits:
            return validation
        X, Y, weight = whole(validation.X, network, dtype)
        return replace(validation, X=X, Y=Y, sample_weight=weight)
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
    plain = replace(network, regularization=0.0)
    J, h = _shown(plain, session, validation)
    return J, -J if validation.score is None else validation.score(h)


def measuring(
    validation: Validation, network: Network, session: Session
) -> Generator[None, None, tuple[float, float]]:
    """As :func:`measured`, also of a stream; yields after each part of it.

    All h(x) of a stream are kept for the score, ``(m, K)``.
    """
    stream = validation.X
    if not isinstance(stream, Stream):
        return measured(validation, network, session)
    plain, dtype = replace(network, regularization=0.0), session.state().theta.dtype
    total, weight, outputs = 0.0, 0.0, []
    for numbers in parts_of(stream, range(len(stream.blocks.sizes))):
        X, Y, weights = read_checked(stream, numbers, network, dtype)
        count = X.shape[0] if weights is None else float(weights.sum())
        J, h = _shown(plain, session, Validation(X, Y, None, weights))
        total += count * J if count else 0.0
        weight += count
        outputs.append(h)
        yield
    J = total / weight
    return J, -J if validation.score is None else validation.score(np.concatenate(outputs))


def _shown(plain: Network, session: Session, rows: Validation) -> tuple[float, Array]:
    """J and h(x) ``(m, K)`` of rows in memory."""
    z = session.logits(rows.X)  # (m, K)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        J = cost(np, plain, session.state().theta, z, rows.Y, rows.sample_weight)
        return float(J), cost_of(plain).h(np, z)
