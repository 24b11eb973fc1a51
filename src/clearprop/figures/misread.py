"""A digit that is read wrongly: its image, what the outputs say, and delta of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.errors import ParameterError
from clearprop.figures.board import signed
from clearprop.figures.drawing import BLUE, INK, RED, SOFT, Picture, sentences, sheet, styled
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import backward, forward
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["Misread", "compute_misread", "draw_misread"]

_MOST = 12  # outputs whose bars can be told apart


@dataclass(frozen=True, eq=False)
class Misread:
    """One image with the answer of a network.

    Attributes
    ----------
    image
        ``(height, width)``.
    answers, deltas
        ``(K,)``: a and delta of the outputs.
    right, read
        The class that it is, and the one that the network answers, as indices.
    classes
        The names of the K classes.
    """

    image: Array
    answers: Array
    deltas: Array
    right: int
    read: int
    classes: tuple[str, ...]


def compute_misread(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any,
    images: Any,
    classes: Sequence[object] = (),
) -> Misread:
    """The first row whose largest output is not the one of its class.

    Parameters
    ----------
    network, theta
        A network with an output for each class, at most twelve, and its parameters.
    X, Y
        ``(m, s_1)`` and one-hot ``(m, K)``.
    images
        ``(m, height, width)``: the rows as images. They may be scaled differently from X.
    classes
        The names of the classes; none: 0 to K - 1.

    Raises
    ------
    ParameterError
        For values that do not fit, a network without classes, and if every row is read rightly.

    Examples
    --------
    >>> network, theta = Network((1, 2)), [0.0, 0.0, 1.0, -1.0]  # reads positive x as class 0
    >>> found = compute_misread(
    ...     network, theta, [[1.0], [2.0]], [[1, 0], [0, 1]], np.ones((2, 1, 1))
    ... )
    >>> found.right, found.read, found.deltas.round(2)
    (1, 0, array([ 0.88, -0.88]))
    """
    K = network.n_outputs
    if not 2 <= K <= _MOST:
        raise ParameterError(
            f"network: expected an output for each of 2 to {_MOST} classes; got {K}"
        )
    if classes and len(classes) != K:
        raise ParameterError(f"classes: expected {K} names or none; got {len(classes)}")
    theta = as_theta(network, theta)
    X = as_inputs(network, X, theta.dtype)
    images = np.asarray(images)  # (m, height, width)
    if images.ndim != 3 or len(images) != len(X):
        raise ParameterError(
            f"images: expected {len(X)} of them, a row of X each; got an array of shape "
            f"{images.shape}"
        )
    Y = as_targets(network, Y, X.shape[0], theta.dtype)
    passed = forward(np, network, theta, X)
    a = passed.activations[-1]  # (m, K)
    wrong = np.flatnonzero(a.argmax(axis=1) != Y.argmax(axis=1))
    if not wrong.size:
        raise ParameterError(
            "X: expected a row that the network reads wrongly; all are read rightly"
        )
    i = int(wrong[0])
    deltas = backward(np, network, theta, passed, Y).deltas[-1]  # (m, K)
    return Misread(
        images[i],
        a[i],
        deltas[i],
        int(Y[i].argmax()),
        int(a[i].argmax()),
        tuple(map(str, classes or range(K))),
    )


def draw_misread(found: Misread, lang: str = "en", source: str = "") -> Picture:
    """Draw the image, the outputs as bars from 0 to 1, and delta as bars to both sides."""
    say = sentences(lang)
    title = say("misread.title")
    right, read = found.classes[found.right], found.classes[found.read]
    K = len(found.classes)
    with styled(title, source, *found.classes):
        figure, (picture, outputs, deltas) = sheet(
            9.6, 4.6, title, source, columns=3, width_ratios=(1.0, 1.1, 1.3)
        )
        picture.imshow(found.image, cmap="gray_r", interpolation="none")
        picture.set(xticks=[], yticks=[])
        picture.spines[:].set_visible(True)
        head = say("misread.image", right=right, read=read)
        picture.set_title(head, parse_math=False)
        places = np.arange(K)
        outputs.barh(places, found.answers, color=SOFT)
        outputs.set_xlim(0, 1)
        outputs.set_title(say("misread.outputs"))
        colours = [BLUE if d > 0 else RED for d in found.deltas]
        hatch = ["" if d > 0 else "///" for d in found.deltas]
        deltas.barh(places, found.deltas, color=colours, hatch=hatch, edgecolor="white")
        deltas.axvline(0, color=INK, linewidth=1)
        deltas.set_xlim(-1.9, 1.9)
        deltas.set_title(say("misread.deltas"))
        for k, d in enumerate(found.deltas):
            ha, off = ("left", 0.06) if d >= 0 else ("right", -0.06)
            deltas.text(d + off, k, signed(float(d), 3), ha=ha, va="center", fontsize=11)
        for axes in (outputs, deltas):
            axes.set_yticks(places, found.classes, color=INK)
            axes.invert_yaxis()
    description = say(
        "misread.description",
        right=right,
        read=read,
        right_a=f"{found.answers[found.right]:.3f}",
        read_a=f"{found.answers[found.read]:.3f}",
        right_delta=signed(float(found.deltas[found.right]), 3),
        read_delta=signed(float(found.deltas[found.read]), 3),
    )
    return Picture(figure, title, description, lang)
