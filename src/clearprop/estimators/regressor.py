"""MLPRegressor as in scikit-learn, with your own validation set and its curve."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import d2_pinball_score, r2_score
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d

from clearprop.data.targets import Targets
from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError, is_number, one_of, shown
from clearprop.estimators.base import BaseMLP
from clearprop.names import ActivationName, CostName, EngineName, InitName, ScheduleName, SolverName
from clearprop.network.architecture import Array, Network
from clearprop.training import Event

# Where targets are far from unit scale. With 300 samples of six features and Adam's defaults R^2 is
# 0.84 on unit scale; 0.24 at a spread of 30 and 0.08 at 100; below 0 at a spread of 0.03, and at a
# mean of 30 spreads. Rates, tol and alpha are made for unit scale.
_LARGEST, _SMALLEST_SPREAD, _LARGEST_MEAN = 100.0, 0.03, 30.0

COST_OF_LOSS: dict[str, CostName] = {
    "squared_error": "squared",
    "poisson": "poisson",
    "huber": "huber",
    "quantile": "quantile",
}


class MLPRegressor(RegressorMixin, BaseMLP):  # type: ignore[misc]
    """A multi-layer perceptron that learns numbers.

    Names, defaults and fitted attributes are those of scikit-learn's ``MLPRegressor``. Parameters
    that scikit-learn lacks stand at the end of the list. For several outputs `loss_` is the sum
    over the outputs, and the gradient is that of the sum. scikit-learn prints their mean. Targets
    far from unit scale are learned badly: a warning says so and changes nothing.

    Parameters
    ----------
    loss : {"squared_error", "poisson", "huber", "quantile"}, default="squared_error"
        "poisson" is for counts: the output is ``exp(z)``. "huber" is for targets with outliers
        (see `threshold`), "quantile" for the levels in `quantiles`.
    hidden_layer_sizes : sequence of int, default=(100,)
        Units per hidden layer; ``()`` for none.
    activation : {"identity", "logistic", "sigmoid", "tanh", "relu", "leaky_relu", "silu"}, \
default="relu"
        Of the hidden layers; "logistic" and "sigmoid" are the same.
    solver : {"adam", "adamw", "sgd", "gd", "lbfgs", "cg"}, default="adam"
        "gd" takes all samples in each step; "cg" is SciPy's conjugate gradients.
    alpha : float, default=0.0001
        L2 penalty, ``alpha / (2 * samples in a batch) * sum(weights^2)``: scikit-learn's, so that
        the course's lambda is ``alpha * n_samples / batch_size``.
    batch_size : int or "auto", default="auto"
        "auto" is ``min(200, n_samples)``.
    learning_rate : {"constant", "invscaling", "adaptive", "cosine", "one_cycle"}, \
