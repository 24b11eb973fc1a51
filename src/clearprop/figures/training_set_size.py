"""Cost against the size of the training set: does more data help? The course's learning curve.

Source: A. Ng, *Machine Learning* (Coursera), week 6, "Learning curves".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.ticker import NullLocator

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.errors import ParameterError
from clearprop.figures.drawing import BLUE, RED, Picture, network_line, sentences, sheet, styled
from clearprop.language import Sentences
from clearprop.network.architecture import Network
from clearprop.network.samples import as_inputs
from clearprop.training import Options, Training

__all__ = ["TrainingSetSize", "compute_training_set_size", "draw_training_set_size"]

_FEWEST, _POINTS = 20, 8


@dataclass(frozen=True, eq=False)
class TrainingSetSize:
    """J of networks that were trained on more and more rows, each from the same initial values.

    Attributes
    ----------
    network
        What was trained.
    sizes
        How many rows of the training set, the first ones.
    train, validation
        J without lambda: on those rows, and on rows that no training used.
    """

    network: Network
    sizes: tuple[int, ...]
    train: tuple[float, ...]
    validation: tuple[float, ...]


def compute_training_set_size(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any,
    X_val: Any,
    Y_val: Any,
    options: Options | None = None,
    sizes: Sequence[int] | None = None,
) -> TrainingSetSize:
    """Train on the first rows, once for each size.

    Parameters
    ----------
    network, theta, X, Y, options
        As in :class:`clearprop.training.Training`; theta are the initial values. The rows should
        be in random order.
    X_val, Y_val
        The rows to measure on, like X and Y.
    sizes
        How many rows to train on; None: eight sizes from 20 to all, in a geometric series.

    Raises
    ------
    ParameterError
        For data that do not fit, and for sizes that are not from 1 to m.
    DivergenceError
        If a training diverges.

    Equation
    --------
    ``J_train(theta)`` over the rows trained on and ``J_cv(theta)`` over the validation set, both
    without lambda (course, week 6).

    Examples
    --------
    >>> X, Y = [[0.0], [1.0], [0.2], [0.9]], [0, 1, 0, 1]
    >>> options = Options("lbfgs", check_gradient=False)
    >>> network = Network((1, 1), regularization=0.1)
    >>> found = compute_training_set_size(network, [0.0, 0.0], X, Y, X, Y, options, sizes=(1, 4))
    >>> found.train[0] < found.train[1] < found.validation[0]
    True
    """
    theta = np.asarray(theta)
    X = as_inputs(network, X, theta.dtype)
    Y = np.asarray(Y)
    m = X.shape[0]
    chosen = _spread(m) if sizes is None else tuple(int(size) for size in sizes)
    if not chosen or not all(1 <= size <= m for size in chosen):
        raise ParameterError(f"sizes: expected whole numbers from 1 to {m}; got {sizes!r}")
    plain = replace(network, regularization=0.0)
    train, validation = [], []
    for size in chosen:
        training = Training(network, theta, X[:size], Y[:size], options)
        training.run()
        train.append(cost_and_gradient(plain, training.theta, X[:size], Y[:size])[0])
        validation.append(cost_and_gradient(plain, training.theta, X_val, Y_val)[0])
    return TrainingSetSize(network, chosen, tuple(train), tuple(validation))


def _spread(m: int) -> tuple[int, ...]:
    sizes = np.geomspace(min(_FEWEST, m), m, _POINTS).round().astype(int)
    return tuple(sorted({int(size) for size in sizes}))


def draw_training_set_size(found: TrainingSetSize, lang: str = "en", source: str = "") -> Picture:
    """Draw both costs against the number of rows, on a logarithmic axis."""
    say = sentences(lang)
    title = say("training-set-size.title")
    caption = network_line(say, found.network, found.sizes[-1], source)
    with styled(title, caption):
        figure, axes = sheet(9, 5.2, title, caption)
        draw_by_size(axes, found, say, "training-set-size", "m")
    description = say(
        "training-set-size.description",
        first=f"{found.sizes[0]:,}",
        last=f"{found.sizes[-1]:,}",
        train_first=f"{found.train[0]:.4g}",
        train_last=f"{found.train[-1]:.4g}",
        validation_first=f"{found.validation[0]:.4g}",
        validation_last=f"{found.validation[-1]:.4g}",
    )
    return Picture(figure, title, description, lang)


def draw_by_size(axes: Any, found: Any, say: Sentences, name: str, size: str) -> None:
    """Draw `found.train` and `found.validation` against `found.sizes`, on a logarithmic axis.

    `name` is the figure's in the catalogue, and `size` is its word for the sizes there.
    """
    for part, costs, colour, marker, line in (
        ("validation", found.validation, RED, "s", "--"),
        ("train", found.train, BLUE, "o", "-"),
    ):
        label = say(f"{name}.{part}")
        axes.plot(found.sizes, costs, color=colour, marker=marker, ls=line, label=label)
    axes.set_xscale("log")
    axes.set_xticks(found.sizes, [f"{n:,}" for n in found.sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(bottom=0)
    axes.set_xlabel(say(f"{name}.{size}"))
    axes.set_ylabel(say(f"{name}.cost"))
    axes.grid()
    axes.legend()
