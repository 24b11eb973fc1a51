"""Synthetic data sets with one or two inputs, as CSV; sets of the playground have its names.

``python -m clearprop.studio.synthetic spiral --noise 0.1 > spiral.csv`` writes a set. The studio
reads the same bytes, so a command on the saved file ends with the same bits.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from clearprop.errors import ParameterError, number_problems, one_of, raise_problems, whole_problems
from clearprop.network.architecture import Array

__all__ = ["CLASSES", "MOST_ROWS", "SETS", "csv_of", "target_of"]

MOST_ROWS = 20_000

# In quotes, since NumPy loads its random numbers on first use.
Draw: TypeAlias = "Callable[[np.random.Generator, int, float], tuple[Array, Array]]"


def _circle(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """A disc within a ring. Noise blurs the border, since labels are told before points move."""
    inside = np.arange(m) % 2 == 0  # (m,)
    radius = np.where(inside, g.uniform(0, 0.5, m), g.uniform(0.7, 1.0, m))  # (m,)
    angle = g.uniform(0, 2 * np.pi, m)  # (m,)
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (m, 2)
    return X + noise * g.normal(size=(m, 2)), inside.astype(int)


def _xor(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """The four quarters of a square: 1 where exactly one of both coordinates is above 0."""
    X = g.uniform(-1, 1, (m, 2))  # (m, 2)
    X += np.sign(X) * 0.05
    return X + noise * g.normal(size=(m, 2)), ((X[:, 0] > 0) ^ (X[:, 1] > 0)).astype(int)


def _gaussians(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """Two normal clouds. Without noise each has the standard deviation 0.15."""
    return _clouds_at([[-0.5, -0.5], [0.5, 0.5]], g, m, noise)


def _clouds(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """Three normal clouds, as wide."""
    return _clouds_at([[-0.6, -0.4], [0.6, -0.4], [0.0, 0.65]], g, m, noise)


def _clouds_at(
    centres: list[list[float]], g: np.random.Generator, m: int, noise: float
) -> tuple[Array, Array]:
    y = np.arange(m) % len(centres)  # (m,)
    return np.array(centres)[y] + (0.15 + noise) * g.normal(size=(m, 2)), y


def _spiral(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """Two arms of a spiral, one and a half turns each."""
    return _turning(2, 1.5, g, m, noise)


def _arms(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """Three arms of a spiral, each a class, a turn each."""
    return _turning(3, 1.0, g, m, noise)


def _turning(
    arms: int, turns: float, g: np.random.Generator, m: int, noise: float
) -> tuple[Array, Array]:
    y = np.arange(m) % arms  # (m,)
    t = np.sqrt(g.uniform(0.01, 1, m))  # (m,)
    angle = 2 * np.pi * (turns * t + y / arms)  # (m,)
    X = t[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (m, 2)
    return X + noise * g.normal(size=(m, 2)), y


def _moons(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """Two half circles, each reaching into the other."""
    y = np.arange(m) % 2  # (m,)
    angle = g.uniform(0, np.pi, m)  # (m,)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)  # (m, 2)
    X = np.where(y[:, None] == 0, upper, -upper)  # (m, 2)
    return X + noise * g.normal(size=(m, 2)), y


def _sine(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """One input: y = sin(2 pi x)."""
    X = g.uniform(-1, 1, (m, 1))  # (m, 1)
    return X, np.sin(2 * np.pi * X[:, 0]) + noise * g.normal(size=m)


def _slope(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """Two inputs: y = (x1 + x2) / 2."""
    X = g.uniform(-1, 1, (m, 2))  # (m, 2)
    return X, X.mean(axis=1) + noise * g.normal(size=m)


def _hills(g: np.random.Generator, m: int, noise: float) -> tuple[Array, Array]:
    """Two inputs: two hills and two hollows."""
    X = g.uniform(-1, 1, (m, 2))  # (m, 2)

    def bell(x: float, y: float) -> Array:
        return np.asarray(np.exp(-9 * ((X[:, 0] - x) ** 2 + (X[:, 1] - y) ** 2)))  # (m,)

    heights = bell(0.5, 0.5) + bell(-0.5, -0.5) - bell(0.5, -0.5) - bell(-0.5, 0.5)  # (m,)
    return X, heights + noise * g.normal(size=m)


CLASSES: dict[str, Draw] = {
    "circle": _circle,
    "xor": _xor,
    "gaussians": _gaussians,
    "clouds": _clouds,
    "spiral": _spiral,
    "arms": _arms,
    "moons": _moons,
}
_NUMBERS: dict[str, Draw] = {"sine": _sine, "slope": _slope, "hills": _hills}
SETS: dict[str, Draw] = {**CLASSES, **_NUMBERS}


def target_of(name: str) -> str:
    """The column of a set's labels: ``"class"``, or ``"y"`` for numbers."""
    return "class" if name in CLASSES else "y"


def csv_of(name: str, rows: int = 400, noise: float = 0.1, seed: int = 0) -> bytes:
    """A set as CSV, with the columns x1, x2 (or x1 alone) and the labels.

    Parameters
    ----------
    name
        One of :data:`SETS`.
    rows
        10 to :data:`MOST_ROWS`.
    noise
        The standard deviation of what is added to points, or to y of a regression.
    seed
        The same seed gives the same bytes.

    Raises
    ------
    ParameterError
        Naming every value that does not fit.

    Examples
    --------
    >>> csv_of("moons", rows=10, seed=1).decode().splitlines()[:2]
    ['x1,x2,class', '-0.534288,0.803982,0']
    """
    raise_problems(
        [
            *one_of("set", name, list(SETS)),
            *whole_problems("rows", rows, least=10),
            *number_problems("noise", noise, low=0, high=2),
            *whole_problems("seed", seed, least=0),
        ]
    )
    raise_problems(number_problems("rows", rows, low=10, high=MOST_ROWS))
    X, y = SETS[name](np.random.default_rng(seed), int(rows), float(noise))  # (m, n), (m,)
    head = [*(f"x{j + 1}" for j in range(X.shape[1])), target_of(name)]
    labels = [str(label) for label in y] if name in CLASSES else [f"{number:.6f}" for number in y]
    lines = [
        ",".join([*(f"{x:.6f}" for x in row), label])
        for row, label in zip(X.tolist(), labels, strict=True)
    ]
    return ("\n".join([",".join(head), *lines]) + "\n").encode("ascii")


def _main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m clearprop.studio.synthetic", description=__doc__)
    parser.add_argument("set", choices=list(SETS))
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--noise", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(words)
    try:
        sys.stdout.buffer.write(csv_of(given.set, given.rows, given.noise, given.seed))
    except ParameterError as error:
        parser.error(str(error))


if __name__ == "__main__":
    _main(sys.argv[1:])
