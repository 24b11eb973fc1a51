"""One thread for the BLAS libraries while many small products are computed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Inside, BLAS libraries compute in one thread. Outside of the main thread this does nothing.

    The threads of a BLAS wait for each other at every small product. When other programs use the
    processors too, that makes a gradient check or SciPy's solvers a hundred times slower. The limit
    is process-wide; two threads restoring it could leave it set.

    Examples
    --------
    >>> with one_blas_thread():
    ...     pass
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with threadpool_limits(1, "blas"):
        yield
