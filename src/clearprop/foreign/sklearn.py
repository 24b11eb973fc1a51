"""A fitted MLPClassifier or MLPRegressor of scikit-learn, alone or behind a scaler.

Its attributes are read; scikit-learn itself is not imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.data.column import Column
from clearprop.data.encoding import Encoder
from clearprop.errors import ParameterError
from clearprop.foreign.chain import Chain
from clearprop.foreign.taken import Taken, taken
from clearprop.network.architecture import ALIASES, Array

__all__ = ["from_sklearn"]

_EXPECTED = (
    "estimator: expected a fitted MLPClassifier or MLPRegressor of scikit-learn, or a pipeline of "
    "a scaler and one of these"
)


def from_sklearn(estimator: Any) -> Taken:
    """The parts of the model that predicts what the estimator predicts.

    Raises
    ------
    ParameterError
        For anything else, and for an estimator that is not fitted.
    """
    scaler, last = _split(estimator)
    if not hasattr(last, "hidden_layer_sizes"):
        raise ParameterError(f"{_EXPECTED}; got {_kind(last)}")
    if not hasattr(last, "coefs_"):
        raise ParameterError(f"{_EXPECTED}; this {_kind(last)} is not fitted: call fit first")
    chain = Chain("estimator")
    output = ALIASES.get(last.out_activation_, last.out_activation_)
    hidden = ALIASES.get(last.activation, last.activation)
    for l, (W, b) in enumerate(zip(last.coefs_, last.intercepts_, strict=True), start=1):
        chain.product(W, b, f"coefs_[{l - 1}]")
        is_last = l == len(last.coefs_)
        chain.activation(output if is_last else hidden, "activation")
    classes = getattr(last, "classes_", None)
    # Among several classes scikit-learn uses softmax, so sigmoids are labels on their own.
    multilabel = classes is not None and output == "sigmoid" and last.n_outputs_ > 1
    return taken(
        chain,
        None if multilabel else classes,
        "squared" if output == "identity" else None,
        multilabel=multilabel,
        regularization=float(last.alpha),
        encoder=_encoder(estimator, scaler, last.coefs_[0].shape[0]),
        trained={"estimator": f"scikit-learn's {_kind(last)}", "epochs": int(last.n_iter_)},
    )


def _split(estimator: Any) -> tuple[Any, Any]:
    """The scaler before the network, or None, and the network."""
    if not hasattr(estimator, "steps"):
        return None, estimator
    steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
    if len(steps) == 1:
        return None, steps[0]
    if len(steps) == 2 and _kind(steps[0]) in _SCALERS:
        return steps[0], steps[1]
    before = ", ".join(_kind(step) for step in steps[:-1])
    raise ParameterError(
        f"{_EXPECTED} (one of {', '.join(_SCALERS)}); got a pipeline with {before} before the "
        "network"
    )


def _kind(value: Any) -> str:
    return type(value).__name__


def _standard(scaler: Any, n: int) -> tuple[Array, Array]:
    mean = np.zeros(n) if scaler.mean_ is None or not scaler.with_mean else scaler.mean_  # (n,)
    return mean, np.ones(n) if scaler.scale_ is None else scaler.scale_


def _min_max(scaler: Any, n: int) -> tuple[Array, Array]:
    if scaler.clip:
        raise ParameterError("estimator: MinMaxScaler(clip=True) cuts numbers off; use clip=False")
    return -scaler.min_ / scaler.scale_, 1 / scaler.scale_  # x scale_ + min_


def _max_abs(scaler: Any, n: int) -> tuple[Array, Array]:
    return np.zeros(n), scaler.scale_


# Each scaler as what is subtracted and what divides, (n,) each.
_SCALERS: dict[str, Callable[[Any, int], tuple[Array, Array]]] = {
    "StandardScaler": _standard,
    "MinMaxScaler": _min_max,
    "MaxAbsScaler": _max_abs,
}


def _encoder(estimator: Any, scaler: Any, n: int) -> Encoder | None:
    """The encoder that scales as the scaler does and finds columns by the names of the fit."""
    names = getattr(estimator, "feature_names_in_", None)
    if scaler is None and names is None:
        return None
    moments = (np.zeros(n), np.ones(n)) if scaler is None else _SCALERS[_kind(scaler)](scaler, n)
    columns = None if names is None else tuple(Column(str(name), "numbers") for name in names)
    # The numbers of the training are gone, so none lies far outside them.
    bounds = np.full(n, -np.inf), np.full(n, np.inf)
    described = columns, (("",),) * n, (None,) * n, np.zeros(n, bool)
    mean, scale = (np.asarray(values, np.float64) for values in moments)
    return Encoder.of(described, (mean, scale), bounds, None)
