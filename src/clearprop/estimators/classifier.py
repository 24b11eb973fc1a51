"""MLPClassifier as in scikit-learn, with a choice of cost, class weights and a validation set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import compute_class_weight, compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import (
    _check_partial_fit_first_call,
    check_classification_targets,
    type_of_target,
    unique_labels,
)
from sklearn.utils.validation import check_is_fitted, column_or_1d

from clearprop.data.targets import Targets
from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError, one_of
from clearprop.estimators.base import BaseMLP
from clearprop.estimators.checkpoints import folder_of
from clearprop.estimators.labels import check_labels
from clearprop.names import ActivationName, CostName, EngineName, InitName, ScheduleName, SolverName
from clearprop.network.architecture import Array
from clearprop.storage.run_folder import EVERY
from clearprop.training import Event

_COSTS = ("auto", "softmax", "logistic", "quadratic")


class MLPClassifier(ClassifierMixin, BaseMLP):  # type: ignore[misc]
    """A multi-layer perceptron that learns labels.

    Names, defaults and fitted attributes are those of scikit-learn's ``MLPClassifier``. Parameters
    that scikit-learn lacks stand at the end of the list.

    Parameters
    ----------
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
    cost : {"auto", "softmax", "logistic", "quadratic"}, default="auto"
        "auto": softmax for three classes and more, logistic for two or for several labels a sample
        (scikit-learn's choice). "logistic" with K classes trains K independent units, as the
        course does; "quadratic" is 3Blue1Brown's.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes, multiplied into `sample_weight`.
    init : str or float, default="scikit-learn"
        See :func:`clearprop.initial_theta`.
    scoring : str, callable or None, default=None
        The validation score, larger is better. None: accuracy. "loss": minus the cost of the
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
    label_smoothing : float, default=0.0
        The share of each training label that goes to all classes alike.
    clip_norm : float or None, default=None
        The largest norm of the gradient that a step follows.
    warmup : float, default=0.0
        The share of all steps in which the learning rate rises.
    window_rows : int or None, default=None
        Of rows that are larger than memory: how many are in memory at a time to draw minibatches
        from, and as many are read ahead. None: as many as take 128 MiB together.

    Attributes
    ----------
    coefs_, intercepts_ : lists of ndarrays
        Weights ``(s_l, s_{l+1})`` and biases ``(s_{l+1},)`` of each layer: views of `theta_`.
    theta_, network_
        All parameters, unrolled, and the :class:`clearprop.Network` they belong to.
    classes_ : ndarray
        The labels, sorted.
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
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = MLPClassifier((16,), solver="lbfgs", alpha=0.1, max_iter=1000, random_state=0)
    >>> classifier.fit(X, y).score(X, y) > 0.95
    True

    scikit-learn's searches choose its architecture and alpha, as they do for any estimator:

    >>> from sklearn.model_selection import GridSearchCV
    >>> grid = {"hidden_layer_sizes": [(4,), (16,)], "alpha": [0.01, 1.0]}
    >>> search = GridSearchCV(classifier, grid, scoring="neg_log_loss", cv=3).fit(X, y)
    >>> sorted(search.best_params_), len(search.cv_results_["params"])
    (['alpha', 'hidden_layer_sizes'], 4)
    """

    def __init__(
        self,
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
        cost: Literal["auto", "softmax", "logistic", "quadratic"] = "auto",
        class_weight: Any = None,
        init: InitName | float = "scikit-learn",
        scoring: str | Callable[..., float] | None = None,
        callbacks: Sequence[Callable[[Event], object]] | None = None,
        engine: EngineName | Engine = "auto",
        weight_decay: float = 0.01,
        dropout: float = 0.0,
        label_smoothing: float = 0.0,
        clip_norm: float | None = None,
        warmup: float = 0.0,
        window_rows: int | None = None,
    ) -> None:
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
        self.cost = cost
        self.class_weight = class_weight
        self.init = init
        self.scoring = scoring
        self.callbacks = callbacks
        self.engine = engine
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.label_smoothing = label_smoothing
        self.clip_norm = clip_norm
        self.warmup = warmup
        self.window_rows = window_rows

    classes_: Array

    def _own_problems(self) -> list[str]:
        return one_of("cost", self.cost, _COSTS)

    def _cost_name(self, targets: Targets) -> CostName:
        if self.cost == "softmax" and targets.task == "multilabel":
            raise ParameterError(
                "cost: softmax expects one label a sample; got several, use cost='logistic'"
            )
        return targets.default_cost() if self.cost == "auto" else self.cost

    def _learn_targets(self, y: Array, keep: bool, classes: Any) -> Targets:
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        several = type_of_target(y).startswith("multilabel")
        if keep:
            seen = unique_labels(y)
            if self.warm_start and set(seen) != set(self.classes_):
                raise ParameterError(
                    "warm_start can only be used where `y` has the same classes as in the "
                    f"previous call to fit. Previously got {self.classes_}, `y` has {seen}"
                )
            if len(np.setdiff1d(seen, self.classes_, assume_unique=True)):
                raise ParameterError(
                    "`y` has classes not in `self.classes_`. "
                    f"`self.classes_` has {self.classes_}. 'y' has {seen}."
                )
            return self._targets
        self.classes_ = unique_labels(y) if classes is None else unique_labels(classes)
        task = "multilabel" if several else "classification"
        targets = Targets(task, classes=np.asarray(self.classes_))
        if classes is not None and not several:
            targets.indices(column_or_1d(y))  # refuses other labels, before any training
        return targets

    def _class_weights(self, y: Array) -> Array | None:
        if self.class_weight is None:
            return None
        if y.ndim == 2 and y.shape[1] > 1:
            return np.asarray(compute_sample_weight(self.class_weight, y))  # (m,)
        # All known classes get a weight, since a call of partial_fit may not see every class.
        labels = y.ravel()  # (m,)
        weights = compute_class_weight(self.class_weight, classes=self.classes_, y=labels)
        return np.asarray(weights[np.searchsorted(self.classes_, labels)])  # (m,)

    def _score_outputs(self, targets: Targets, h: Array, y: Array, weight: Array | None) -> float:
        return float(accuracy_score(y, targets.decode(h), sample_weight=weight))

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        checkpoint: Any = None,
        every: float = EVERY,
        resume: bool = False,
        classes: Any = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X, y, sample_weight, X_val, y_val, sample_weight_val, checkpoint, every, resume
            As in :meth:`MLPRegressor.fit`.
        classes : array of shape (n_classes,), optional
            All labels that there may be. None: those that are in y.

        Returns
        -------
        self
        """
        if classes is not None:
            check_labels("classes", classes)
        validation = X_val, y_val, sample_weight_val
        folder = folder_of(self, checkpoint, every, resume)
        return self._fit_rows((X, y, sample_weight), validation, classes=classes, folder=folder)

    @available_if(lambda self: self._takes_minibatches())
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train one epoch on the samples given, going on from where the last call ended.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.
        classes : array of shape (n_classes,), optional
            All labels that will ever come; needed in the first call.

        Returns
        -------
        self
        """
        if self.class_weight == "balanced":
            raise ParameterError(
                "class_weight: 'balanced' needs all labels at once; hand partial_fit a dict of "
                "weights, or sample_weight"
            )
        if classes is not None:
            check_labels("classes", classes)
        first = _check_partial_fit_first_call(self, classes)
        known = classes if first else None
        return self._fit_rows((X, y, sample_weight), partial=True, classes=known)

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns as in `classes_`. K independent units (cost "logistic" or "quadratic" with more
            than two classes) are divided by their sum.
        """
        h = self._outputs(X)  # (m, K)
        return self._targets.probabilities(h)

    def predict_log_proba(self, X: Any) -> Array:
        """The natural logarithm of :meth:`predict_proba`; -inf where that is 0."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The accuracy of :meth:`predict`; of whole rows, where a row has several labels."""
        check_is_fitted(self, "theta_")
        if self._targets.pairs:  # columns of two texts each, which scikit-learn cannot compare
            cost = self.network_.cost
            y, predicted = (self._targets.encode(each, cost) for each in (y, self.predict(X)))
            return float(accuracy_score(y, predicted, sample_weight=sample_weight))
        return float(super().score(X, y, sample_weight))

    @property
    def _label_binarizer(self) -> LabelBinarizer:
        """scikit-learn's, for what is written for its ``MLPClassifier`` (converters to ONNX)."""
        several = self._targets.task == "multilabel"
        return LabelBinarizer().fit(np.eye(len(self.classes_)) if several else self.classes_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
