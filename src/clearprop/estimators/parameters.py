"""The estimators' parameters, in scikit-learn's names, as options of a training run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from clearprop.engines.choice import choose_engine
from clearprop.errors import ParameterError, is_number, one_of, raise_problems, whole_problems
from clearprop.estimators.watching import scoring_problems
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import size_problems
from clearprop.network.parameters import init_problems
from clearprop.training.options import Options, boolean

# Training options that have another name in scikit-learn.
_NAMES = {
    "learning_rate": "learning_rate_init",
    "schedule": "learning_rate",
    "nesterov": "nesterovs_momentum",
    "epochs": "max_iter",
    "patience": "n_iter_no_change",
    "max_evaluations": "max_fun",
}


def training_options(
    estimator: Any, own_problems: Sequence[str], partial: bool, epochs_done: int
) -> Options:
    """The options of a training run.

    Parameters
    ----------
    estimator
        Its parameters are read, under scikit-learn's names.
    own_problems
        Problems of the parameters that only its class has.
    partial
        True for ``partial_fit``: one epoch after `epochs_done`.

    Raises
    ------
    ParameterError
        Naming every parameter that does not fit.
    EngineError
        For an engine that is not there.
    """
    problems = [
        *size_problems("hidden_layer_sizes", hidden_sizes(estimator), estimator.hidden_layer_sizes),
        *init_problems(estimator.init),
        *_activation_problems(estimator.activation),
        *boolean("warm_start", estimator.warm_start),
        *scoring_problems(estimator.scoring),
        *window_problems(estimator.window_rows),
        *own_problems,
    ]
    if not is_number(estimator.alpha) or not 0 <= estimator.alpha < math.inf:
        problems.append(f"alpha: expected a number of at least 0; got {estimator.alpha!r}")
    if not is_number(estimator.validation_fraction) or not 0 <= estimator.validation_fraction < 1:
        problems.append(
            "validation_fraction: expected a number of at least 0 and below 1; "
            f"got {estimator.validation_fraction!r}"
        )
    if estimator.early_stopping and partial:
        problems.append("early_stopping: partial_fit does not support early_stopping=True")
    if estimator.learning_rate in ("cosine", "one_cycle") and partial:
        problems.append(
            f"learning_rate: {estimator.learning_rate} needs a last epoch; partial_fit has none"
        )
    if estimator.warmup and partial:
        problems.append("warmup: is a share of all steps; partial_fit knows no last one")
    # In scikit-learn only sgd uses "invscaling" and "adaptive". The loop sees to "adaptive".
    unused = estimator.solver in ("adam", "adamw") and estimator.learning_rate == "invscaling"
    try:
        options = Options(
            solver=estimator.solver,
            learning_rate=estimator.learning_rate_init,
            schedule="constant" if unused else estimator.learning_rate,
            power_t=estimator.power_t,
            momentum=estimator.momentum,
            nesterov=estimator.nesterovs_momentum,
            beta_1=estimator.beta_1,
            beta_2=estimator.beta_2,
            epsilon=estimator.epsilon,
            batch_size=None if estimator.batch_size == "auto" else estimator.batch_size,
            epochs=epochs_done + 1 if partial else estimator.max_iter,
            shuffle=estimator.shuffle,
            tol=estimator.tol,
            patience=estimator.n_iter_no_change,
            early_stopping=estimator.early_stopping,
            max_evaluations=estimator.max_fun,
            check_gradient=epochs_done == 0,
            penalty_per_batch=True,
            weight_decay=estimator.weight_decay,
            dropout=estimator.dropout,
            label_smoothing=getattr(estimator, "label_smoothing", 0.0),  # a regressor has none
            clip_norm=estimator.clip_norm,
            warmup=estimator.warmup,
        )
    except ParameterError as error:
        problems += error.renamed(_NAMES).problems
    raise_problems(problems)
    choose_engine(estimator.engine)
    return options


def hidden_sizes(estimator: Any) -> tuple[Any, ...]:
    """The units of each hidden layer. A single number is one layer."""
    sizes = estimator.hidden_layer_sizes
    alone = isinstance(sizes, str) or not isinstance(sizes, Iterable)
    return (sizes,) if alone else tuple(sizes)


def _activation_problems(activation: object) -> list[str]:
    """scikit-learn's "logistic" and our names."""
    return [] if activation == "logistic" else one_of("activation", activation, list(ACTIVATIONS))


def window_problems(window_rows: object) -> list[str]:
    """What is wrong with a number of rows of a window, as a list of at most one sentence.

    Examples
    --------
    >>> window_problems(0)
    ['window_rows: expected a whole number of at least 1; got 0']
    """
    return [] if window_rows is None else whole_problems("window_rows", window_rows, 1)
