"""J, its gradient and h(x) of a user's arrays. The arguments are checked first."""

from __future__ import annotations

from typing import Any

from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.names import EngineName
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets, as_theta

__all__ = ["cost_and_gradient", "predict"]


def cost_and_gradient(
    network: Network,
    theta: Any,
    X: Any,
    Y: Any,
    sample_weight: Any = None,
    engine: EngineName | Engine = "auto",
) -> tuple[float, Array]:
    """J and its gradient by all parameters.

    Parameters
    ----------
    network
        The architecture, with cost and lambda.
    theta
        ``(n_parameters,)``, float64 or float32. Everything is computed in its dtype.
    X
        ``(m, s_1)``. One sample ``(s_1,)`` and SciPy's sparse arrays are accepted too.
    Y
        ``(m,)`` class numbers 0..K-1 (numbers, for regression), or ``(m, K)`` one-hot rows.
    sample_weight
        ``(m,)``, or None. A sample of weight w counts as w samples.
    engine
        ``"auto"``, a name, or an engine.

    Returns
    -------
    J, a float; the gradient D, ``(n_parameters,)``, unrolled like theta.

    Raises
    ------
    ParameterError
        For shapes or values that do not fit.
    EngineError
        For an engine that is not there.

    Equation
    --------
    ``J = (1/m) sum_i J_i + lambda/(2m) sum weights^2``, ``D = dJ/dtheta`` (course, week 5).

    Examples
    --------
    >>> import numpy as np
    >>> network = Network((2, 2, 1))
    >>> J, gradient = cost_and_gradient(network, np.zeros(9), [[0.0, 1.0]], [1])
    >>> round(J, 6), gradient
    (0.693147, array([ 0.  ,  0.  ,  0.  ,  0.  ,  0.  ,  0.  , -0.5 , -0.25, -0.25]))
    """
    theta = as_theta(network, theta)
    X = as_inputs(network, X, theta.dtype)
    Y = as_targets(network, Y, X.shape[0], theta.dtype)
    weight = as_sample_weight(sample_weight, X.shape[0], theta.dtype)
    return choose_engine(engine).cost_and_gradient(network, theta, X, Y, weight)


def predict(network: Network, theta: Any, X: Any, engine: EngineName | Engine = "auto") -> Array:
    """h(x), the activations of the output layer, for every row of X.

    Parameters and errors as in :func:`cost_and_gradient`.

    Returns
    -------
    ``(m, K)`` in the dtype of theta.

    Examples
    --------
    >>> predict(Network((2, 1)), [0.0, 1.0, 1.0], [[2.0, -2.0]])
    array([[0.5]])
    """
    theta = as_theta(network, theta)
    return choose_engine(engine).predict(network, theta, as_inputs(network, X, theta.dtype))
