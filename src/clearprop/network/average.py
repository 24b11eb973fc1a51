"""The average of several networks as one network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearprop.errors import ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

__all__ = ["average_network"]


def average_network(network: Network, thetas: Sequence[Array]) -> tuple[Network, Array]:
    """One network whose output is the average of several networks of the same architecture.

    Parameters
    ----------
    network
        The architecture of each; its outputs must be ``identity``.
    thetas
        The parameters of each, ``(n_parameters,)``.

    Returns
    -------
    The network, whose hidden layers are as wide as all of theirs together, and its theta.

    Raises
    ------
    ParameterError
        For other outputs: the average of sigmoids is no sigmoid.

    Equation
    --------
    ``h(x) = (1/n) sum_i h_i(x)`` (L. Breiman, *Bagging predictors*, 1996). The hidden units stand
    side by side, so the matrices between hidden layers are block-diagonal; the last one and its
    bias hold ``1/n`` of each network's.

    Examples
    --------
    >>> network = Network((1, 2, 1), "relu", "squared")
    >>> wide, theta = average_network(network, [np.ones(7), np.full(7, 3.0)])
    >>> wide.layer_sizes, theta[-5:].tolist()  # the bias is (1 + 3)/2, the weights 1/2 and 3/2
    ((1, 4, 1), [2.0, 0.5, 0.5, 1.5, 1.5])
    """
    if network.output_activation != "identity":
        raise ParameterError(
            "network: expected identity outputs, since only their average is that of one network; "
            f"got {network.output_activation} outputs"
        )
    n, L = len(thetas), network.n_layers
    first, *hidden, last = network.layer_sizes
    wide = replace(network, layer_sizes=(first, *(n * size for size in hidden), last))
    theta = np.zeros(wide.n_parameters, thetas[0].dtype)
    blocks = split(wide, theta)
    for i, one in enumerate(thetas):
        for l, (B, own) in enumerate(zip(blocks, split(network, one), strict=True), start=1):
            rows, columns = own.shape[0] - 1, own.shape[1]
            down = slice(1, None) if l == 1 else slice(1 + i * rows, 1 + (i + 1) * rows)
            across = slice(None) if l == L - 1 else slice(i * columns, (i + 1) * columns)
            # Where networks meet in the same units, which are outputs, they are averaged.
            share = own / n if l == L - 1 else own
            B[0, across] += share[0]
            B[down, across] += share[1:]
    return wide, theta
