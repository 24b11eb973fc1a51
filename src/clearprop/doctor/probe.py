"""What the doctor asks a function to compute: small seeded questions that hide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop.network.architecture import Array, Network
from clearprop.network.equations import cost_and_gradient
from clearprop.network.samples import NUMBER_COSTS

__all__ = ["Probe", "probes_for"]

# (samples, lambda): several samples and one, with regularization and without. No lambda is a ratio
# of two numbers of samples, or a power of two. So no wrong factor can look like another one.
_SETTINGS = ((9, 0.7), (10, 0.0), (1, 1.3), (1, 0.0), (13, 2.3))

# Learning rates of steps. They differ, which shows what a step does with its rate twice, or not at
# all.
_RATES = (0.5, 0.3, 0.7, 0.2, 0.4)


@dataclass(frozen=True, eq=False)
class Probe:
    """One question: parameters, samples and lambda.

    Attributes
    ----------
    network
        Sizes, activation and cost. Its own lambda is 0.
    theta
        ``(n_parameters,)``, as :mod:`clearprop.network.parameters` lays it out.
    X, Y
        ``(m, s_1)`` and ``(m, K)``.
    labels
        ``(m,)`` class numbers from 0, or None where the targets are numbers.
    rate
        The learning rate of the step from which the gradient is read off; 0 where the code gives
        its gradient itself.
    """

    network: Network
    theta: Array
    X: Array
    Y: Array
    labels: Array | None
    lambda_: float
    rate: float = 0.0

    @property
    def m(self) -> int:
        """The number of samples."""
        return len(self.X)

    def truth(self) -> tuple[float, Array]:
        """J and the gradient, by the package's own equations."""
        network = replace(self.network, regularization=self.lambda_)
        J, D = cost_and_gradient(np, network, self.theta, self.X, self.Y)
        return float(J), D


def probes_for(
    networks: Sequence[Network],
    seed: int = 0,
    with_lambda: bool = True,
    *,
    steps: bool = False,
    single: bool = False,
) -> list[Probe]:
    """The probes: five settings of m and lambda. The networks take turns.

    With `steps` each has a learning rate. With `single` each has one sample.

    Examples
    --------
    >>> probes = probes_for([Network((4, 7, 3))])
    >>> [(probe.m, probe.lambda_) for probe in probes]
    [(9, 0.7), (10, 0.0), (1, 1.3), (1, 0.0), (13, 2.3)]
    """
    generator = np.random.default_rng([seed, 0xD0C])
    probes = []
    for i, (m, lambda_) in enumerate(_SETTINGS):
        network = networks[i % len(networks)]
        probe = _probe(generator, network, 1 if single else m, lambda_ if with_lambda else 0.0)
        probes.append(replace(probe, rate=_RATES[i]) if steps else probe)
    return probes


def _probe(generator: np.random.Generator, network: Network, m: int, lambda_: float) -> Probe:
    theta = []
    for rows, columns in network.block_shapes:
        # Units lie in the bend of their activation. None is saturated, for any number of inputs.
        weights = generator.normal(0, 1.5 / np.sqrt(rows - 1), (rows - 1, columns))
        bias = generator.uniform(0.2, 0.8, (1, columns)) * generator.choice([-1, 1], (1, columns))
        theta.append(np.vstack([bias, weights]).ravel())
    X = generator.uniform(-1.2, 1.5, (m, network.n_inputs))  # (m, s_1)
    labels, Y = _targets(generator, network, m)
    return Probe(network, np.concatenate(theta), X, Y, labels, lambda_)


def _targets(
    generator: np.random.Generator, network: Network, m: int
) -> tuple[Array | None, Array]:
    K = network.n_outputs
    if network.cost == "poisson":
        return None, generator.integers(0, 5, (m, K)).astype(np.float64)
    if network.cost in NUMBER_COSTS:
        return None, generator.normal(0.3, 1.0, (m, K))
    if K == 1:
        labels = generator.permutation(np.arange(m) % 2) if m > 1 else np.ones(1, np.int64)
        return labels, labels[:, None].astype(np.float64)
    # The first and the last class are always among several samples: labels that are counted wrongly
    # show there. No two classes are equally frequent, or a shift would not show in their sum.
    labels = np.floor(K * generator.random(m) ** 2).astype(np.int64)  # (m,)
    labels[: min(m, 5)] = [K - 1, 0, 0, 0, K - 1][:m]
    labels = generator.permutation(labels)
    if m == 1:
        labels = np.array([K // 2])
    Y = np.zeros((m, K))
    Y[np.arange(m), labels] = 1
    return labels, Y
