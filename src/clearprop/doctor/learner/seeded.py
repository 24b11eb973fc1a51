"""The same random numbers each time that a learner's code runs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

__all__ = ["seeded"]


@contextmanager
def seeded(seed: int = 0) -> Iterator[None]:
    """Seed what Python and NumPy draw, inside ``with``; afterwards everything is as it was.

    A generator that the code makes without a seed gets this one.

    Examples
    --------
    >>> found = []
    >>> for _ in range(2):
    ...     with seeded():
    ...         found.append((random.random(), np.random.rand(), np.random.default_rng().random()))
    >>> found[0] == found[1]
    True
    """
    # What learners call draws from NumPy's one old generator, so that is what is seeded.
    states = random.getstate(), np.random.get_state()  # noqa: NPY002
    made, legacy = np.random.default_rng, np.random.RandomState  # noqa: NPY002

    def random_state(own: Any = None) -> np.random.RandomState:
        return legacy(seed if own is None else own)

    def default_rng(own: Any = None) -> np.random.Generator:
        return made(seed if own is None else own)

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    np.random.default_rng = default_rng  # type: ignore[assignment]
    np.random.RandomState = random_state  # type: ignore[assignment,misc]  # noqa: NPY002
    try:
        yield
    finally:
        np.random.default_rng = made
        np.random.RandomState = legacy  # type: ignore[misc]  # noqa: NPY002
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
