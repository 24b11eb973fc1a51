"""JAX: the equations of this package, compiled for the processor or a GPU."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec

from clearprop.engines.protocol import Engine, Rows, Session, TrainingState, Update
from clearprop.network.architecture import Network

__all__ = ["JaxEngine"]


class JaxEngine(Engine):
    """The reference engine's equations and rules, compiled by XLA.

    Each function is compiled once for each network and shape, which takes a tenth of a second up to
    some seconds. So this engine is for long training on a GPU, and is never chosen by itself.

    Notes
    -----
    It computes on JAX's default device, which the environment variable ``JAX_PLATFORMS`` decides.
    Theta, moments and, where they fit, the rows lie there while a session is open. Everything is
    computed in the dtype of theta: JAX's numbers of 64 bits are on inside of a call and not
    outside, and matrix products of float32 keep its precision on GPUs too. The same device with the
    same versions gives the same bits.

    Raises
    ------
    ImportError
        Where JAX is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> network = Network((2, 2, 1))
    >>> J, D = JaxEngine().cost_and_gradient(
    ...     network, np.zeros(9), np.array([[0.0, 1.0]]), np.array([[1.0]])
    ... )
    >>> round(J, 6), D
    (0.693147, array([ 0.  ,  0.  ,  0.  ,  0.  ,  0.  ,  0.  , -0.5 , -0.25, -0.25]))
    """

    name = "jax"

    def __init__(self) -> None:
        if find_spec("jax") is None:
            raise ImportError("it needs JAX: pip install 'clearprop[jax]'")

    def __repr__(self) -> str:
        return "JaxEngine()"

    def decided_by(self) -> dict[str, str]:
        """See :func:`clearprop.engines.bits.decided_by`."""
        from clearprop.engines.jax_functions import device

        return {"jax": version("jax"), "jaxlib": version("jaxlib"), "device": device()}

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        """See :class:`clearprop.engines.protocol.Engine`."""
        # Inside the function: JAX loads in half a second, and the name alone needs nothing of it.
        from clearprop.engines.jax_session import JaxSession

        return JaxSession(network, state, rows, update)
