"""JAX: the equations of this package, compiled for a GPU or for the processor."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from clearprop.engines.protocol import Engine, Rows, Session, TrainingState, Update
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import EngineError
from clearprop.network.architecture import Network

__all__ = ["JaxEngine"]

_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


class JaxEngine(Engine):
    """The reference engine's equations and rules, compiled by XLA.

    It computes on JAX's default device, which the environment variable ``JAX_PLATFORMS`` decides.
    Theta and the moments lie there while a session is open, and the rows where they fit.

    Notes
    -----
    A function is compiled once in a process for a network and the shape of its rows. That takes
    from a tenth of a second to some seconds, so this engine is never chosen by itself.

    Everything is computed in the dtype of theta. JAX's numbers of 64 bits are on inside of a call
    and not outside, and products of float32 matrices keep its precision on GPUs, too. The same
    device with the same versions gives the same bits.

    Examples
    --------
    >>> from clearprop.engines.choice import choose_engine
    >>> network = Network((2, 2, 1))
    >>> J, D = choose_engine("jax").cost_and_gradient(
    ...     network, np.zeros(9), np.array([[0.0, 1.0]]), np.array([[1.0]])
    ... )
    >>> round(J, 6), D
    (0.693147, array([ 0.  ,  0.  ,  0.  ,  0.  ,  0.  ,  0.  , -0.5 , -0.25, -0.25]))
    """

    name = "jax"

    def __repr__(self) -> str:
        return "JaxEngine()"

    def decided_by(self) -> dict[str, str]:
        """See :func:`clearprop.engines.bits.decided_by`."""
        from clearprop.engines.jax_functions import device

        return {"device": device(), "jax": version("jax"), "jaxlib": version("jaxlib")}

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        """See :class:`clearprop.engines.protocol.Engine`.

        The reference engine computes a theta that is neither float32 nor float64.

        Raises
        ------
        EngineError
            Where JAX does not load or finds no device, and where the device's memory is full.
        """
        if state.theta.dtype not in _DTYPES:
            return ReferenceEngine().open(network, state, rows, update)
        # Inside the function: JAX loads in half a second, and to name the engines needs none of it.
        try:
            from clearprop.engines.jax_session import JaxSession
        except ImportError as error:
            raise EngineError(f"engine: jax does not load here: {error}") from None

        return JaxSession(network, state, rows, update)
