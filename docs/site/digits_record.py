"""The digits as the record of the elements that train in a page.

Their order is that of the chapter *Putting it together*: the first 1,400 are for training.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import clearprop
from clearprop import web


@cache
def record() -> dict[str, Any]:
    """All 1,797 digits, and the chapter's network at its start."""
    digits = clearprop.read("digits")
    order = np.random.default_rng(0).permutation(1797)
    X, y = digits.X[order] / 16, digits.y[order]  # (1797, 64), (1797,)
    network = clearprop.Network((64, 25, 10))
    theta = clearprop.initial_theta(network, seed=0)
    names = [str(k) for k in range(10)]
    return web.record(network, theta, X, y, image=(8, 8), outputs=names)
