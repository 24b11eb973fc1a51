"""The six steps of training on images, one panel a step, each with its numbers.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Putting it together".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.engines.evaluate import cost_and_gradient, predict
from clearprop.errors import ParameterError
from clearprop.figures.drawing import (
    BLUE,
    INK,
    RED,
    SOFT,
    Picture,
    network_line,
    power_of_ten,
    sentences,
    sheet,
    styled,
)
from clearprop.figures.hidden_units import show_tiles
from clearprop.language import Sentences
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.network.samples import as_inputs, as_targets, as_theta
from clearprop.training import Options, Training

__all__ = ["SixSteps", "compute_six_steps", "draw_six_steps"]

_SHOWN = 10  # images, in two lines
_LINE = 5
_CHECKED = 40  # parameters
_STEP = 1e-4  # of the gradient check: the course's epsilon


@dataclass(frozen=True, eq=False)
class SixSteps:
    """What each step computes.

    Attributes
    ----------
    network, rows
        What is trained, and on how many rows.
    weights, gradients
        ``(s_2, height, width)``: the initial weights into the first hidden layer, and their D.
    images, right, read
        The first rows ``(n, height, width)``, their classes, and what the initial network reads.
    sample_costs, cost
        ``(n,)``: J_i of these rows, and J of all rows, both without lambda.
    analytic, numeric
        ``(c,)``: derivatives by backward propagation and by two-sided differences.
    costs
        J with lambda before the minimisation and after each of its iterations.
    """

    network: Network
    rows: int
    weights: Array
    gradients: Array
    images: Array
    right: tuple[str, ...]
    read: tuple[str, ...]
    sample_costs: Array
    cost: float
    analytic: Array
    numeric: Array
    costs: tuple[float, ...]


def compute_six_steps(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any,
    images: Any,
    classes: Sequence[object] = (),
    options: Options | None = None,
) -> SixSteps:
    """Go through the six steps from theta.

    Parameters
    ----------
    network, theta, X, Y, options
        As in :class:`clearprop.training.Training`: a network with a hidden layer and an output for
        each class, initial values, inputs ``(m, s_1)`` and one-hot targets ``(m, K)``.
    images
        ``(n, height, width)``: the first rows of X as images, which may be scaled differently.
    classes
        The names of the classes; none: 0 to K - 1.

    Raises
    ------
    ParameterError
        For a network without a hidden layer or without classes, and for data that do not fit.
    DivergenceError
        If the training diverges.

    Equation
    --------
    Step 4 is ``D = dJ/dTheta^(1)`` without lambda; step 5 compares ``dJ/dtheta_k`` with
    ``(J(theta + eps e_k) - J(theta - eps e_k)) / (2 eps)`` on the images' rows (course, week 5).

    Examples
    --------
    >>> network, theta = Network((4, 1, 2)), np.linspace(-1, 1, 9)
    >>> X = np.eye(4)
    >>> found = compute_six_steps(network, theta, X, np.eye(2)[[0, 1, 0, 1]], X.reshape(4, 2, 2))
    >>> found.right, found.read
    (('0', '1', '0', '1'), ('1', '1', '1', '1'))
    >>> found.costs[-1] < found.costs[0]
    True
    """
    K = network.n_outputs
    problems = []
    if network.n_layers < 3:
        problems.append("network: expected a hidden layer; this one has none")
    if K < 2:
        problems.append("network: expected an output for each of two or more classes; got 1")
    images = np.asarray(images)[:_SHOWN]  # (n, height, width)
    if images.ndim != 3 or images[:1].size != network.n_inputs or len(images) > len(X):
        problems.append(
            "images: expected those of the first rows, (n, height, width); got shape "
            f"{images.shape}"
        )
    if classes and len(classes) != K:
        problems.append(f"classes: expected {K} names, or none; got {len(classes)}")
    if problems:
        raise ParameterError(*problems)
    theta = as_theta(network, theta)
    X = as_inputs(network, X, theta.dtype)
    Y = as_targets(network, Y, X.shape[0], theta.dtype)
    names = tuple(map(str, classes or range(K)))
    n, height, width = images.shape
    few, right = X[:n], Y[:n]
    plain = replace(network, regularization=0.0)
    cost, D = cost_and_gradient(plain, theta, X, Y)
    singly = [cost_and_gradient(plain, theta, few[[i]], right[[i]])[0] for i in range(n)]
    checked = np.linspace(0, len(theta) - 1, min(_CHECKED, len(theta))).astype(int)
    analytic = cost_and_gradient(network, theta, few, right)[1][checked]
    training = Training(network, theta, X, Y, options)
    training.run()
    start = cost_and_gradient(network, theta, X, Y)[0]

    def shaped(parameters: Array) -> Array:
        return split(network, parameters)[0][1:].T.reshape(-1, height, width)

    return SixSteps(
        network,
        X.shape[0],
        shaped(theta),
        shaped(D),
        images,
        tuple(names[k] for k in right.argmax(axis=1)),
        tuple(names[k] for k in predict(network, theta, few).argmax(axis=1)),
        np.array(singly),
        float(cost),
        analytic,
        np.array([_difference(network, theta, few, right, k) for k in checked]),
        (float(start), *training.history.costs),
    )


def _difference(network: Network, theta: Array, X: Array, Y: Array, k: int) -> float:
    """The two-sided difference for parameter k."""
    e = np.zeros(len(theta))
    e[k] = _STEP
    up = cost_and_gradient(network, theta + e, X, Y)[0]
    down = cost_and_gradient(network, theta - e, X, Y)[0]
    return float(up - down) / (2 * _STEP)


def draw_six_steps(found: SixSteps, lang: str = "en", source: str = "") -> Picture:
    """Draw a panel for each step, three in a line."""
    say = sentences(lang)
    title = say("six-steps.title")
    caption = network_line(say, found.network, found.rows, source)
    with styled(title, caption, *found.right, *found.read):
        figure, axes = sheet(12, 8.2, title, caption, columns=3, rows=2)
        first, second, third, fourth, fifth, sixth = axes.flat
        show_tiles(first, found.weights, each_its_own=False)
        first.set_title(say("six-steps.random"))
        _draw_read(second, found, say)
        _draw_cost(third, found, say)
        show_tiles(fourth, found.gradients, each_its_own=False)
        fourth.set_title(say("six-steps.backward"))
        _draw_check(fifth, found, say)
        sixth.plot(found.costs, color=BLUE)
        sixth.set_title(say("six-steps.minimise", J=f"{found.costs[-1]:.4f}"))
        sixth.set_xlabel(say("shared.iteration"))
        sixth.set_ylabel(say("shared.cost"))
        sixth.set_ylim(bottom=0)
        sixth.grid()
    rightly = sum(map(str.__eq__, found.right, found.read))
    description = say(
        "six-steps.description",
        n=len(found.right),
        rightly=rightly,
        J=f"{found.cost:.4f}",
        difference=power_of_ten(_worst(found)),
        first=f"{found.costs[0]:.4f}",
        last=f"{found.costs[-1]:.4f}",
        iterations=len(found.costs) - 1,
    )
    return Picture(figure, title, description, lang)


def _worst(found: SixSteps) -> float:
    return float(np.abs(found.analytic - found.numeric).max())


def _draw_read(axes: Any, found: SixSteps, say: Sentences) -> None:
    """The images in lines of five; below each what the network reads."""
    for i, (image, right, read) in enumerate(
        zip(found.images, found.right, found.read, strict=True)
    ):
        left, top = i % _LINE, -1.45 * (i // _LINE)
        axes.imshow(
            image,
            cmap="gray_r",
            extent=(left + 0.05, left + 0.95, top - 0.9, top),
            interpolation="none",
        )
        colour = BLUE if read == right else RED
        mark = "✓" if read == right else "✗"
        text = f"{read} {mark}"
        axes.text(left + 0.5, top - 1.15, text, color=colour, ha="center", va="center")
    lines = -(-len(found.right) // _LINE)
    axes.set(xlim=(0, _LINE), ylim=(-1.45 * lines, 0.1))
    axes.axis("off")
    axes.set_title(say("six-steps.forward"))


def _draw_cost(axes: Any, found: SixSteps, say: Sentences) -> None:
    """J_i of each image as a bar, and J of all rows as a line."""
    places = range(len(found.right))
    axes.bar(places, found.sample_costs, color=SOFT)
    axes.axhline(found.cost, color=RED, linestyle="--")
    axes.set_xticks(places, found.right)
    axes.set_xlabel(say("six-steps.samples"))
    axes.set_title(say("six-steps.cost", J=f"{found.cost:.4f}"))


def _draw_check(axes: Any, found: SixSteps, say: Sentences) -> None:
    """Each derivative both ways: points on the diagonal agree."""
    ends = [min(found.analytic.min(), 0.0), max(found.analytic.max(), 0.0)]
    axes.plot(ends, ends, color=SOFT, linewidth=1)
    axes.plot(found.analytic, found.numeric, "o", color=BLUE, mec="white", ms=8)
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.axvline(0, color=INK, linewidth=0.6)
    axes.set_title(say("six-steps.check", n=len(found.analytic)))
    axes.set_xlabel(say("six-steps.analytic"))
    axes.set_ylabel(say("six-steps.numeric"))
