"""Why initial values are random: if they are equal, all units of a layer stay equal.

Source: A. Ng, *Machine Learning* (Coursera), week 5, "Random initialization".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.errors import ParameterError
from clearprop.figures.drawing import BLUE, RED, Picture, network_line, sentences, sheet, styled
from clearprop.figures.hidden_units import as_images, show_tiles
from clearprop.figures.path import trained_path
from clearprop.language import Sentences
from clearprop.names import InitName
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.network.parameters import initial_theta
from clearprop.network.samples import as_inputs
from clearprop.training import Options, Training
from clearprop.training.options import FULL_BATCH

__all__ = ["Symmetry", "compute_symmetry", "draw_symmetry"]

# Weights that differ by less than this part of the largest one differ only by rounding, so they
# count as equal.
_SAME = 1e-6
_MOST = 36  # units drawn


@dataclass(frozen=True, eq=False)
class Symmetry:
    """Two trainings of one network, from equal and from random initial values.

    Attributes
    ----------
    network, rows
        What was trained, and on how many rows.
    equal
        The number that all initial values of the first start have.
    equal_weights, random_weights
        ``(s_2, s_1 + 1)``: ``Theta^(1)`` after training, bias in column 0.
    equal_costs, random_costs
        J at the start and after every epoch.
    equal_units, random_units
        How many different units the first hidden layer has after training.
    image_shape, image_order
        ``(height, width)`` if the inputs are an image, and how it is unrolled.
    iterations
        Whether an epoch was an iteration of a full-batch solver.
    """

    network: Network
    rows: int
    equal: float
    equal_weights: Array
    random_weights: Array
    equal_costs: tuple[float, ...]
    random_costs: tuple[float, ...]
    equal_units: int
    random_units: int
    image_shape: tuple[int, int] | None
    image_order: Literal["C", "F"]
    iterations: bool


def compute_symmetry(
    network: Network,
    X: Any,
    Y: Any,
    options: Options | None = None,
    *,
    equal: float = 0.0,
    init: InitName | float = "uniform",
    seed: int = 0,
    image_shape: tuple[int, int] | None = None,
    image_order: Literal["C", "F"] = "C",
) -> Symmetry:
    """Train twice, in float64, from initial values that are all `equal`, and from random ones.

    Parameters
    ----------
    network, X, Y, options
        As in :class:`clearprop.training.Training`; the network has a hidden layer.
    equal
        The value of all initial parameters of the first training.
    init, seed
        The random ones: see :func:`clearprop.initial_theta`.
    image_shape, image_order
        As in :func:`clearprop.figures.compute_hidden_units`; None where the inputs are no image.

    Raises
    ------
    ParameterError
        For a network without a hidden layer, or data that do not fit.

    Examples
    --------
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> found = compute_symmetry(Network((2, 3, 1)), X, Y, Options("lbfgs"), equal=0.5, init=1.0)
    >>> found.equal_units, found.random_units
    (1, 3)
    """
    if network.n_layers < 3:
        raise ParameterError("network: expected a hidden layer; this one has none")
    options = options or Options()
    X = as_inputs(network, X, np.float64)

    def trained(start: Array) -> tuple[Array, tuple[float, ...]]:
        thetas = trained_path(Training(network, start, X, Y, options))
        costs = tuple(cost_and_gradient(network, theta, X, Y)[0] for theta in thetas)
        return split(network, thetas[-1])[0].T, costs

    equal_weights, equal_costs = trained(np.full(network.n_parameters, float(equal)))
    random_weights, random_costs = trained(initial_theta(network, seed, init))
    return Symmetry(
        network,
        X.shape[0],
        float(equal),
        equal_weights,
        random_weights,
        equal_costs,
        random_costs,
        _different(equal_weights),
        _different(random_weights),
        image_shape,
        image_order,
        options.solver in FULL_BATCH,
    )


def _different(weights: Array) -> int:
    """Count the rows that differ from all rows before them."""
    tolerance = _SAME * float(np.abs(weights).max())
    kept: list[Array] = []
    for row in weights:
        if all(np.abs(row - other).max() > tolerance for other in kept):
            kept.append(row)
    return len(kept)


def draw_symmetry(found: Symmetry, lang: str = "en", source: str = "") -> Picture:
    """Draw the weights of both trainings on the left, the costs on the right."""
    say = sentences(lang)
    title = say("symmetry.title")
    caption = network_line(say, found.network, found.rows, source)
    units = found.network.layer_sizes[1]
    with styled(title, caption):
        figure, (left, middle, right) = sheet(
            13, 5.2, title, caption, columns=3, width_ratios=(1, 1, 1.15)
        )
        for axes, weights, different, name in (
            (left, found.equal_weights, found.equal_units, "equal"),
            (middle, found.random_weights, found.random_units, "random"),
        ):
            _draw_weights(axes, weights, found, say)
            told = say(f"symmetry.{name}", value=f"{found.equal:g}")
            counted = say("symmetry.units", units=units, different=different)
            axes.set_title(f"{told}\n{counted}")
        for costs, colour, line, name in (
            (found.equal_costs, RED, "--", "equal"),
            (found.random_costs, BLUE, "-", "random"),
        ):
            label = say(f"symmetry.{name}", value=f"{found.equal:g}")
            right.plot(costs, color=colour, ls=line, label=label)
        right.set_xlabel(say("shared.iteration" if found.iterations else "shared.epoch"))
        right.set_ylabel(say("shared.cost"))
        right.set_ylim(bottom=0)
        right.grid()
        right.legend()
    description = say(
        "symmetry.description",
        units=units,
        value=f"{found.equal:g}",
        equal=found.equal_units,
        random=found.random_units,
        equal_cost=f"{found.equal_costs[-1]:.4g}",
        random_cost=f"{found.random_costs[-1]:.4g}",
    )
    return Picture(figure, title, description, lang)


def _draw_weights(axes: Any, weights: Array, found: Symmetry, say: Sentences) -> None:
    """Draw the incoming weights of each unit: as an image, or as a row if the inputs are none."""
    shown = weights[:_MOST, 1:]  # (units, s_1)
    if found.image_shape is not None:
        images = as_images(shown, found.image_shape, found.image_order)
        show_tiles(axes, images, each_its_own=False)
        return
    largest = float(np.abs(shown).max()) or 1.0
    axes.imshow(
        shown, cmap="gray", vmin=-largest, vmax=largest, aspect="auto", interpolation="none"
    )
    axes.set_xlabel(say("symmetry.inputs"))
    axes.set_ylabel(say("symmetry.hidden"))
    axes.set_xticks([])
    axes.set_yticks([])
