"""The settings that peers need while they run; afterwards the process is as it was.

The number of PyTorch's threads, its flushing of denormals and JAX's precision are settings of the
whole process, and both libraries set variables of the environment. A user of
:func:`clearprop.bench.run.run` goes on to compute in the same process.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np

from clearprop.engines.threads import usable_threads

Trial = Callable[[], float]  # makes some steps, and returns the seconds that one took


def within(settings: Callable[[], AbstractContextManager[None]], trial: Trial) -> Trial:
    """The trial, run with those settings; setting them is not timed."""

    def run() -> float:
        with settings():
            return trial()

    return run


@contextmanager
def quietly() -> Iterator[None]:
    """Ignore a peer's warnings, and put back the environment."""
    before = os.environ.copy()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update({k: v for k, v in before.items() if os.environ.get(k) != v})


@contextmanager
def torch_settings(threads: int | None = None) -> Iterator[None]:
    """PyTorch with `threads` threads (None: all usable ones), and denormals flushed to zero."""
    with quietly():
        import torch  # an optional library

        before, flushed = torch.get_num_threads(), denormals_are_flushed()
        torch.set_num_threads(threads or usable_threads())
        torch.set_flush_denormal(True)  # else moments of dead ReLU units take several times as long
        try:
            yield
        finally:
            torch.set_flush_denormal(flushed)
            torch.set_num_threads(before)


@contextmanager
def jax_settings(dtype: Any) -> Iterator[None]:
    """JAX with numbers of 64 bits if `dtype` has them."""
    with quietly():
        import jax  # an optional library

        with jax.enable_x64(dtype == np.float64):
            yield


def denormals_are_flushed() -> bool:
    """Whether this thread computes 0 where a result is denormal.

    Examples
    --------
    >>> denormals_are_flushed()
    False
    """
    return bool(np.float64(5e-324) * np.float64(1) == 0)
