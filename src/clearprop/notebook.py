"""How a network and a model show themselves in a notebook: in a line, and as a table of layers.

These renderers stand above ``model``, ``network`` and ``page``, since they need all three. The
front door of the package binds them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from clearprop.page import TABLE_STYLE, fragment, table

if TYPE_CHECKING:
    from clearprop.model import Model
    from clearprop.network.architecture import Network

__all__ = ["model_fragment", "network_fragment"]


def network_fragment(network: Network) -> str:
    """The network with its styles.

    Examples
    --------
    >>> from clearprop import Network
    >>> "10,285 parameters" in network_fragment(Network((400, 25, 10)))
    True
    """
    layers = "-".join(map(str, network.layer_sizes))
    return _fragment("Network", layers, _network(network))


def model_fragment(model: Model) -> str:
    """The model with its styles: what it answers, its network, and how it was made.

    Examples
    --------
    >>> from clearprop import Model, Network, Targets
    >>> model = Model(Network((2, 1)), [0.0, 9.0, 9.0], Targets.fit(["no", "yes"]))
    >>> "<strong>Model</strong> 2-1, 2 classes, float64" in model_fragment(model)
    True
    """
    parts = [_network(model.network)]
    if model.trained:
        rows = [[name, _number(value)] for name, value in model.made.items()]
        parts.append(_scrolled(table(["trained", "value"], rows)))
    if costs := model.validation_costs:
        rows = [[f"{strength:g}", _number(J)] for strength, J in costs.items()]
        parts.append(_scrolled(table(["lambda", "validation cost"], rows)))
    return _fragment("Model", model.summary, *parts)


def _fragment(kind: str, summary: str, *parts: str) -> str:
    heading = f"<p><strong>{kind}</strong> {escape(summary)}</p>"
    return fragment("\n".join([heading, *parts]), "en", style=TABLE_STYLE)


def _network(network: Network) -> str:
    L = network.n_layers
    rows = [["1, inputs", str(network.n_inputs), "", "", ""]]
    for l, block in enumerate(network.block_shapes, start=2):
        name = f"{l}, outputs" if l == L else str(l)
        activation = network.output_activation if l == L else network.activation
        rows.append([name, str(block[1]), activation, str(block), f"{block[0] * block[1]:,}"])
    line = (
        f"cost {network.cost}, regularization {network.regularization:g}, "
        f"{network.n_parameters:,} parameters"
    )
    cells = table(["layer", "units", "activation", "block of theta", "parameters"], rows)
    return f'<p class="soft">{escape(line)}</p>\n{_scrolled(cells)}'


def _scrolled(cells: str) -> str:
    return f'<div class="scroll">{cells}</div>'


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
