"""The model of whatever a user hands in to be saved: estimators, pipelines, rescaled regressors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.errors import ParameterError, shown
from clearprop.model import Model

__all__ = ["as_model"]


def as_model(value: Any) -> Model:
    """The model of a Model, a fitted estimator, a pipeline or a rescaled regressor.

    Raises
    ------
    ParameterError
        For anything else, saying what to hand in.

    Examples
    --------
    >>> as_model("m.safetensors")
    Traceback (most recent call last):
    clearprop.errors.ParameterError: save: expected a Model (as load returns it) or a fitted \
MLPClassifier or MLPRegressor; got str 'm.safetensors': the model comes first, save(model, path)
    """
    if isinstance(value, Model):
        return value
    kind = type(value).__name__
    if isinstance(value, type):
        hint = f"; that is a class: hand in a fitted object of it, {value.__name__}(...).fit(X, y)"
    elif hasattr(value, "to_model"):
        model = value.to_model()
        if isinstance(model, Model):
            return model
        hint = f", whose to_model() returned {type(model).__name__}"
    elif hasattr(value, "steps"):
        if (encoded := _encoded(value)) is not None:
            return encoded
        hint = (
            ": hand in its last step, pipeline[-1]; the file then takes rows as the steps before "
            "it leave them, so keep those steps too"
        )
    elif hasattr(value, "regressor_") and hasattr(value, "transformer_"):
        if (rescaled := _rescaled(value)) is not None:
            return rescaled
        hint = ": its transformer must be a StandardScaler"
    elif hasattr(value, "best_estimator_"):
        hint = ": hand in its best_estimator_"
    elif hasattr(value, "coefs_") and hasattr(value, "intercepts_"):
        hint = " of another package: hand in Model.from_sklearn(estimator)"
    elif isinstance(value, str):
        hint = f" {shown(value)}: the model comes first, save(model, path)"
    else:
        hint = ""
    raise ParameterError(
        "save: expected a Model (as load returns it) or a fitted MLPClassifier or MLPRegressor; "
        f"got {kind}{hint}"
    )


def _encoded(pipeline: Any) -> Model | None:
    """The model of a pipeline of an encoder of tables and an estimator; None for another one."""
    steps = [step for _, step in pipeline.steps if step is not None and step != "passthrough"]
    if len(steps) != 2 or not hasattr(steps[0], "to_encoder"):
        return None
    return replace(as_model(steps[1]), encoder=steps[0].to_encoder())


def _rescaled(estimator: Any) -> Model | None:
    """The model of a TransformedTargetRegressor with a StandardScaler; None for another one.

    The scaler becomes the scale of the model's targets.
    """
    scaler = estimator.transformer_
    if type(scaler).__name__ != "StandardScaler":
        return None
    model = as_model(estimator.regressor_)
    targets = model.targets
    if targets.mean is None or targets.scale is None:
        return None
    scale = np.ones_like(targets.mean) if scaler.scale_ is None else scaler.scale_  # (K,)
    mean = np.zeros_like(targets.mean) if not scaler.with_mean else scaler.mean_  # (K,)
    targets = replace(targets, mean=targets.mean * scale + mean, scale=targets.scale * scale)
    return replace(model, targets=targets)
