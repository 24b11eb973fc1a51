"""The record that an element shows: a network, its parameters, and samples."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_targets, as_theta

__all__ = ["record"]

# A list of more numbers is packed: 11 characters a number or fewer, where a list has up to 20.
_LISTED = 400


def record(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any = None,
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    sample: int = 0,
    numbers: Sequence[int] = (),
    image: tuple[int, int] | None = None,
    image_order: Literal["C", "F"] = "C",
    units: Sequence[Sequence[int]] = (),
    penalty_rows: float | Literal["rows"] | None = "rows",
    rate: float = 1.0,
) -> dict[str, Any]:
    """Values for JSON, to be handed to :func:`~clearprop.web.element.element`.

    Parameters
    ----------
    network, theta
        The architecture and its parameters ``(n_parameters,)``.
    X, Y
        Inputs ``(m, s_1)`` and targets ``(m, K)`` or class numbers ``(m,)``. Without targets an
        element shows the forward pass alone.
    inputs, outputs
        A name for each unit of the first and of the last layer.
    sample
        The row that is shown first, from 0.
    numbers
        What the rows are called in their source; none: their places.
    image, image_order
        ``(height, width)`` if the inputs are the pixels of an image; ``"C"`` if they come row by
        row, ``"F"`` if they come column by column.
    units
        The units of every layer that are drawn, from 1; none: the element chooses.
    penalty_rows
        The m of lambda/m; ``"rows"``: the number of rows. None if it is not known; lambda's part is
        left out then.
    rate
        The learning rate of an update.

    Raises
    ------
    ParameterError
        For theta, inputs or targets of other shapes or values.

    Examples
    --------
    >>> made = record(Network((2, 1)), [0.0, 1.0, -1.0], [[3.0, 1.0]], [1])
    >>> made["network"]["sizes"], made["theta"], made["X"], made["Y"]
    ([2, 1], [0.0, 1.0, -1.0], [[3.0, 1.0]], [[1.0]])
    >>> record(Network((2, 1)), np.zeros(3), np.ones((300, 2)))["X"][:7]
    'f4:H4sI'
    """
    theta = as_theta(network, theta).astype(np.float64)  # (n_parameters,)
    X = as_inputs(network, X)  # (m, s_1)
    m = X.shape[0]
    made: dict[str, Any] = {
        "version": 1,
        "network": _network(network),
        "theta": _numbers(theta),
        "X": _numbers(X),
        "names": {"inputs": _listed(inputs), "outputs": _listed(outputs)},
        "sample": int(sample),
        "penalty_rows": m if penalty_rows == "rows" else penalty_rows,
        "rate": float(rate),
    }
    if Y is not None:
        made["Y"] = _numbers(as_targets(network, Y, m))  # (m, K)
    if image is not None:
        made |= {"image": list(image), "image_order": image_order}
    if numbers:
        made["numbers"] = list(map(int, numbers))
    if units:
        made["units"] = [list(map(int, layer)) for layer in units]
    return made


def _network(network: Network) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sizes": list(network.layer_sizes),
        "activation": network.activation,
        "cost": network.cost,
        "lambda": float(network.regularization),
    }
    if network.cost == "huber":
        made["threshold"] = float(network.threshold)
    if network.cost == "quantile":
        made["levels"] = list(map(float, network.levels))
    return made


def _listed(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else list(names)


def _numbers(values: Array) -> Any:
    """An array of finite numbers for JSON: as lists, or packed if it is long.

    A packed array is its dtype, a colon, and its bytes, gzipped and in base64.
    """
    values = np.asarray(values, np.float64)
    if values.size <= _LISTED:
        return values.tolist()
    with np.errstate(over="ignore"):
        narrow = values.astype("<f4")
    kept = np.array_equal(narrow, values)  # as after training in float32
    packed = gzip.compress((narrow if kept else values.astype("<f8")).tobytes(), mtime=0)
    return f"{'f4' if kept else 'f8'}:{base64.b64encode(packed).decode('ascii')}"
