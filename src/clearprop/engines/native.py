"""The native core: C++ kernels on all cores, float32 and float64.

The kernels are in ``native/``, compiled for several instruction sets. This module says how many
threads they may use. The results are the same bits for every number of threads.
"""

from __future__ import annotations

import os

import numpy as np

from clearprop.engines import _core
from clearprop.engines.native_session import NativeSession
from clearprop.engines.protocol import Engine, Rows, Session, TrainingState, Update
from clearprop.engines.reference import ReferenceEngine
from clearprop.engines.threads import usable_threads
from clearprop.errors import EngineError, one_of, raise_problems, whole_problems
from clearprop.network.architecture import Network

_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


class NativeEngine(Engine):
    """The C++ core.

    Parameters
    ----------
    n_threads
        Threads of one computation. None: as many as this process may use. That depends on its
        processors, the limit of its container, and ``OMP_NUM_THREADS``, which joblib sets for its
        workers. A copy of the engine in another process counts again.

    Notes
    -----
    Threads change the speed and not the results. A small step uses fewer of them, since each thread
    needs about a million flops to pay for itself. Several computations that run at once share the
    threads. After a fork the child starts threads of its own.

    In float32 and float64 exp is within 2 ulp, tanh and the sigmoid are within 4 ulp, over the
    whole range. Results below the smallest normal number become 0.

    The core uses the best instruction set of the processor: on x86-64 AVX-512, AVX2, or the
    baseline of 2009. The environment variable ``CLEARPROP_ISA`` names another one: ``baseline``,
    ``avx2`` or ``avx512``. The bits may differ between instruction sets.

    Raises
    ------
    ParameterError
        For a number of threads that is no whole number of at least 1.
    EngineError
        For a ``CLEARPROP_ISA`` that names no instruction set, or one that this processor lacks.

    Examples
    --------
    >>> network = Network((2, 2, 1))
    >>> J, D = NativeEngine(n_threads=1).cost_and_gradient(
    ...     network, np.zeros(9), np.array([[0.0, 1.0]]), np.array([[1.0]])
    ... )
    >>> round(J, 6), D
    (0.693147, array([ 0.  ,  0.  ,  0.  ,  0.  ,  0.  ,  0.  , -0.5 , -0.25, -0.25]))
    """

    name = "native"

    def __init__(self, n_threads: int | None = None) -> None:
        if n_threads is not None:
            raise_problems(whole_problems("n_threads", n_threads, least=1))
        _check_instruction_set()
        self._asked = n_threads
        self.n_threads = n_threads or usable_threads()

    def __repr__(self) -> str:
        return f"NativeEngine({'' if self._asked is None else f'n_threads={self._asked}'})"

    def __reduce__(self) -> tuple[type[NativeEngine], tuple[int | None]]:
        return type(self), (self._asked,)  # a worker process may have other processors

    def decided_by(self) -> dict[str, str]:
        """See :func:`clearprop.engines.bits.decided_by`."""
        return {"instruction_set": _core.instruction_set()}

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        """See :class:`clearprop.engines.protocol.Engine`.

        The reference engine computes a theta that is neither float32 nor float64.
        """
        if state.theta.dtype in _DTYPES:
            return NativeSession(network, state, rows, update, self.n_threads)
        return ReferenceEngine().open(network, state, rows, update)


def _check_instruction_set() -> None:
    """Refuse a CLEARPROP_ISA that the core cannot follow here."""
    try:
        _core.instruction_set()
    except ValueError:  # no set has that name
        asked = os.environ.get("CLEARPROP_ISA")
        raise EngineError(*one_of("CLEARPROP_ISA", asked, _core.instruction_sets())) from None
    except RuntimeError as error:  # this processor, or this build, lacks it
        listed = ", ".join(_core.instruction_sets())
        raise EngineError(f"CLEARPROP_ISA: {error}; expected one of {listed}") from None
