"""The BLAS limit comes and goes in the main thread, and other threads leave it alone."""

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from clearprop.engines.blas import one_blas_thread


def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two_threads():
    np.ones((2, 2)) @ np.ones((2, 2))  # the library is loaded
    with threadpool_limits(2, "blas"):
        yield


def test_the_limit_is_taken_back():
    with one_blas_thread():
        with one_blas_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_an_error_takes_the_limit_back():
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        raise ZeroDivisionError
    assert blas_threads() == {2}


def test_users_in_other_threads_leave_no_limit_behind():
    def use(barrier: threading.Barrier) -> None:
        with one_blas_thread():
            barrier.wait()

    barrier = threading.Barrier(4, timeout=10)
    others = [threading.Thread(target=use, args=(barrier,), daemon=True) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join(timeout=10)
    assert blas_threads() == {2}
