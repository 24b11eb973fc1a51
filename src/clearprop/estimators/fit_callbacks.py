"""scikit-learn's own callbacks (``sklearn.callback``, since 1.9) beside ours.

Older versions of scikit-learn have none. The estimators then lack ``set_callbacks``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from clearprop.training import Training

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing: scikit-learn is older than its callbacks."""

    def with_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, as many frames deep as under a newer scikit-learn."""

        @wraps(method)
        def same(*args: Any, **others: Any) -> Any:
            return method(*args, **others)

        return same


__all__ = ["CallbackSupportMixin", "FitTasks", "with_callbacks"]


class FitTasks:
    """A fit as scikit-learn's callbacks see it: one task, with a subtask for each epoch.

    It does nothing for an estimator to which no callback was handed.

    Parameters
    ----------
    estimator
        The estimator that is fitted.
    epochs
        The largest number of epochs of this fit; 0 for a transformer, which has none.
    data
        ``X``, ``y`` and ``metadata``, as the hooks get them.
    """

    def __init__(self, estimator: Any, epochs: int, **data: Any) -> None:
        self._estimator, self._data = estimator, data
        heard = any(hasattr(estimator, name) for name in ("_skl_callbacks", "_parent_callback_ctx"))
        self._fit: Any = None
        self._epoch: Any = None
        if heard and hasattr(estimator, "_init_callback_context"):
            self._fit = estimator._init_callback_context(max_subtasks=epochs)
            self._fit.call_on_fit_task_begin(estimator=estimator, **data)
            if epochs:
                self._begin_epoch()

    def _begin_epoch(self) -> None:
        self._epoch = self._fit.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(estimator=self._estimator, **self._data)

    def epoch_ended(
        self, training: Training, attributes: Callable[[], dict[str, Any]], last: bool
    ) -> None:
        """Tell that an epoch is done. Training ends if a callback asks for it.

        Parameters
        ----------
        attributes
            The fitted attributes as after this epoch; called if a callback wants them.
        last
            Whether no further epoch can come.
        """
        if self._epoch is None:
            return
        stop = self._epoch.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=attributes, **self._data
        )
        self._epoch = None
        if stop:
            training.stop()
        elif not last:
            self._begin_epoch()

    def ended(self) -> None:
        """Tell that the fit is done. An epoch that was begun and not run ends empty."""
        if self._fit is None:
            return
        if self._epoch is not None:
            self._epoch.call_on_fit_task_end(estimator=self._estimator)
        self._fit.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes={}, **self._data
        )
