"""What decides the bits of an engine's results beside its arguments."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

import numpy as np

__all__ = ["decided_by"]


def decided_by(engine: Any) -> dict[str, str]:
    """The engine, its versions and the processor's part in it, by name.

    An engine may add to this by a method of the same name without arguments: the native core has
    its instruction set, the reference engine NumPy's BLAS.

    Examples
    --------
    >>> from clearprop.engines.reference import ReferenceEngine
    >>> list(decided_by(ReferenceEngine()))
    ['engine', 'clearprop', 'numpy', 'machine', 'blas']
    """
    own = getattr(engine, "decided_by", dict)
    return {
        "engine": engine.name,
        "clearprop": version("clearprop"),
        "numpy": np.__version__,
        "machine": platform.machine(),
        **own(),
    }
