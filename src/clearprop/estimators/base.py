"""What classifier and regressor share: the way from parameters to a training run, and back."""

from __future__ import annotations

import copy
import math
import warnings
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import _safe_indexing, check_random_state

from clearprop.data.targets import Targets
from clearprop.engines.protocol import TrainingState
from clearprop.errors import DivergenceError, ParameterError
from clearprop.estimators.batches import collected
from clearprop.estimators.checkpoints import Orders, folder_of, kept
from clearprop.estimators.fit_callbacks import CallbackSupportMixin, FitTasks, with_callbacks
from clearprop.estimators.mapped import Mapped
from clearprop.estimators.parameters import hidden_sizes, training_options, window_problems
from clearprop.estimators.taking import TakingRows
from clearprop.estimators.watching import LOSS, Watched, held_out
from clearprop.names import CostName
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.storage.run_folder import EVERY, RunFolder
from clearprop.training import (
    Ended,
    EpochEnded,
    Event,
    GradientChecked,
    Options,
    Training,
)
from clearprop.training.history import History
from clearprop.training.interrupt import Interrupt
from clearprop.training.options import FULL_BATCH


class BaseMLP(CallbackSupportMixin, TakingRows):  # type: ignore[misc]
    """The base of both estimators. A subclass lists all parameters in its ``__init__``."""

    # -- What a subclass decides -----------------------------------------------------------------

    @abstractmethod
    def _cost_name(self, targets: Targets) -> CostName:
        """The cost of the network."""

    @abstractmethod
    def _learn_targets(self, y: Array, keep: bool, classes: Any) -> Targets:
        """The targets that y suggests. With `keep`, y must fit the targets of the last fit."""

    def _own_problems(self) -> list[str]:
        """What is wrong with the parameters that only the subclass has."""
        return []

    # -- Fitting ---------------------------------------------------------------------------------

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
    ) -> Self:
        """Train the network.

        Rows that are larger than memory come as a memory map, in batches, or as a
        ``pyarrow.dataset``. Of these, a window of rows is in memory at a time, and one that is read
        ahead (see `window_rows`).

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)
            float32 is trained in float32, everything else in float64. A memory map
            (``numpy.load(path, mmap_mode="r")``) is not copied. Batches are an iterable of
            ``(X, y)`` or ``(X, y, sample_weight)``, or a function that returns one; they are
            iterated once, and kept in a temporary file where they do not fit into a window.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels, a 0/1 matrix of labels, or numbers. None with batches; the name of a column
            with a ``pyarrow.dataset``.
        sample_weight : array-like of shape (n_samples,), optional
            A sample of weight w counts as w samples. The name of a column with a
            ``pyarrow.dataset``.
        X_val, y_val, sample_weight_val : optional
            Your own validation set, measured after every epoch. ``early_stopping=True`` then
            watches it and sets no part of the training set aside.
        checkpoint : str or path, optional
            A folder in which the state of this fit is kept, for a long one that may be killed. It
            needs a whole number as `random_state`. ``lbfgs`` cannot go on from it.
        every : float
            About so many seconds lie between two checkpoints.
        resume : bool
            Go on with the fit that is in the folder, with the same rows and parameters, to the same
            bits. Where there is none, begin anew. Without it, a folder that holds a fit is refused.

        Returns
        -------
        self

        Raises
        ------
        ParameterError
            Naming every parameter that does not fit.
        DivergenceError
            If the cost stops being finite. The last finite parameters are kept.
        ModelFileError
            For a checkpoint of other rows or parameters, or one that cannot be read.

        Examples
        --------
        >>> import tempfile
        >>> from clearprop import MLPClassifier
        >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
        >>> with tempfile.TemporaryDirectory() as place:
        ...     first = MLPClassifier((4,), learning_rate_init=0.1, random_state=0)
        ...     first = first.fit(X, y, checkpoint=f"{place}/run")
        ...     again = MLPClassifier((4,), learning_rate_init=0.1, random_state=0)
        ...     again = again.fit(X, y, checkpoint=f"{place}/run", resume=True)
        >>> first.theta_.tobytes() == again.theta_.tobytes()
        True
        """
        validation = X_val, y_val, sample_weight_val
        folder = folder_of(self, checkpoint, every, resume)
        return self._fit_rows((X, y, sample_weight), validation, folder=folder)

    def _fit_rows(
        self,
        rows: tuple[Any, Any, Any],
        validation: tuple[Any, Any, Any] = (None, None, None),
        partial: bool = False,
        classes: Any = None,
        folder: RunFolder | None = None,
    ) -> Self:
        """Fit rows and watch others. Both are X, y and weights in any form that `fit` takes."""
        stated = None if window_problems(self.window_rows) else self.window_rows
        with collected(*rows, stated) as found, collected(*validation, stated) as watched:
            self._fit(*found[:3], watched[:3], partial, classes, folder)
        if found.names is not None:
            self.feature_names_in_ = found.names
        return self

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        validation: tuple[Any, Any, Any],
        partial: bool,
        classes: Any,
        folder: RunFolder | None,
    ) -> None:
        keep = hasattr(self, "theta_") and (self.warm_start or partial)
        goes_on = keep and partial
        done = self._state.epoch if goes_on else 0
        options = training_options(self, self._own_problems(), partial, epochs_done=done)
        rows, labels = X, y
        X, y = self._check_X_y(X, y, reset=not keep)
        targets = self._learn_targets(y, keep, classes)
        weight = self._weights(sample_weight, X, y)
        cost = self._cost_name(targets)
        network = Network(
            (X.shape[1], *hidden_sizes(self), targets.n_units(cost)),
            activation=self.activation,
            cost=cost,
            regularization=self.alpha,
            **self._cost_numbers(targets),
        )
        # scikit-learn draws initial values, validation set and orders from one RandomState, in this
        # sequence. The same random_state then gives the same network in both, up to rounding.
        random = check_random_state(self.random_state)
        # The rows that are in memory at a time. Those that are watched have an eighth of that.
        window = least = X.shape[0]
        if isinstance(X, Mapped):
            window = X.window_rows(self.window_rows, network.n_outputs)
            least = window if X.shape[0] <= window else window // 8
        if not keep:
            generator = np.random.Generator(random._bit_generator)
            theta = initial_theta(network, generator, self.init, X.dtype)
        else:
            theta = self.theta_
            if network.layer_sizes != self.network_.layer_sizes:
                raise ParameterError(
                    f"hidden_layer_sizes, cost: training goes on from a network with layers "
                    f"{self.network_.layer_sizes}; these make one with {network.layer_sizes}"
                )
        watched = self._given_validation(*validation)
        if watched is None and self.early_stopping:
            train, held = held_out(y, targets, cost, self.validation_fraction, random)
            if len(train) > window:  # neighbours on disk are read together
                train.sort()
                held.sort()
            part = None if weight is None else weight[held]
            scored = self.scoring not in (None, LOSS)
            shown = _safe_indexing(rows, held) if scored else None
            watched = Watched(shown, X[held], y[held], part)
            X, y, weight = X[train], y[train], None if weight is None else weight[train]
        self._warn_of_clipping(X.shape[0])
        windowed = X.shape[0] > window
        if options.dropout or windowed:
            # Drawn from a copy, so that the orders of the epochs stay as scikit-learn draws them.
            # With the epochs done so far, a call that goes on repeats no mask of an earlier one.
            seed = int(copy.deepcopy(random).randint(2**31))
            options = replace(options, seed=seed + (len(self._history.costs) if keep else 0))

        def attributes() -> dict[str, Any]:
            return self._attributes(network, training.state.theta.copy(), targets)

        def fitted() -> Any:
            twin = copy.copy(self)
            twin.__dict__.update(attributes())
            return twin

        X, Y, weight = self._samples(X, y, weight, targets, cost, window)
        training = Training(
            network,
            theta,
            X,
            Y,
            options,
            sample_weight=weight,
            validation=self._validation(watched, targets, cost, fitted, least),
            engine=self.engine,
            callbacks=self.callbacks or (),
            state=self._state_so_far(options) if goes_on else None,
            history=self._history_so_far(options, partial) if keep else None,
            order=Orders(len(y), random, done),
        )
        training.fitted = fitted
        before = (len(training.history.costs), self.t_) if keep else (0, 0)
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        data = {"X": rows, "y": labels, "metadata": metadata}
        events = kept(self, training, folder)
        self._train(training, events, attributes, targets, before, partial, data)

    @with_callbacks
    def _train(
        self,
        training: Training,
        events: Iterator[Event],
        attributes: Callable[[], dict[str, Any]],
        targets: Targets,
        before: tuple[int, int],
        partial: bool,
        data: dict[str, Any],
    ) -> None:
        """Run the training and keep what it found; `before` is as in :meth:`_keep`."""
        tasks = FitTasks(self, 1 if partial else training.options.epochs, **data)
        try:
            with Interrupt():
                for event in events:
                    self._hear(event, partial)
                    if isinstance(event, EpochEnded):
                        last = partial or event.epoch == event.epochs
                        tasks.epoch_ended(training, attributes, last)
        except DivergenceError:
            self._keep(training, targets, *before)
            raise
        self._keep(training, targets, *before)
        tasks.ended()

    def _cost_numbers(self, targets: Targets) -> dict[str, Any]:
        """The numbers of the cost, as parameters of the network."""
        return {}

    def _state_so_far(self, options: Options) -> TrainingState:
        """The state from which partial_fit continues: the parameters in use, and a new epoch.

        The seed is that of this call: random_state or dropout may have been set since the last one.
        """
        state, moments = self._state, options.rule().start(np, self.theta_)
        if options.solver == self._solver and len(moments) == len(state.moments):
            moments, step = state.moments, state.step
        else:  # the moments belong to another rule
            step = 0
        return TrainingState(self.theta_, moments, options.seed, step, state.epoch)

    def _history_so_far(self, options: Options, partial: bool) -> History:
        """The history that the next call continues.

        As in scikit-learn, the count of epochs without improvement continues too. At least one
        epoch is run. ``fit`` starts at the full rate, and partial_fit does not.
        """
        history = copy.deepcopy(self._history)
        if not partial:
            history.rate_divisor = 1.0
        best = history.best_theta
        changed = best is not None and not np.array_equal(best, self.theta_)  # by hand
        # The best value so far belongs to other parameters, or another value is watched now.
        if changed or (options.early_stopping, self.scoring) != self._watched:
            history.best, history.best_theta, history.stalled = -math.inf, None, 0
        history.stalled = int(min(history.stalled, options.patience))
        return history

    def _hear(self, event: object, partial: bool) -> None:
        """Print and warn as scikit-learn does."""
        if isinstance(event, GradientChecked):
            self.gradient_check_ = event.report
        elif isinstance(event, EpochEnded) and self.verbose:
            print(f"Iteration {event.epoch}, loss = {event.cost:.8f}")
            if event.validation_score is not None:
                print(f"Validation score: {event.validation_score:f}")
        elif isinstance(event, Ended):
            if event.reason == "converged" and self.verbose and self.solver not in FULL_BATCH:
                what = "Validation score" if self.early_stopping else "Training loss"
                print(
                    f"{what} did not improve more than tol={self.tol:f} for "
                    f"{self.n_iter_no_change} consecutive epochs. Stopping."
                )
            if event.reason == "interrupted":
                warnings.warn("Training interrupted by user.", stacklevel=7)
            if event.reason == "epochs" and not partial:
                who = self.solver if self.solver in FULL_BATCH else "Stochastic Optimizer"
                warnings.warn(
                    f"{who}: Maximum iterations ({self.max_iter}) reached and the optimization "
                    "hasn't converged yet.",
                    ConvergenceWarning,
                    stacklevel=7,
                )

    def _keep(self, training: Training, targets: Targets, epochs: int, samples: int) -> None:
        """Set the fitted attributes; `epochs` and `samples` were done before this call."""
        history = training.history
        # An array of its own beside the history's, so that a change by hand shows in the next call.
        theta = training.theta if history.best_theta is None else history.best_theta.copy()
        self.__dict__.update(self._attributes(training.network, theta, targets))
        self._state = training.state
        self._history = history
        self._solver = training.options.solver
        m = training.samples.rows
        rows = training.options.rows_per_batch(m)
        if not training.samples.weighted:
            self._penalty_rows = rows
        else:
            self._penalty_rows = training.samples.weight if rows == m else None
        self._watched = (bool(training.options.early_stopping), self.scoring)
        self.n_iter_ = len(history.costs) - epochs
        self.t_ = samples + self.n_iter_ * m
        self.loss_curve_ = history.costs
        self.loss_ = history.costs[-1] if history.costs else math.nan
        self.best_loss_ = (
            None if training.options.early_stopping else min(history.costs, default=math.inf)
        )
        watched = training.validation is not None
        self.validation_scores_ = history.validation_scores if watched else None
        self.validation_loss_curve_ = history.validation_costs if watched else None
        scores = (score for score in history.validation_scores if not math.isnan(score))
        self.best_validation_score_ = max(scores, default=-math.inf) if watched else None

    def _takes_minibatches(self) -> bool:
        """Whether there is a partial_fit. The full-batch solvers cannot train batch by batch."""
        if self.solver in FULL_BATCH:
            raise AttributeError(
                "partial_fit is only available for stochastic optimizers. "
                f"{self.solver} is not stochastic."
            )
        return True
