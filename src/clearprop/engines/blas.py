"""One thread for the BLAS, while many small products are computed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """While entered in the main thread, BLAS libraries compute in one thread; elsewhere nothing.

    Threads of a BLAS wait for each other on every small product; where other programs want the
    processors too, that makes a gradient check or SciPy's solvers slower a hundred times. The limit
    is the process's, so that two threads which set it and take it back in turn would leave it on.

    Examples
    --------
    >>> with one_blas_thread():
    ...     pass
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        yield
