"""The surface of J along two directions, the path of training on it, and where several starts end.

theta has far more than two dimensions, so a figure shows a plane through it. Two planes are drawn.
The first one goes through the end of one training and is spanned by the two principal directions of
its path, so no other plane shows more of that path. The second one goes through the ends of three
trainings, so J at all three is J on the surface.

Source: H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, "Visualizing the loss landscape of
neural nets", NeurIPS 2018, section 7 (the path in its principal directions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm

from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.errors import ParameterError
from clearprop.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    RED,
    SOFT,
    Picture,
    network_line,
    sentences,
    sheet,
    styled,
)
from clearprop.figures.path import trained_path
from clearprop.language import Sentences
from clearprop.names import EngineName, InitName
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.network.samples import as_inputs, as_targets
from clearprop.training import Options, Training

__all__ = ["Plane", "Surface", "compute_surface", "draw_surface"]

# Three points lie on a line if the third one's distance to the line through the others is less than
# this part of its distance to the first.
_LINE = 1e-6

_GRID = 49  # points on each side
_LEVELS = 22  # of the contours; every third one is a line
_POINTS = 120  # of a path, at most
_MARGIN = 0.3  # on each side, as a part of the extent of the points
# Ends whose J differ by less than this part are the same minimum, or a mirror image of it.
_SAME_COST = 1e-2
_LOOKS = ((BLUE, "o", "-"), (RED, "s", "--"), (GREEN, "^", "-."))


@dataclass(frozen=True, eq=False)
class Plane:
    """J over a plane through theta.

    Attributes
    ----------
    origin, u, v
        ``(n_parameters,)``: a point of the plane, and two orthogonal directions of length 1.
    a, b
        ``(g,)``: how far along u and v.
    costs
        ``(g, g)``: J at ``origin + a[j] u + b[i] v``.
    """

    origin: Array
    u: Array
    v: Array
    a: Array
    b: Array
    costs: Array

    def project(self, thetas: Array) -> Array:
        """The plane's coordinates ``(n, 2)`` of the points nearest to thetas ``(n, n_parameters)``.

        Equation
        --------
        ``((theta - origin) . u, (theta - origin) . v)``.
        """
        return np.asarray((thetas - self.origin) @ np.stack([self.u, self.v], axis=1))  # (n, 2)


@dataclass(frozen=True, eq=False)
class Surface:
    """Trainings from several starts, and J over two planes through their paths and ends.

    Attributes
    ----------
    network, rows
        The network, and how many rows J is the mean over.
    seeds
        The seeds of the starts.
    epochs
        For each start the epochs that its path keeps, ``(n,)``: the first, the last, and some
        between.
    paths
        For each start theta after those epochs, ``(n, n_parameters)``.
    costs
        For each start J after those epochs, ``(n,)``.
    slopes
        For each start the largest component of the gradient at its end.
    followed
        The start whose path spans the first plane; it ends lowest.
    path_plane, share
        The first plane, and which part of the path's squared distances from its end lies in it.
    three
        The starts whose ends lie in the second plane: the lowest, one between, the highest.
    ends_plane
        The second plane.
    """

    network: Network
    rows: int
    seeds: tuple[int, ...]
    epochs: tuple[Array, ...]
    paths: tuple[Array, ...]
    costs: tuple[Array, ...]
    slopes: tuple[float, ...]
    followed: int
    path_plane: Plane
    share: float
    three: tuple[int, int, int]
    ends_plane: Plane

    @property
    def final_costs(self) -> tuple[float, ...]:
        """J where each start ends."""
        return tuple(float(costs[-1]) for costs in self.costs)


def compute_surface(
    network: Network,
    X: Any,
    Y: Any,
    options: Options | None = None,
    *,
    seeds: Sequence[int] = range(12),
    init: InitName | float = "uniform",
    engine: EngineName | Engine = "auto",
) -> Surface:
    """Train from several starts, and measure J over the two planes, in float64.

    Parameters
    ----------
    network, X, Y, options, engine
        As in :class:`clearprop.training.Training`.
    seeds, init
        The initial values, as in :func:`clearprop.initial_theta`; at least three starts.

    Raises
    ------
    ParameterError
        For data that do not fit, fewer than three starts, or starts that end on one line.

    Examples
    --------
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> network = Network((2, 2, 1), activation="tanh", regularization=0.01)
    >>> options = Options("lbfgs", epochs=500, tol=1e-9)
    >>> found = compute_surface(network, X, Y, options, seeds=range(6), init=3.0)
    >>> sorted({round(J, 3) for J in found.final_costs})
    [0.11, 0.418, 0.524]
    """
    if len(seeds) < 3:
        raise ParameterError(f"seeds: expected three starts at least; got {list(seeds)}")
    X = as_inputs(network, X, np.float64)
    Y = as_targets(network, Y, X.shape[0], np.float64)
    engine = choose_engine(engine)

    def J(theta: Array) -> float:
        return engine.cost_and_gradient(network, theta, X, Y)[0]

    epochs, paths, costs, slopes = [], [], [], []
    for seed in seeds:
        start = initial_theta(network, seed, init)
        thetas = trained_path(Training(network, start, X, Y, options, engine=engine))
        kept = _some(len(thetas))
        path = np.array([thetas[k] for k in kept])  # (n, n_parameters)
        epochs.append(kept)
        paths.append(path)
        costs.append(np.array([J(theta) for theta in path]))  # (n,)
        slopes.append(float(np.abs(engine.cost_and_gradient(network, path[-1], X, Y)[1]).max()))
    ends = np.array([path[-1] for path in paths])  # (starts, n_parameters)
    final = np.array([cost[-1] for cost in costs])  # (starts,)
    followed = int(final.argmin())
    u, v, share = _principal(paths[followed])
    path_plane = _plane(J, paths[followed][-1], u, v, paths[followed])
    three = _three(ends, final)
    u, v = _spanning(*ends[list(three)])
    ends_plane = _plane(J, ends[three[0]], u, v, ends[list(three)])
    return Surface(
        network,
        X.shape[0],
        tuple(seeds),
        tuple(epochs),
        tuple(paths),
        tuple(costs),
        tuple(slopes),
        followed,
        path_plane,
        share,
        three,
        ends_plane,
    )


def _some(n: int) -> Array:
    """The first of n numbers, the last, and some between, most of them near the start."""
    if n <= _POINTS:
        return np.arange(n)
    return np.unique(np.geomspace(1, n, _POINTS).round().astype(np.int64)) - 1


def _principal(path: Array) -> tuple[Array, Array, float]:
    """The two principal directions of the path as seen from its end, and the part they hold."""
    away = path - path[-1]  # (n, n_parameters)
    _, sizes, directions = np.linalg.svd(away, full_matrices=False)
    squares = sizes**2
    u, v = directions[:2]
    return u, v, float(squares[:2].sum() / squares.sum())


def _spanning(first: Array, second: Array, third: Array) -> tuple[Array, Array]:
    """Two orthogonal directions of length 1 that span the plane through three points."""
    u = _direction(second - first)
    v = third - first
    v = _direction(v - (v @ u) * u)
    if not u.any() or np.linalg.norm(third - first) * _LINE > abs((third - first) @ v):
        raise ParameterError("seeds: these starts end on one line, through which no one plane goes")
    return u, v


def _direction(vector: Array) -> Array:
    """The vector scaled to length 1; one of length 0 stays as it is."""
    return np.asarray(vector / (np.linalg.norm(vector) or 1.0))


def _three(ends: Array, final: Array) -> tuple[int, int, int]:
    """The lowest end, one between, and the highest.

    The one between has another J than both if there is such an end. Among several it is the one
    farthest from the line through the other two.
    """
    order = np.argsort(final, kind="stable")
    low, high = int(order[0]), int(order[-1])
    between = [int(k) for k in order[1:-1]]

    def alike(k: int, other: int) -> bool:
        return bool(abs(final[k] - final[other]) <= _SAME_COST * abs(final[other]))

    others = [k for k in between if not alike(k, low) and not alike(k, high)]
    along = _direction(ends[high] - ends[low])

    def beside(k: int) -> float:
        away = ends[k] - ends[low]
        return float(np.linalg.norm(away - (away @ along) * along))

    return low, max(others or between, key=beside), high


def _plane(J: Any, origin: Array, u: Array, v: Array, shown: Array) -> Plane:
    """J over the part of the plane around the projections of `shown`."""
    at = (shown - origin) @ np.stack([u, v], axis=1)  # (n, 2)
    low, high = at.min(axis=0), at.max(axis=0)  # (2,)
    # As wide as high, so that u and v have the same length in the picture.
    half = float((high - low).max()) * (0.5 + _MARGIN)
    middle = (low + high) / 2
    a, b = (np.linspace(c - half, c + half, _GRID) for c in middle)
    costs = np.array([[J(origin + s * u + t * v) for s in a] for t in b])  # (g, g)
    return Plane(origin, u, v, a, b, costs)


def draw_surface(found: Surface, lang: str = "en", source: str = "") -> Picture:
    """Draw both planes with contours of J, and the cost of every start on the right."""
    say = sentences(lang)
    title = say("surface.title")
    caption = network_line(say, found.network, found.rows, source)
    with styled(title, caption):
        figure, (left, middle, right) = sheet(14, 5.4, title, caption, columns=3)
        ends = np.array([found.paths[k][-1] for k in found.three])  # (3, n_parameters)
        followed = found.paths[found.followed][[0, -1]]  # (2, n_parameters)
        _draw_contours(left, found.path_plane, found.path_plane.project(followed))
        _draw_path(left, found, say)
        _draw_contours(middle, found.ends_plane, found.ends_plane.project(ends))
        _draw_ends(middle, found, say)
        _draw_costs(right, found, say)
    listed = ", ".join(f"{cost:.4g}" for cost in sorted(found.final_costs))
    description = say(
        "surface.description",
        share=f"{100 * found.share:.1f}",
        n=len(found.seeds),
        costs=listed,
        slope=f"{max(found.slopes):.1e}",
    )
    return Picture(figure, title, description, lang)


def _draw_contours(axes: Any, plane: Plane, marked: Array) -> None:
    """Draw contours of J; values stand on them, but not near the edge or `marked` ``(n, 2)``."""
    costs = np.ma.masked_invalid(plane.costs)  # where J overflows, the plane stays white
    low, high = float(costs.min()), float(costs.max())
    logarithmic = 0 < low < high
    spread = np.geomspace if logarithmic else np.linspace
    levels = spread(low, high if low < high else low + 1, _LEVELS)
    norm = LogNorm(low, high) if logarithmic else None
    # White where J is high, a middle blue where it is low; everything drawn on it is darker.
    shades = LinearSegmentedColormap.from_list("valley", ["#6FA8D0", "#DCE9F3", "#FFFFFF"])
    axes.contourf(plane.a, plane.b, costs, levels, cmap=shades, norm=norm, extend="both")
    lines = axes.contour(plane.a, plane.b, costs, levels[::3], colors=SOFT, linewidths=0.7)
    for label in axes.clabel(lines, fmt="%.2g", fontsize=9, colors=INK, inline=False):
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.4})
        at = _inside(plane, np.array(label.get_position()))
        beside = np.abs(_inside(plane, marked) - at)  # (n, 2)
        if np.abs(2 * at - 1).max() > 0.88 or (beside < (0.35, 0.14)).all(axis=1).any():
            label.remove()
    axes.set_aspect("equal")
    axes.spines[["top", "right"]].set_visible(True)
    axes.tick_params(labelsize=11)


def _inside(plane: Plane, at: Array) -> Array:
    """The positions of points in the picture, from 0 to 1 in both directions, ``(..., 2)``."""
    low = np.array([plane.a[0], plane.b[0]])
    high = np.array([plane.a[-1], plane.b[-1]])
    return np.asarray((at - low) / (high - low))


def _draw_path(axes: Any, found: Surface, say: Sentences) -> None:
    path = found.path_plane.project(found.paths[found.followed])  # (n, 2)
    axes.plot(*path.T, color=INK, linewidth=2.2)
    axes.plot(*path.T, color=ORANGE, linewidth=1.2, marker="o", markersize=3.5, mec=INK, mew=0.4)
    costs = found.costs[found.followed]
    for k, marker in ((0, "D"), (-1, "o")):
        axes.plot(*path[k], marker, color=RED if k == 0 else BLUE, mec="white", ms=10)
    for k, name in ((0, "surface.start"), (-1, "surface.end")):
        _label(axes, path[k], say(name, J=f"{costs[k]:.3f}"))
    axes.set_title(say("surface.path", share=f"{100 * found.share:.0f}"))
    axes.set_xlabel(say("surface.u"))
    axes.set_ylabel(say("surface.v"))


def _draw_ends(axes: Any, found: Surface, say: Sentences) -> None:
    plane = found.ends_plane
    for k, (colour, marker, line) in zip(found.three, _LOOKS, strict=True):
        path = plane.project(found.paths[k])  # (n, 2)
        axes.plot(*path.T, color=colour, linestyle=line, linewidth=1.6)
        axes.plot(*path[-1], marker, color=colour, mec="white", ms=11)
        _label(axes, path[-1], f"J = {found.final_costs[k]:.3f}")
    axes.set_xlim(plane.a[0], plane.a[-1])
    axes.set_ylim(plane.b[0], plane.b[-1])
    axes.set_title(say("surface.ends"))
    axes.set_xlabel(say("surface.first"))
    axes.set_ylabel(say("surface.second"))


def _label(axes: Any, at: Array, text: str) -> None:
    """Write a text beside a point, on the side that has more room."""
    (low, high) = axes.get_xlim()
    to_the_left = at[0] > (low + high) / 2
    axes.annotate(
        text,
        at,
        xytext=(-9 if to_the_left else 9, 9),
        textcoords="offset points",
        ha="right" if to_the_left else "left",
        fontsize=12,
        zorder=10,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "pad": 1.5},
    )


def _draw_costs(axes: Any, found: Surface, say: Sentences) -> None:
    looks = dict(zip(found.three, _LOOKS, strict=True))
    for k, (epochs, costs) in enumerate(zip(found.epochs, found.costs, strict=True)):
        colour, marker, line = looks.get(k, (SOFT, "", "-"))
        thin = 2.2 if k in looks else 0.9
        axes.plot(epochs + 1, costs, color=colour, linestyle=line, linewidth=thin)
        axes.plot(epochs[-1] + 1, costs[-1], marker, color=colour, ms=9, clip_on=False)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel(say("surface.steps"))
    axes.set_ylabel(say("shared.cost"))
    axes.set_title(say("surface.starts", n=len(found.seeds)))
    axes.grid()
