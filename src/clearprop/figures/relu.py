"""The sigmoid beside ReLU: both functions, their slopes, and what deep networks make of them.

Sources: X. Glorot, A. Bordes, Y. Bengio, "Deep sparse rectifier neural networks" (2011);
3Blue1Brown, "But what is a neural network?".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.engines.evaluate import cost_and_gradient
from clearprop.figures.drawing import BLUE, GREEN, Picture, power_of_ten, sentences, sheet, styled
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.network.parameters import initial_theta

__all__ = ["Relu", "compute_relu", "draw_relu"]

_REACH = 6.0
_NAMES = ("sigmoid", "relu")
_INITS = {"sigmoid": "uniform", "relu": "he"}  # each with the rule made for it


@dataclass(frozen=True, eq=False)
class Relu:
    """Two activations, their slopes, and the gradients of two networks that differ in them.

    Attributes
    ----------
    z
        ``(p,)``: where the curves are computed.
    values, slopes
        ``(2, p)``: g(z) and g'(z), the sigmoid first.
    layer_sizes
        Of both networks.
    gradients
        ``(2, L - 1)``: the mean size of dJ/dTheta^(l) at the start, without the bias.
    """

    z: Array
    values: Array
    slopes: Array
    layer_sizes: tuple[int, ...]
    gradients: Array


def compute_relu(layer_sizes: tuple[int, ...], X: Any, Y: Any, seed: int = 0) -> Relu:
    """Compute both curves, and J's gradient at the initial values of two networks.

    Parameters
    ----------
    layer_sizes
        Of the networks.
    X, Y
        As in :func:`clearprop.cost_and_gradient`.
    seed
        Of the initial values: the course's rule for the sigmoid, He's for ReLU.

    Raises
    ------
    ParameterError
        For shapes or values that do not fit.

    Equation
    --------
    ``g(z) = 1 / (1 + e^-z)``, ``g' = g (1 - g)``, at most 1/4; ``g(z) = max(0, z)``, ``g' = 1`` for
    ``z > 0`` and 0 otherwise.

    Examples
    --------
    >>> found = compute_relu((2, 3, 1), [[0, 1], [1, 0]], [0, 1])
    >>> found.slopes.max(axis=1), found.gradients.shape
    (array([0.25, 1.  ]), (2, 2))
    """
    z = np.linspace(-_REACH, _REACH, 241)  # (p,)
    values, slopes, gradients = [], [], []
    for name in _NAMES:
        g = ACTIVATIONS[name]
        values.append(g.f(np, z))
        slopes.append(g.prime(np, z, values[-1]))
        network = Network(layer_sizes, activation=name)  # type: ignore[arg-type]
        theta = initial_theta(network, seed, _INITS[name])  # type: ignore[arg-type]
        _, D = cost_and_gradient(network, theta, X, Y)
        gradients.append([np.abs(B[1:]).mean() for B in split(network, D)])
    return Relu(z, np.array(values), np.array(slopes), tuple(layer_sizes), np.array(gradients))


def draw_relu(found: Relu, lang: str = "en") -> Picture:
    """Draw the functions, the slopes, and the gradients by layer."""
    say = sentences(lang)
    title = say("relu.title")
    with styled(title):
        figure, (functions, slopes, gradients) = sheet(13, 4.6, title, "", columns=3)
        for which, (name, colour, line) in enumerate(
            (("sigmoid", BLUE, "-"), ("ReLU", GREEN, "--"))
        ):
            look: dict[str, Any] = {"color": colour, "linestyle": line, "label": name}
            functions.plot(found.z, found.values[which], **look)
            slopes.plot(found.z, found.slopes[which], **look)
            layers = np.arange(1, len(found.layer_sizes))
            gradients.semilogy(layers, found.gradients[which], marker="os"[which], **look)
        functions.set(ylim=(-0.25, 3), xlabel="z", title=say("relu.functions"))
        slopes.axhline(0.25, color=BLUE, linewidth=1, linestyle=":")
        slopes.set_yticks([0, 0.25, 1], ["0", "¼", "1"])
        slopes.set(ylim=(-0.08, 1.2), xlabel="z", title=say("relu.slopes"))
        gradients.set(xlabel=say("relu.layer"), title=say("relu.gradients"))
        gradients.set_xticks(layers)
        for axes in (functions, slopes, gradients):
            axes.grid()
        functions.legend(loc="upper left")
    sigmoid, relu = found.gradients
    description = say(
        "relu.description",
        sizes="-".join(map(str, found.layer_sizes)),
        first_sigmoid=power_of_ten(float(sigmoid[0])),
        last_sigmoid=power_of_ten(float(sigmoid[-1])),
        first_relu=power_of_ten(float(relu[0])),
        last_relu=power_of_ten(float(relu[-1])),
    )
    return Picture(figure, title, description, lang)
