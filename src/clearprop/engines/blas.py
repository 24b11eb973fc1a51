"""The BLAS libraries: one thread for many small products, and which one NumPy multiplies with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_info, threadpool_limits


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


def numpys_blas() -> str:
    """The BLAS that NumPy multiplies with, its version and the processor that it computes for.

    Examples
    --------
    >>> numpys_blas()
    '...'
    """
    found = [one for one in threadpool_info() if one["user_api"] == "blas"]
    names = ("internal_api", "version", "architecture")
    lines = {one["filepath"]: " ".join(str(one.get(name)) for name in names) for one in found}
    # SciPy brings another one.
    return next((line for path, line in lines.items() if "numpy" in path), "".join(lines.values()))
