"""Sheets for hand calculation: a small network with its numbers, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clearprop.doctor.probe import Probe
from clearprop.errors import one_of, raise_problems, whole_problems
from clearprop.network.architecture import Array, Network

__all__ = ["SHEETS", "Sheet", "make_sheet"]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name, seed
        What it was made from. The same two give the same sheet.
    probe
        The network, theta, X, Y and lambda.
    """

    name: str
    seed: int
    probe: Probe

    @property
    def network(self) -> Network:
        """The architecture; its own lambda is 0, and the probe's counts."""
        return self.probe.network


def make_sheet(name: str, seed: int = 0) -> Sheet:
    """The sheet of that name.

    Raises
    ------
    ParameterError
        For a name that is no sheet's, or a seed that is no whole number from 0.

    Examples
    --------
    >>> sheet = make_sheet("published-2-2-2")
    >>> J, D = sheet.probe.truth()
    >>> round(J, 9), round(float(D[8]), 9)  # dJ/dw5
    (0.298371109, 0.082167041)
    >>> make_sheet("publisht-2-2-2")
    Traceback (most recent call last):
    clearprop.errors.ParameterError: name: expected one of published-2-2-2, logistic-2-2-1, \
samples-2-3-2, softmax-2-2-3; got 'publisht-2-2-2' (did you mean "published-2-2-2"?)
    """
    problems = one_of("name", name, tuple(SHEETS)) + whole_problems("seed", seed, least=0)
    raise_problems(problems)
    generator = np.random.default_rng([seed, 0x5EE7])
    return Sheet(name, seed, SHEETS[name](generator, seed))


def _steps(generator: np.random.Generator, n: int, least: int, most: int) -> Array:
    """`n` different multiples of 0.05, from `least` to `most` of them, ``(n,)``.

    No two are equal, so a number that is taken from the wrong place shows.
    """
    return np.asarray(generator.choice(np.arange(least, most + 1), n, replace=False) / 20)


def _theta(generator: np.random.Generator, network: Network) -> Array:
    """Weights from -1 to 1, none of them near 0 ``(n_parameters,)``."""
    sizes = _steps(generator, network.n_parameters, 2, 20)
    signs = generator.choice([-1.0, 1.0], network.n_parameters)
    return np.asarray(sizes * signs)


def _published(generator: np.random.Generator, seed: int) -> Probe:
    """The 2-2-2 example of many tutorials: quadratic cost, one bias for all units of a layer."""
    inputs, targets = [0.05, 0.10], [0.01, 0.99]
    weights, biases = np.arange(15, 60, 5) / 100, [0.35, 0.60]
    weights = np.delete(weights, 4)  # .35 is a bias
    if seed:
        weights = _steps(generator, 8, 2, 16)
        biases = list(_steps(generator, 2, 2, 16))
        inputs = list(_steps(generator, 2, 1, 19))
    theta = np.concatenate(
        [
            np.vstack([np.full(2, bias), w.reshape(2, 2).T]).ravel()
            for bias, w in zip(biases, (weights[:4], weights[4:]), strict=True)
        ]
    )
    network = Network((2, 2, 2), cost="quadratic")
    return Probe(network, theta, np.array([inputs]), np.array([targets]), None, 0.0)


def _logistic(generator: np.random.Generator, seed: int) -> Probe:
    network = Network((2, 2, 1))
    X = _steps(generator, 2, 4, 20)[None]  # (1, 2)
    labels = np.array([seed % 2])
    return Probe(network, _theta(generator, network), X, labels[:, None] * 1.0, labels, 0.0)


def _two_samples(generator: np.random.Generator, seed: int) -> Probe:
    """Two samples and lambda: a mistake in a mean or in a penalty shows only here."""
    network = Network((2, 3, 2))
    X = _steps(generator, 4, 4, 20).reshape(2, 2)
    labels = generator.permutation(2)
    return Probe(network, _theta(generator, network), X, np.eye(2)[labels], labels, 0.5)


def _softmax(generator: np.random.Generator, seed: int) -> Probe:
    network = Network((2, 2, 3), activation="tanh", cost="softmax")
    X = _steps(generator, 4, 4, 20).reshape(2, 2)
    labels = generator.permutation(3)[:2]
    return Probe(network, _theta(generator, network), X, np.eye(3)[labels], labels, 0.0)


SHEETS: dict[str, Callable[[np.random.Generator, int], Probe]] = {
    "published-2-2-2": _published,
    "logistic-2-2-1": _logistic,
    "samples-2-3-2": _two_samples,
    "softmax-2-2-3": _softmax,
}
