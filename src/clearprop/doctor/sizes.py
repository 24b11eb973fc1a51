"""Which networks a learner's function is asked about.

Small networks whose layers differ in size hide nothing, so they are asked about first. A function
that is bound to its own sizes is asked about those.
"""

from __future__ import annotations

from dataclasses import replace

from clearprop.names import ActivationName, CostName
from clearprop.network.architecture import Network

__all__ = ["networks_for", "small_sizes", "unstated_networks"]


def small_sizes(n_layers: int, n_outputs: int) -> list[tuple[int, ...]]:
    """Two architectures in which no two neighbouring layers have the same size.

    Their sizes also differ if the bias unit is counted.

    Examples
    --------
    >>> small_sizes(3, 10)
    [(4, 7, 3), (3, 6, 4)]
    >>> small_sizes(4, 1)
    [(4, 7, 5, 1), (3, 6, 4, 1)]
    """
    first = [4, *([7, 5] * n_layers)[: n_layers - 2], 3]
    second = [3, *([6, 4] * n_layers)[: n_layers - 2], 4]
    second[-1] = {3: 5, 4: 6}.get(second[-2], 4)
    if n_outputs == 1:
        first[-1] = second[-1] = 1
    return [tuple(first), tuple(second)]


def networks_for(sized: bool, network: Network) -> list[list[Network]]:
    """Lists of networks to ask about. If the function fails on one list, the next one is tried.

    First come small networks that hide nothing, then the network itself. Last come layers of equal
    size and layers that grow by one unit, since a wrong product may run with such shapes. `sized`
    is False where the code is not told its sizes: it is asked about the network's own.
    """
    if not sized:
        return [[network]]
    K = network.n_outputs
    sizes = small_sizes(network.n_layers, K)
    if network.n_inputs == 1:  # w * x takes several inputs too, and gives nonsense
        sizes = [(1, *s[1:]) for s in sizes]
    small = [replace(network, layer_sizes=s) for s in sizes]
    if network.cost == "softmax" or K > 1:
        square = replace(network, layer_sizes=(4,) * network.n_layers)
        stairs = replace(network, layer_sizes=tuple(range(3, 3 + network.n_layers)))
        return [small, [network], [square], [stairs]]
    return [small, [network]]


def unstated_networks(
    n_layers: int | None, several: bool, activation: ActivationName, cost: CostName
) -> list[Network]:
    """Networks to choose from for code whose sizes were not stated.

    They have `n_layers` layers; where the code does not tell, first three, and then two. The first
    network has several outputs. The second one has one output; it is left out if the code or the
    cost needs `several`.

    Examples
    --------
    >>> [network.layer_sizes for network in unstated_networks(None, False, "sigmoid", "logistic")]
    [(4, 7, 3), (4, 7, 1), (4, 3), (4, 1)]
    """
    outputs = [3] if several or cost == "softmax" else [3, 1]
    return [
        Network(small_sizes(count, K)[0], activation, cost)
        for count in ([n_layers] if n_layers else [3, 2])
        for K in outputs
    ]
