"""A model as a fitted estimator, over the same rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline

from clearprop.engines.protocol import TrainingState
from clearprop.errors import ParameterError
from clearprop.estimators.classifier import MLPClassifier
from clearprop.estimators.regressor import COST_OF_LOSS, MLPRegressor
from clearprop.estimators.table_encoder import TableEncoder
from clearprop.model import Model
from clearprop.network.average import average_network
from clearprop.training.history import History


def estimator_of(model: Model) -> Any:
    """A fitted estimator that predicts what the model predicts.

    It is an ``MLPClassifier`` or an ``MLPRegressor``. Where the model encodes its rows, it is a
    pipeline of a :class:`~clearprop.TableEncoder` and one of these. Columns of a frame are found by
    name, as the model does. ``partial_fit`` and ``warm_start`` go on from the model's parameters.

    A regression that averages several networks becomes an estimator of one wide network, which is
    their average: see :func:`clearprop.network.average.average_network`.

    Raises
    ------
    ParameterError
        For other models that average several networks, since no single network does that, and for
        models with prediction intervals, which ``MLPRegressor`` does not have.

    Examples
    --------
    >>> from clearprop import Network, Targets
    >>> model = Model(Network((2, 1)), [0.0, 9.0, 9.0], Targets.fit(["no", "yes"]))
    >>> estimator = estimator_of(model)
    >>> estimator.classes_.tolist(), estimator.predict([[1.0, 1.0], [-1.0, -1.0]]).tolist()
    (['no', 'yes'], ['yes', 'no'])
    """
    network, theta, targets = model.network, model.theta.copy(), model.targets
    if targets.interval is not None:
        raise ParameterError(
            "as_estimator: the model has prediction intervals, and MLPRegressor has none; use the "
            "model itself, load(path), and its predict_interval"
        )
    if model.bag:
        if network.output_activation != "identity":
            has = "predict" if targets.task == "regression" else "predict and predict_proba"
            raise ParameterError(
                f"as_estimator: the model averages {len(model.thetas)} networks, and the average "
                f"of {network.output_activation} outputs is not that of one network; use the model "
                f"itself, load(path), and its {has}, or train it with bag=1 (--bag 1)"
            )
        network, theta = average_network(network, model.thetas)
    parameters: dict[str, Any] = {
        "hidden_layer_sizes": network.layer_sizes[1:-1],
        "activation": "logistic" if network.activation == "sigmoid" else network.activation,
        "alpha": network.regularization,
    }
    estimator: MLPClassifier | MLPRegressor
    if targets.task == "regression":
        loss: Any = next(loss for loss, cost in COST_OF_LOSS.items() if cost == network.cost)
        if network.quantiles:
            one = len(set(network.quantiles)) == 1  # for every target
            parameters["quantiles"] = network.quantiles[:1] if one else network.quantiles
        estimator = MLPRegressor(loss, **parameters, threshold=network.threshold)
    else:
        by_default = network.cost == targets.default_cost()
        cost: Any = "auto" if by_default else network.cost
        estimator = MLPClassifier(**parameters, cost=cost)
        estimator.classes_ = np.asarray(targets.classes)
    estimator.__dict__.update(
        **estimator._attributes(network, theta, targets),
        n_features_in_=network.n_inputs,
        n_iter_=int(model.trained.get("epochs", 0)),
        loss_=float(model.trained.get("cost", math.nan)),
        best_loss_=None,
        loss_curve_=[],
        validation_scores_=None,
        validation_loss_curve_=None,
        best_validation_score_=None,
        t_=0,
        # What further training goes on from. The moments of the model's solver are not stored.
        _state=TrainingState(theta, (), seed=0),
        _history=History(),
        _solver=None,
        _watched=(False, None),
    )
    estimator._loaded = dict(model.trained), model.image_shape
    if model.encoder is None:
        return estimator
    return make_pipeline(TableEncoder.from_encoder(model.encoder), estimator)