default="constant"
        The schedule.
    learning_rate_init : float, default=0.001
    power_t : float, default=0.5
        The exponent of "invscaling".
    max_iter : int, default=200
        The largest number of epochs, or of iterations of "lbfgs" and "cg".
    shuffle : bool, default=True
    random_state : int, RandomState or None, default=None
        The same number gives the same bits.
    tol : float, default=1e-4
    verbose : bool, default=False
        Print the cost of every epoch.
    warm_start : bool, default=False
        ``fit`` goes on from the parameters of the last call.
    momentum, nesterovs_momentum : default=0.9, True
        Of "sgd".
    early_stopping : bool, default=False
        Stop by the validation score (see `scoring`), and keep the parameters of its best epoch.
    validation_fraction : float, default=0.1
        The part that early stopping sets aside, if no validation set is handed in.
    beta_1, beta_2, epsilon : default=0.9, 0.999, 1e-8
        Of "adam".
    n_iter_no_change : int, default=10
    max_fun : int, default=15000
        The largest number of cost evaluations of "lbfgs".
    init : str or float, default="scikit-learn"
        See :func:`clearprop.initial_theta`.
    scoring : str, callable or None, default=None
        The validation score, larger is better. None: R^2. "loss": minus the cost of the
        validation set, without the penalty. Or a metric of one's own: the name of one of
        scikit-learn's scorers, or a function ``scorer(estimator, X, y)``.
    callbacks : sequence of callables, optional
        Each is called with every event of :mod:`clearprop.training.events`. Training ends when one
        returns True. After each epoch ``event.estimator`` can predict. scikit-learn's own callbacks
        are handed to ``set_callbacks``, from scikit-learn 1.9 on.
    engine : str or Engine, default="auto"
    weight_decay : float, default=0.01
        Of "adamw": the share, times the learning rate, by which each step shrinks every weight.
    dropout : float, default=0.0
        The share of hidden units that each step leaves out; a prediction uses them all.
    clip_norm : float or None, default=None
        The largest norm of the gradient that a step follows.
    warmup : float, default=0.0
        The share of all steps in which the learning rate rises.
    window_rows : int or None, default=None
        Of rows that are larger than memory: how many are in memory at a time to draw minibatches
        from, and as many are read ahead. None: as many as take 128 MiB together.
    quantiles : float or sequence of float, default=(0.5,)
        Of loss="quantile": the levels to predict, between 0 and 1. Several ones need a single
        target, and then ``predict`` returns a column for each, ``(m, n_quantiles)``.
    threshold : float, default=1.0
        Of loss="huber": errors count half their square up to there, and linearly beyond.

    Attributes
    ----------
    coefs_, intercepts_ : lists of ndarrays
        Weights ``(s_l, s_{l+1})`` and biases ``(s_{l+1},)`` of each layer: views of `theta_`.
    theta_, network_
        All parameters, unrolled, and the :class:`clearprop.Network` they belong to.
    loss_, best_loss_, loss_curve_
        The cost after training, the smallest, and of every epoch.
    validation_scores_, best_validation_score_, validation_loss_curve_
        The score on the validation set of every epoch, the best one, and the cost there (without
        the penalty). None without a validation set.
    gradient_check_ : GradientReport
        The result of the gradient check before training.
    n_iter_, t_ : int
        Epochs of the last call, and samples seen by it and the calls that it continued.
    n_layers_, n_outputs_, out_activation_, n_features_in_, feature_names_in_
        As in scikit-learn.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> regressor = MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", random_state=0)
    >>> regressor.fit(X, X.ravel() ** 2).score(X, X.ravel() ** 2) > 0.99
    True
    """

    def __init__(
        self,
        loss: Literal["squared_error", "poisson", "huber", "quantile"] = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: ActivationName = "relu",
        *,
        solver: SolverName = "adam",
        alpha: float = 0.0001,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate: ScheduleName = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        init: InitName | float = "scikit-learn",
        scoring: str | Callable[..., float] | None = None,
        callbacks: Sequence[Callable[[Event], object]] | None = None,
        engine: EngineName | Engine = "auto",
        weight_decay: float = 0.01,
        dropout: float = 0.0,
        clip_norm: float | None = None,
        warmup: float = 0.0,
        window_rows: int | None = None,
        quantiles: Sequence[float] = (0.5,),
        threshold: float = 1.0,
    ) -> None:
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.init = init
        self.scoring = scoring
        self.callbacks = callbacks
        self.engine = engine
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.clip_norm = clip_norm
        self.warmup = warmup
        self.window_rows = window_rows
        self.quantiles = quantiles
        self.threshold = threshold

    def _own_problems(self) -> list[str]:
        problems = [
            *one_of("loss", self.loss, list(COST_OF_LOSS)),
            *_level_problems(self.quantiles, self._levels()),
        ]
        try:
            Network((1, 1), cost="huber", threshold=self.threshold)
        except ParameterError as error:
            problems += error.problems
        return problems

    def _cost_name(self, targets: Targets) -> CostName:
        return COST_OF_LOSS[self.loss]

    def _levels(self) -> tuple[Any, ...]:
        """The levels to predict. A single number is one level, also as an array without shape."""
        levels = self.quantiles
        if isinstance(levels, Sequence):
            return tuple(levels)
        return tuple(np.atleast_1d(levels)) if hasattr(levels, "__array__") else (levels,)

    def _cost_numbers(self, targets: Targets) -> dict[str, Any]:
        if self.loss == "huber":
            return {"threshold": self.threshold}
        if self.loss == "quantile":
            levels, K = self._levels(), targets.n_units("quantile")
            return {"quantiles": levels * K if len(levels) == 1 else levels}
        return {}

    def _encoded(self, targets: Targets, y: Array, cost: str) -> Array:
        K = targets.n_units(cost)
        if self.loss == "quantile" and len(self._levels()) > 1:
            y = np.broadcast_to(np.reshape(y, (len(y), 1)), (len(y), K))  # (m, K)
        return targets.encode(y, cost)

    def _learn_targets(self, y: Array, keep: bool, classes: Any) -> Targets:
        if y.ndim == 2 and y.shape[1] == 1:
            column_or_1d(y, warn=True)
        n_outputs = 1 if y.ndim == 1 else y.shape[1]
        if self.loss == "quantile" and len(levels := self._levels()) != 1:
            if n_outputs > 1:
                raise ParameterError(
                    f"quantiles: several levels are for a single target; got {n_outputs} targets"
                )
            n_outputs = len(levels)
        if keep and n_outputs != self.n_outputs_:
            raise ParameterError(
                f"y: expected {self.n_outputs_} outputs, as in the last fit; got {n_outputs}"
            )
        if keep:
            return self._targets
        if self.loss == "squared_error":
            _warn_of_scale(np.asarray(y, np.float64).reshape(len(y), -1))
        # The numbers as they are: scikit-learn leaves their scale to its users.
        mean = np.zeros(n_outputs, np.float32)  # (K,): float32 outputs stay float32
        return Targets("regression", mean=mean, scale=np.ones_like(mean))

    def _score_outputs(self, targets: Targets, h: Array, y: Array, weight: Array | None) -> float:
        if not np.isfinite(h).all():
            return math.nan  # as in scikit-learn: no score, and no improvement
        levels = self._levels() if self.loss == "quantile" else ()
        with np.errstate(over="ignore", invalid="ignore"):
            return _score(levels, y, targets.decode(h), weight)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R^2 of the predictions; for loss="quantile" the mean D^2 of the levels.

        D^2 compares the pinball loss with that of a constant, as R^2 compares squares
        (:func:`sklearn.metrics.d2_pinball_score`). The best value of both is 1. Loss and levels
        are those of the last fit.

        Raises
        ------
        ValueError
            From scikit-learn, for y or weights of another length than X, and for another number of
            columns than that of the targets in ``fit``.
        """
        predicted = self.predict(X)  # refuses an instance without fit, which has no network_
        return _score(self.network_.levels, y, predicted, sample_weight)

    @available_if(lambda self: self._takes_minibatches())
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train one epoch on the samples given, going on from where the last call ended.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.

        Returns
        -------
        self
        """
        return self._fit_rows((X, y, sample_weight), partial=True)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _score(levels: Sequence[float], y: Any, predicted: Array, weight: Any) -> float:
    """R^2 without levels, or else the mean D^2.

    One level is for every column of y. Several ones are those of the columns of `predicted`
    ``(m, K)``; y has one column for all of them, or K.
    """
    if not levels:
        return float(r2_score(y, predicted, sample_weight=weight))
    if len(set(levels)) == 1:
        return float(d2_pinball_score(y, predicted, sample_weight=weight, alpha=levels[0]))
    y = np.asarray(y)
    columns = y.T if y.ndim == 2 and y.shape[1] == len(levels) else [y] * len(levels)
    scores = [
        d2_pinball_score(y, h, sample_weight=weight, alpha=level)
        for level, y, h in zip(levels, columns, predicted.T, strict=True)
    ]
    return float(np.mean(scores))


def _level_problems(came: object, levels: tuple[Any, ...]) -> list[str]:
    """What is wrong with levels that were made from the user's value, as at most one sentence.

    A level twice is refused: two equal ones for one target could not be told from one level for two
    targets.
    """
    numbers = bool(levels) and all(is_number(level) and 0 < level < 1 for level in levels)
    if numbers and len(set(levels)) == len(levels):
        return []
    return [
        "quantiles: expected numbers between 0 and 1, each of them once, such as (0.05, 0.95), or "
        f"one number; got {shown(came)}"
    ]


def _warn_of_scale(y: Array) -> None:
    """Warn once if a column of y ``(m, K)`` is far from unit scale. A constant one is not."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean, spread = y.mean(axis=0), y.std(axis=0)  # (K,)
        large = np.hypot(mean, spread) > _LARGEST
        small = (spread < _SMALLEST_SPREAD) | (np.abs(mean) > _LARGEST_MEAN * spread)
        far = (spread > 0) & (large | small)
    if far.any():
        k = int(np.argmax(far))
        name = "y" if y.shape[1] == 1 else f"y[:, {k}]"
        warnings.warn(
            f"{name}: the targets are far from unit scale (mean {mean[k]:.3g}, standard deviation "
            f"{spread[k]:.3g}), so training may be slow or end too early; standardise them with "
            "sklearn.compose.TransformedTargetRegressor(MLPRegressor(...), "
            "transformer=StandardScaler())",
            ConvergenceWarning,
            stacklevel=6,
        )
