"""Turns labels into the network's targets, and its outputs back into labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.labels import (
    as_labels,
    as_numbers,
    as_text,
    called,
    check_filled,
    classes_of,
    comparable,
    dtype_name,
    dtype_of,
    pairs_of,
    shown,
    switches,
    task_of,
)
from clearprop.data.scaling import mean_and_scale
from clearprop.data.table import Array, count, listing
from clearprop.errors import DataError, one_of, raise_problems
from clearprop.names import CostName

if TYPE_CHECKING:
    from clearprop.data.spelling.numerals import Numerals

TASKS = ("classification", "multilabel", "regression")

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
        """Squared for regression, softmax for more than two classes, else logistic."""
        if self.task == "regression":
            return "squared"
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
        raise_problems([f"{problem}; the task is {self.task}" for problem in problems])
        if self.mean is not None:
            return len(self.mean)
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
        if width != K:
            what = count(K, "number" if self.task == "regression" else "label")
            raise DataError(f"{called(self.name)}: expected {what} a row; got {width}")
        if self.task == "regression":
            scaled: Array = (self.numbers(y) - self.mean) / self.scale  # (m, K)
            return scaled
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
            numbers: Array = h * self.scale + self.mean  # (m, K)
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
        if (np.abs(total - 1) < 1e-5).all():
            return h
        with np.errstate(divide="ignore", invalid="ignore"):
            shares: Array = np.where(total > 0, h / total, 1 / h.shape[1])  # (m, n_classes)
        return shares

    def to_dict(self) -> dict[str, Any]:
        """The targets in JSON values; :meth:`from_dict` gives them back to the last bit."""
        classes = self.classes
        return {
            "task": self.task,
            "name": self.name,
            "classes": None if classes is None else classes.tolist(),
            "dtype": None if classes is None else dtype_name(classes),
            "mean": None if self.mean is None else self.mean.tolist(),
            "scale": None if self.scale is None else self.scale.tolist(),
            **({"names": list(self.names)} if self.names else {}),
            **({"pairs": [list(pair) for pair in self.pairs]} if self.pairs else {}),
            **({"numerals": [how.to_dict() for how in self.numerals]} if self.numerals else {}),
        }

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
        try:
            task, name = str(values["task"]), values["name"]
            arrays = {
                key: np.array(values[key], dtype)
                for key, dtype in (
                    ("classes", values["dtype"] and dtype_of(values["dtype"])),
                    ("mean", np.float64),
                    ("scale", np.float64),
                )
                if values[key] is not None
            }
            # These stand in a file only where there is something to say.
            names = tuple(map(str, values.get("names", ())))
            pairs = tuple(_pair(pair) for pair in values.get("pairs", ()))
            numerals = _numerals(values.get("numerals", ()))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise DataError(f"targets: cannot be restored: {error!r}") from None
        widths = [len(part) for part in (names, pairs, numerals) if part]
        if not _fits(task, arrays) or any(width != _width(task, arrays) for width in widths):
            raise DataError("targets: cannot be restored: its values do not fit each other")
        return cls(
            task,
            None if name is None else str(name),
            **arrays,
            names=names,
            pairs=pairs,
            numerals=numerals,
        )


def _pair(values: Any) -> tuple[Any, Any]:
    no, yes = values
    if not all(isinstance(value, str | int) for value in (no, yes)) or no == yes:
        raise ValueError(f"two values of a column: {values!r}")
    return no, yes


def _numerals(values: Any) -> tuple[Numerals, ...]:
    if not values:
        return ()
    # Start-up time: only labels that were text need it.
    from clearprop.data.spelling.numerals import Numerals

    return tuple(Numerals.from_dict(how) for how in values)


def _width(task: str, arrays: Mapping[str, Array]) -> int:
    """K, the number of columns of labels."""
    if task == "classification":
        return 1
    return len(arrays["mean" if task == "regression" else "classes"])


def _fits(task: str, arrays: Mapping[str, Array]) -> bool:
    """Whether these arrays fit the task. A damaged or forged file may hold others."""
    if any(array.ndim != 1 or not array.size for array in arrays.values()):
        return False
    if task == "regression":
        if set(arrays) != {"mean", "scale"} or arrays["mean"].shape != arrays["scale"].shape:
            return False
        finite = all(np.isfinite(array).all() for array in arrays.values())
        return bool(finite and (arrays["scale"] > 0).all())
    if task not in TASKS or set(arrays) != {"classes"}:
        return False
    classes = arrays["classes"]
    return task == "multilabel" or len(np.unique(classes)) == len(classes) > 1
