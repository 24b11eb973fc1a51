"""The records of the elements that show the small network of the chapters and its three samples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from clearprop import web
from clearprop.doctor import algorithm
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import changed, mutants_of
from clearprop.doctor.probe import Probe
from clearprop.figures.small_network import NETWORK, THETA, X, Y
from clearprop.network.architecture import Array

# Mistakes of the doctor's catalogue that a learner of gradient checking can choose.
MISTAKES = (
    "slope-missing",
    "delta-output-slope",
    "delta-sign",
    "accumulate-last-sample",
    "average-missing",
    "lambda-bias",
    "lambda-missing",
)


def samples() -> dict[str, Any]:
    """The network with its samples and their targets."""
    return web.record(NETWORK, THETA, X, Y)


def forward() -> dict[str, Any]:
    """The same without targets: forward propagation knows none."""
    return web.record(NETWORK, THETA, X)


def secant() -> dict[str, Any]:
    """The same with a penalty, and the gradient that each of `MISTAKES` gives."""
    network = replace(NETWORK, regularization=1.0)
    return {
        **web.record(network, THETA, X, Y),
        "mistakes": {name: broken(name, network.regularization).tolist() for name in MISTAKES},
    }


def broken(mistake: str, lambda_: float) -> Array:
    """The gradient of the small network with a mistake in it, laid out as theta."""
    (mutation,) = (known for known in CATALOGUE if known.id == mistake)
    widest = mutants_of([mutation], NETWORK)[0]
    probe = Probe(NETWORK, THETA, X, Y, None, lambda_)
    blocks = algorithm.backward(algorithm.forward(probe), changed([widest]))
    return np.concatenate([block.ravel() for block in blocks])
