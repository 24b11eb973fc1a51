"""What the tests of explanations share: their helpers' folder, and explanations to look at."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from clearprop.explain.explanation import Explanation
from clearprop.explain.names import Names
from clearprop.explain.request import explain
from clearprop.network.architecture import Network

sys.path.insert(0, str(Path(__file__).parent))  # by_hand.py, printed.py, reading.py and others

HOSTILE = ("<script>alert(1)</script>", "\"quoted\" 'name'", "a & b", "`tick`", "</style><b>")
DIGITS = tuple("0123456789")
RELU = {"activation": "relu", "cost": "softmax"}


@cache
def explained(name: str) -> Explanation:
    """An explanation by its name: an image, hostile names, a toy, no targets, larger networks."""
    network, names, y = {
        "image": (
            Network((64, 6, 5, 4), **RELU),
            Names("digits", (3, 4, 5, 6), None, DIGITS[:4], (8, 8), seen="0", truth="2"),
            2,
        ),
        "table": (
            Network((5, 18, 3)),
            Names(HOSTILE[0], (), HOSTILE, HOSTILE[:3], seen=HOSTILE[0], truth=HOSTILE[2]),
            2,
        ),
        "toy": (Network((2, 3, 2), regularization=0.5), Names(), 1),
        "forward": (Network((2, 3, 2)), Names(), None),
        "middle": (
            Network((784, 30, 10), cost="softmax"),
            Names("mnist", (), None, DIGITS, (28, 28), seen="4", truth="7"),
            7,
        ),
        "large": (
            Network((784, 512, 512, 10), **RELU),
            Names("mnist", (), None, DIGITS, (28, 28), seen="4", truth="7"),
            7,
        ),
    }[name]
    rng = np.random.default_rng(7)
    theta = rng.normal(size=network.n_parameters) / np.sqrt(network.n_inputs)
    X = np.clip(rng.normal(size=(4, network.n_inputs)), 0, 1)
    Y = None if y is None else [y, 0, 1, y]
    return replace(explain(network, theta, X, Y), names=names)


@pytest.fixture(scope="session", name="explained")
def _explained() -> Callable[[str], Explanation]:
    return explained
