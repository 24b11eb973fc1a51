"""Turns labels into the network's targets, and its outputs back into labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.interval import Interval
from clearprop.data.labels import (
    as_labels,
    as_numbers,
    as_text,
    called,
    check_filled,
    classes_of,
    comparable,
    pairs_of,
    shown,
    switches,
    task_of,
)
from clearprop.data.scaling import mean_and_scale
from clearprop.data.table import Array, count, listing
from clearprop.data.targets_file import TASKS, target_parts, target_values
from clearprop.errors import DataError, ParameterError, one_of, raise_problems
from clearprop.names import CostName

if TYPE_CHECKING:
    from clearprop.data.spelling.numerals import Numerals

__all__ = ["TASKS", "Targets"]

# The costs that fit a task.
_COSTS = {
    "classification": ("logistic", "softmax", "quadratic"),
    "multilabel": ("logistic", "quadratic"),
    "regression": ("squared", "poisson", "huber", "quantile"),
}


@dataclass(frozen=True, eq=False)
class Targets:
    """What kind of labels there are, learned from the training labels.

    Parameters
    ----------
    task
        ``"classification"``, ``"multilabel"`` (K labels, each 0 or 1, any number of them at once)
        or ``"regression"``.
    name
        What messages call the labels, or None.
    classes
        The sorted labels ``(n_classes,)`` in their own type; 0 to K - 1 for several labels a row;
        None for regression.
    mean, scale
        ``(K,)`` for regression: the network learns ``(y - mean) / scale``. None for the other
        tasks.
    names
        The names of several columns of labels; ``()`` for a single one.
    pairs
        For several labels a row: the two values of each column, ``(no, yes)``. ``()``: they are 0
        and 1.
    numerals
        For regression: how the numbers of each column are written where labels are text.
    interval
        For regression under the quantile cost: the interval around each number, for which the
        network has three outputs a number. None: one output a number.

    Examples
    --------
    >>> targets = Targets.fit(["cat", "dog", "cat", "emu"])
    >>> targets.task, targets.classes.tolist(), targets.n_units("softmax")
    ('classification', ['cat', 'dog', 'emu'], 3)
    >>> targets.encode(["emu"], "softmax")
    array([[0., 0., 1.]])
    >>> targets.decode(np.array([[0.2, 0.7, 0.1]])).tolist()
    ['dog']
    """

    task: str
    name: str | None = None
    classes: Array | None = None
    mean: Array | None = None
    scale: Array | None = None
    names: tuple[str, ...] = ()
    pairs: tuple[tuple[Any, Any], ...] = ()
    numerals: tuple[Numerals, ...] = ()
    interval: Interval | None = None

    @classmethod
    def fit(
        cls,
        y: Any,
        task: str = "auto",
        name: str | None = None,
        standardise: bool = True,
        names: tuple[str, ...] = (),
        numerals: tuple[Numerals, ...] = (),
    ) -> Targets:
        """Find out what the labels are.

        Parameters
        ----------
        y
            ``(m,)`` or ``(m, K)``.
        task
            ``"auto"``: text and true/false are classes, and so are bytes (uint8), since image sets
            store labels in them. Numbers with fractions are quantities (regression). Other whole
            numbers are classes if there are at most 20 different ones and at least one of them
            occurs twice, else quantities. K columns are several labels if all are 0 or 1 or all
            hold two texts, else K quantities.
        name
            What messages call the labels.
        names, numerals
            As in the class.
        standardise
            False: a regression learns the numbers without scaling them.

        Raises
        ------
        DataError
            For empty labels, a single class, labels that name rows, or labels that do not fit the
            task.
        ParameterError
            For an unknown task.

        Examples
        --------
        >>> Targets.fit([0.5, 1.5, 2.5]).task
        'regression'
        """
        raise_problems(one_of("task", task, ["auto", *TASKS]))
        y = as_labels(y, name)
        check_filled(y, name)
        if task == "auto":
            task = task_of(y)
        if task == "classification":
            return cls(task, name, classes=classes_of(y, name))
        if task == "multilabel":
            pairs = pairs_of(y, name)
            return cls(task, name, classes=np.arange(y.shape[1]), names=names, pairs=pairs)
        numbers = as_numbers(y, name, task)  # (m, K)
        constant = (numbers == numbers[0]).all(axis=0)
        if constant.any():
            raise DataError(
                f"{called(name)}: every row has the same number, "
                f"{numbers[0, int(np.argmax(constant))]:g}: nothing to learn"
            )
        if standardise:
            mean, scale = mean_and_scale(numbers)  # (K,)
        else:
            mean, scale = np.zeros(numbers.shape[1]), np.ones(numbers.shape[1])
        return cls(task, name, mean=mean, scale=scale, names=names, numerals=numerals)

    def default_cost(self) -> CostName:
        """Squared for regression, softmax for more than two classes, else logistic.

        An interval needs the quantile cost.
        """
        if self.task == "regression":
            return "squared" if self.interval is None else "quantile"
        assert self.classes is not None
        return "softmax" if self.task == "classification" and len(self.classes) > 2 else "logistic"

    def n_units(self, cost: str) -> int:
        """K, the number of output units. Two classes need one unit, or two if `cost` is softmax.

        Raises
        ------
        ParameterError
            For a cost that does not fit the task.
        """
        problems = one_of("cost", cost, _COSTS[self.task])
        problems = [f"{problem}; the task is {self.task}" for problem in problems]
        if self.interval is not None and cost != "quantile":
            problems.append(f"cost: a prediction interval needs the quantile cost; got {cost!r}")
        raise_problems(problems)
        if self.mean is not None:
            return len(self.mean) * (1 if self.interval is None else 3)
        assert self.classes is not None
        n = len(self.classes)
        return 1 if self.task == "classification" and n == 2 and cost != "softmax" else n

    def encode(self, y: Any, cost: str) -> Array:
        """Turn labels into the network's targets, ``(m, K)`` of float64.

        Raises
        ------
        DataError
            For empty labels, a label that is no known class, or a wrong number of columns.
        ParameterError
            For a cost that does not fit the task.
        """
        K = self.n_units(cost)
        y = as_labels(y, self.name)
        check_filled(y, self.name)
        if self.task == "classification":
            indices = self.indices(y)  # (m,)
            if K == 1:
                return indices[:, None].astype(np.float64)  # (m, 1)
            one_hot = np.zeros((len(indices), K))  # (m, K)
            one_hot[np.arange(len(indices)), indices] = 1
            return one_hot
        width = 1 if y.ndim == 1 else y.shape[1]
        each = 1 if self.interval is None else 3
        if width * each != K:
            what = count(K // each, "number" if self.task == "regression" else "label")
            raise DataError(f"{called(self.name)}: expected {what} a row; got {width}")
        if self.task == "regression":
            scaled: Array = (self.numbers(y) - self.mean) / self.scale  # (m, K / each)
            return scaled if each == 1 else np.repeat(scaled, each, axis=1)  # (m, K)
        return switches(y, self.pairs, self.name)  # (m, K)

    def numbers(self, y: Any) -> Array:
        """The labels of a regression as numbers, ``(m, K)``; text is read as in training.

        Raises
        ------
        DataError
            For a label that is no number.
        """
        y = as_labels(y, self.name)
        if y.dtype.kind in "UO":
            # Start-up time: only text needs Polars.
            from clearprop.data.label_text import numbers_of

            y = numbers_of(y, self.numerals, self.name)
        check_filled(y, self.name)
        numbers: Array = as_numbers(y, self.name, self.task)  # (m, K)
        return numbers

    def indices(self, y: Array) -> Array:
        """The number of each label's class, ``(m,)``; 7, 7.0 and "7" are the same label.

        Raises
        ------
        DataError
            For a label that is no known class.
        """
        assert self.classes is not None
        if y.ndim != 1:
            raise DataError(f"{called(self.name)}: expected one label a row; got shape {y.shape}")
        classes, labels = comparable(self.classes), comparable(y)
        if (classes.dtype.kind == "U") != (labels.dtype.kind == "U"):
            # One side is text and the other is numbers: compare as text, so "7", 7 and 7.0 agree.
            classes, labels = as_text(classes), as_text(labels)
        order = np.argsort(classes, kind="stable")
        near = np.searchsorted(classes[order], labels).clip(max=len(classes) - 1)
        indices: Array = order[near]
        unknown = classes[indices] != labels
        if unknown.any():
            i = int(np.argmax(unknown))
            n = len(np.unique(labels[unknown]))
            more = f" and {n - 1} other labels" if n > 2 else " and 1 other label" if n > 1 else ""
            known = "are no known classes" if n > 1 else "is no known class"
            raise DataError(
                f"{called(self.name)}: {shown(y[i])} (row {i + 1}){more} {known}; the "
                f"classes are {listing(self.classes.tolist())}"
            )
        return indices

    def decode(self, h: Array) -> Array:
        """Turn the network's outputs h ``(m, K)`` into labels ``(m,)`` or numbers.

        Numbers are ``(m,)`` for K = 1, else ``(m, K)``. Several labels a row are ``(m, K)`` of 0
        and 1.

        Examples
        --------
        >>> Targets.fit(["no", "yes"]).decode(np.array([[0.5], [0.6]])).tolist()
        ['no', 'yes']
        """
        h = np.asarray(h)
        if self.task == "regression":
            h = h if self.interval is None else self.interval.medians(h)  # (m, T)
            numbers: Array = h * self.scale + self.mean  # (m, T)
            return numbers[:, 0] if numbers.shape[1] == 1 else numbers
        if self.task == "multilabel":
            yes = h > 0.5  # (m, K)
            if not self.pairs:
                return yes.astype(np.int64)
            no_text, yes_text = np.array(self.pairs).T  # (K,), (K,)
            labels: Array = np.where(yes, yes_text, no_text)  # (m, K)
            return labels
        assert self.classes is not None
        classes: Array = self.classes[np.argmax(self.probabilities(h), axis=1)]  # (m,)
        return classes

    def bounds(self, h: Array) -> Array:
        """Both ends of each prediction interval, from the outputs h ``(m, 3T)``.

        They are ``(m, 2)`` for T = 1 number a row, else ``(m, T, 2)``, and the number of
        :meth:`decode` lies between them.

        Raises
        ------
        ParameterError
            For targets without an interval.

        Examples
        --------
        >>> targets = Targets.fit([[0.0], [10.0]], standardise=False).with_interval(0.9)
        >>> targets.bounds(np.array([[1.0, 2.0, 4.0]])).tolist()
        [[1.0, 4.0]]
        """
        if self.interval is None or self.mean is None or self.scale is None:
            raise ParameterError(
                "interval: the model has none; train it with one (--interval 0.9, or "
                'RECIPES["modern"].with_(interval=0.9))'
            )
        ends = self.interval.bounds(h)  # (m, T, 2)
        found: Array = ends * self.scale[:, None] + self.mean[:, None]  # (m, T, 2)
        return found[:, 0] if found.shape[1] == 1 else found

    @property
    def quantiles(self) -> tuple[float, ...]:
        """The level of each output of a network with an interval; ``()`` without one."""
        if self.interval is None or self.mean is None:
            return ()
        return self.interval.levels * len(self.mean)

    def with_interval(self, coverage: float) -> Targets:
        """The targets with an interval around each number, not calibrated yet: its margins are 0.

        Raises
        ------
        ParameterError
            For labels that are no numbers, a coverage that is no share, or columns of which one is
            called like an end of another one's interval.
        """
        if self.mean is None:
            raise ParameterError(
                f"interval: is for numbers; the task is {self.task} (with task='regression' whole "
                "numbers are quantities)"
            )
        ends = {f"{name}_{end}": name for name in self.names for end in ("low", "high")}
        problems = [
            f"interval: an end of that of {ends[name]!r} is called {name!r}, like another column; "
            "rename one of them"
            for name in self.names
            if name in ends
        ]
        raise_problems(problems)
        return replace(self, interval=Interval(coverage, np.zeros(len(self.mean))))

    def probabilities(self, h: Array) -> Array:
        """The probability of each class, ``(m, n_classes)``, from the outputs h ``(m, K)``.

        One unit gives ``[1 - h, h]``. Several classes give h divided by its sum, which is 1 already
        under softmax. Several labels a row give h itself.

        Raises
        ------
        ParameterError
            For a regression, which has no probabilities.
        """
        h = np.asarray(h)
        if self.task == "regression":
            raise_problems(["probabilities: a regression has numbers, not probabilities"])
        if self.task == "multilabel":
            return h
        if self.classes is not None and len(self.classes) == 1:
            return np.ones_like(h)  # the one class that scikit-learn's contract allows
        if h.shape[1] == 1:
            return np.hstack([1 - h, h])  # (m, 2)
        total = h.sum(axis=1, keepdims=True)  # (m, 1)
        whole = np.abs(total - 1) < 1e-5  # (m, 1)
        if whole.all():
            return h
        with np.errstate(divide="ignore", invalid="ignore"):
            divided = np.where(total > 0, h / total, 1 / h.shape[1])  # (m, n_classes)
        shares: Array = np.where(whole, h, divided)  # (m, n_classes)
        return shares

    def to_dict(self) -> dict[str, Any]:
        """The targets in JSON values; :meth:`from_dict` gives them back to the last bit."""
        return target_values(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Targets:
        """The inverse of :meth:`to_dict`.

        Raises
        ------
        DataError
            For values that :meth:`to_dict` does not write.

        Examples
        --------
        >>> Targets.from_dict(Targets.fit([True, False]).to_dict()).classes
        array([False,  True])
        """
        return cls(**target_parts(values))
