"""What lambda adds to J and to the gradient, apart from what the samples add."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.explain.trace import Trace, overflowing
from clearprop.network import equations
from clearprop.network.architecture import Array

__all__ = ["Penalty"]


@dataclass(frozen=True, eq=False)
class Penalty:
    """Lambda's part of J and D: its m need not be the number of rows that are explained.

    A few rows are an estimate of the data's part. In lambda/m the m stays that of the training:
    divided by ten rows, lambda would weigh a hundred times what it weighed there.

    Attributes
    ----------
    batch
        The pass, whose network has lambda.
    rows
        The m of lambda/m; None if the model does not tell it.
    trained
        Whether these are the rows of the training; False: those of the batch itself.

    Examples
    --------
    >>> from clearprop.explain.trace import trace
    >>> from clearprop.network.architecture import Network
    >>> network = Network((1, 1), cost="squared", regularization=4.0)
    >>> penalty = Penalty(trace(network, [0.5, 3.0], [[1.0]], [[1.0]]), rows=8, trained=True)
    >>> penalty.J, penalty.of(layer=1, source=1, target=1), penalty.of(1, source=0, target=1)
    (2.25, 1.5, 0.0)
    """

    batch: Trace
    rows: float | None
    trained: bool

    @property
    def strength(self) -> float:
        """lambda."""
        return self.batch.network.regularization

    @property
    @overflowing
    def J(self) -> float | None:
        """``lambda/(2m)`` times the sum of all squared weights; None if m is not known."""
        if self.rows is None and self.strength:
            return None
        network, theta = self.batch.network, self.batch.theta
        return float(equations.penalty(np, network, theta, self.rows or 1))

    @overflowing
    def of(self, layer: int, source: int, target: int) -> float | None:
        """``(lambda/m) Theta`` of an entry (units from 1), 0 for a bias; None if m is not known."""
        if not (source and self.strength):
            return 0.0
        if self.rows is None:
            return None
        return float(self.strength / self.rows * self.batch.Theta(layer)[source, target - 1])

    @overflowing
    def block(self, layer: int) -> Array | None:
        """``(lambda/m) Theta^(l)`` as a block ``(s_l + 1, s_{l+1})``, 0 for biases; or None."""
        part = np.zeros_like(self.batch.Theta(layer))  # (s_l + 1, s_{l+1})
        if self.strength:
            if self.rows is None:
                return None
            part[1:] = self.strength / self.rows * self.batch.Theta(layer)[1:]
        return part
