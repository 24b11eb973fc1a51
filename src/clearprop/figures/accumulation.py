"""Delta := Delta + delta a', sample by sample: the loop of the course's algorithm in tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.errors import ParameterError
from clearprop.figures.board import arrow, board, tiles, words
from clearprop.figures.drawing import SOFT, Picture, raised, sentences, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import backward, forward
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Accumulation", "compute_accumulation", "draw_accumulation"]

_MOST = 4  # units beside the bias, and samples, that a board has room for
_WIDE, _HIGH = 0.64, 0.44  # inches: a tile


@dataclass(frozen=True, eq=False)
class Accumulation:
    """The loop over m samples, for the weights between two layers.

    Attributes
    ----------
    layer
        l: Delta^(l) belongs to the weights from layer l to layer l + 1.
    deltas
        ``(m, s_{l+1})``: delta^(l+1) of each sample.
    inputs
        ``(m, 1 + s_l)``: [1; a^(l)] of each sample.
    products
        ``(m, s_{l+1}, 1 + s_l)``: delta^(l+1) [1; a^(l)]' of each sample.
    running
        ``(m, s_{l+1}, 1 + s_l)``: Delta^(l) after each sample.
    """

    layer: int
    deltas: Array
    inputs: Array
    products: Array
    running: Array


def compute_accumulation(
    network: Network, theta: Any, X: Any, Y: Any, layer: int | None = None
) -> Accumulation:
    """Go through the samples one at a time and add up.

    Parameters
    ----------
    network, theta
        A network and its parameters ``(n_parameters,)``.
    X, Y
        ``(m, s_1)`` and ``(m, K)``, at most four samples.
    layer
        l, counted from 1; None: the last weights.

    Raises
    ------
    ParameterError
        For a layer that there is not or that is too wide to be drawn, too many samples, and values
        that do not fit.

    Equation
    --------
    ``Delta^(l) := Delta^(l) + delta^(l+1) [1; a^(l)]'`` (course, week 5).

    Examples
    --------
    >>> from clearprop.figures.small_network import NETWORK, THETA, X, Y
    >>> compute_accumulation(NETWORK, THETA, X, Y).running[:, 0, 0].round(4)
    array([-0.3913,  0.2288, -0.1688])
    """
    last = network.n_layers - 1
    l = last if layer is None else layer
    if not 1 <= l <= last:
        raise ParameterError(f"layer: expected 1 to {last}; got {layer!r}")
    theta = as_theta(network, theta)
    X = as_inputs(network, X, theta.dtype)
    m = X.shape[0]
    Y = as_targets(network, Y, m, theta.dtype)
    if max(m, *network.layer_sizes[l - 1 : l + 1]) > _MOST:
        raise ParameterError(
            f"network: expected at most {_MOST} samples, and at most {_MOST} units in layers {l} "
            f"and {l + 1}; got {m} samples, "
            f"{network.layer_sizes[l - 1]} and {network.layer_sizes[l]} units"
        )
    passed = forward(np, network, theta, X)
    deltas = backward(np, network, theta, passed, Y).deltas[l - 1]  # (m, s_{l+1})
    inputs = np.column_stack([np.ones(m), passed.activations[l - 1]])  # (m, 1 + s_l)
    products = deltas[:, :, None] * inputs[:, None, :]  # (m, s_{l+1}, 1 + s_l)
    return Accumulation(l, deltas, inputs, products, products.cumsum(axis=0))


def draw_accumulation(found: Accumulation, lang: str = "en") -> Picture:
    """Draw a line for each sample: delta, [1 a], their product, and Delta after it."""
    say = sentences(lang)
    title = say("accumulation.title")
    m, rows, columns = found.products.shape
    l = found.layer
    line = rows * _HIGH + 0.75  # inches from sample to sample
    x = np.cumsum([0.85, _WIDE + 0.3, columns * _WIDE * 0.85 + 0.3, columns * _WIDE + 0.7])
    width, height = float(x[3]) + columns * _WIDE + 0.2, m * line + 2.3
    with styled(title):
        figure, axes = board(width, height, title)
        heads = [
            (x[0] + _WIDE / 2, rf"$\delta^{{({l + 1})}}$"),
            (x[1] + columns * _WIDE * 0.425, rf"$[1\ \ (a^{{({l})}})^T]$"),
            (x[2] + columns * _WIDE / 2, rf"$\delta^{{({l + 1})}}\,[1\ \ (a^{{({l})}})^T]$"),
            (x[3] + columns * _WIDE / 2, rf"$\Delta^{{({l})}}$"),
        ]
        for at, head in heads:
            words(axes, (float(at), height - 0.92), head, fontsize=15)
        largest = float(np.abs([*found.products, *found.running]).max())
        for i in range(m):
            middle = height - 2.0 - (i + 0.36) * line
            words(axes, (0.2, middle), f"i = {i + 1}", ha="left", fontsize=14)
            tiles(axes, (x[0], middle), found.deltas[i][:, None], largest, size=(_WIDE, _HIGH))
            words(axes, (x[0] + _WIDE + 0.17, middle), "×")
            tiles(axes, (x[1], middle), found.inputs[i][None], size=(_WIDE * 0.85, _HIGH))
            words(axes, (x[2] - 0.15, middle), "=")
            tiles(axes, (x[2], middle), found.products[i], largest, size=(_WIDE, _HIGH))
            words(axes, (x[3] - 0.37, middle + 0.17), "+", fontsize=17)
            arrow(axes, (x[3] - 0.63, middle - 0.08), (x[3] - 0.1, middle - 0.08))
            tiles(axes, (x[3], middle), found.running[i], largest, size=(_WIDE, _HIGH))
            centre, top = float(x[3] + columns * _WIDE / 2), middle + rows * _HIGH / 2
            above = top + line - rows * _HIGH - (0.05 if i else 0.25)
            arrow(axes, (centre, above), (centre, top + 0.05))
            if i == 0:
                words(axes, (centre, above + 0.17), "0", fontsize=14)
        words(axes, (width / 2, 0.3), say("accumulation.colours"), color=SOFT)
    description = say(
        "accumulation.description",
        m=m,
        entry=f"Δ⁽{raised(l)}⁾",
        values=say("accumulation.then").join(_number(state[0, 0]) for state in found.running),
    )
    return Picture(figure, title, description, lang)


def _number(value: float) -> str:
    return "1" if value == 1 else f"{value:.3f}".replace("-", "−")
