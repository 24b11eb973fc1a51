"""How much the rows of each class count in training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np

from clearprop.data.labels import label_text
from clearprop.data.table import Array, listing
from clearprop.data.targets import Targets
from clearprop.errors import ParameterError, did_you_mean, is_number, raise_problems, shown

ClassWeight: TypeAlias = Literal["balanced"] | str | Mapping[Any, float] | None

_QUOTES = ('"', "'")


def choice_problems(choice: object) -> list[str]:
    """What is wrong with a choice of class weights, as far as it shows without the classes.

    Examples
    --------
    >>> choice_problems("balanced"), choice_problems("fraud=20,ok=1"), choice_problems({"ok": 1})
    ([], [], [])
    >>> choice_problems(3)[0]
    'class_weight: expected balanced, or NAME=WEIGHT for some classes, as in fraud=20,ok=1; got 3'
    """
    if choice is None or isinstance(choice, Mapping) or choice == "balanced":
        return []
    if isinstance(choice, str) and "=" in choice:
        return []
    return [
        "class_weight: expected balanced, or NAME=WEIGHT for some classes, as in fraud=20,ok=1; "
        f"got {shown(choice)}{did_you_mean(choice, ['balanced'])}"
    ]


def class_weights(
    choice: ClassWeight, targets: Targets, y: Any, counts: Array | None = None
) -> Array:
    """The weight of each class, ``(n_classes,)``.

    Parameters
    ----------
    choice
        ``"balanced"``: ``m / (number of classes * rows of the class)``, so that all classes count
        alike and the weights of the rows sum to m; scikit-learn's rule. Or weights by label, as a
        mapping or as typed text, ``"fraud=20,ok=1"``. Classes that are not named have weight 1.
    targets
        What the labels are.
    y
        ``(m,)``: the labels of the training rows.
    counts
        ``(n_classes,)``: how many training rows each class has. None: `y` tells.

    Raises
    ------
    ParameterError
        Naming each unknown class and each weight that is no number of at least 0; and for a task
        without classes.

    Examples
    --------
    >>> y = ["no", "no", "no", "yes"]
    >>> class_weights("balanced", Targets.fit(y), y)
    array([0.66666667, 2.        ])
    >>> class_weights("yes=5", Targets.fit(y), y)
    array([1., 5.])
    """
    raise_problems(choice_problems(choice))
    if targets.task != "classification" or targets.classes is None:
        raise ParameterError(
            f"class_weight: expected a target with classes; the task is {targets.task}, so leave "
            "class_weight out"
        )
    K = len(targets.classes)
    if choice == "balanced":
        if counts is None:
            counts = np.bincount(targets.indices(np.asarray(y)), minlength=K)  # (K,)
        # A class without a training row has no row to weigh.
        return np.where(counts > 0, counts.sum() / (np.count_nonzero(counts) * counts.clip(1)), 1.0)
    if not isinstance(choice, Mapping):
        choice = _typed(str(choice), list(_numbers(targets.classes)))
    return _named(choice, targets.classes)


def row_weights(targets: Targets, weights: Array, y: Any) -> Array:
    """The weight of each row by its class, ``(m,)``; `weights` is ``(n_classes,)``."""
    rows: Array = weights[targets.indices(np.asarray(y))]
    return rows


def _numbers(classes: Array) -> dict[str, int]:
    """The number of each class, by what a user may call it."""
    return {label_text(label): k for k, label in enumerate(classes.tolist())}


def _named(choice: Mapping[Any, Any], classes: Array) -> Array:
    weights, problems = np.ones(len(classes)), []
    numbers = _numbers(classes)
    for name, weight in choice.items():
        text = label_text(name)
        if text not in numbers:
            problems.append(
                f"class_weight: no class {text!r}{did_you_mean(text, numbers)}; the classes are "
                f"{listing(numbers)}"
            )
        elif not is_number(weight) or not 0 <= float(weight) < np.inf:
            problems.append(
                f"class_weight: expected a number of at least 0 for {text!r}; got {shown(weight)}"
            )
        else:
            weights[numbers[text]] = float(weight)
    raise_problems(problems)
    return weights


def _typed(text: str, names: list[str]) -> dict[str, Any]:
    """Weights by name, from ``"NAME=W,NAME=W"``.

    A name may hold commas and equals signs if it is a class, or if it stands in quotation marks.
    The longest class that fits is taken. A weight that is no number stays text.
    """
    found: dict[str, Any] = {}
    rest = text.strip()
    while rest:
        name, rest = _name(rest, sorted(names, key=len, reverse=True))
        weight, _, rest = rest.partition(",")
        rest = rest.strip()
        try:
            found[name] = float(weight)
        except ValueError:
            found[name] = weight.strip()
    return found


def _name(text: str, longest_first: list[str]) -> tuple[str, str]:
    """The name at the start of `text`, and what stands after its equals sign."""
    for name in longest_first:
        for quote in ("", *_QUOTES):
            written = f"{quote}{name}{quote}"
            if text.startswith(written) and text[len(written) :].lstrip().startswith("="):
                return name, text[len(written) :].lstrip()[1:]
    name, _, rest = text.partition("=")
    return name.strip(), rest
