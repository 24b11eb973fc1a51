"""The records of the elements that show the small network of the chapters and its three samples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from clearprop import doctor, figures, web

SMALL = figures.small_network

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
    return web.record(SMALL.NETWORK, SMALL.THETA, SMALL.X, SMALL.Y)


def forward() -> dict[str, Any]:
    """The same without targets: forward propagation knows none."""
    return web.record(SMALL.NETWORK, SMALL.THETA, SMALL.X)


def secant() -> dict[str, Any]:
    """The same with a penalty, and the gradient that each of `MISTAKES` gives."""
    network = replace(SMALL.NETWORK, regularization=1.0)
    return {
        **web.record(network, SMALL.THETA, SMALL.X, SMALL.Y),
        "mistakes": {name: broken(name, network.regularization).tolist() for name in MISTAKES},
    }


def broken(mistake: str, lambda_: float) -> np.ndarray:
    """The gradient of the small network with a mistake in it, laid out as theta."""
    (mutation,) = (known for known in doctor.mistakes.CATALOGUE if known.id == mistake)
    widest = doctor.mistakes.mutation.mutants_of([mutation], SMALL.NETWORK)[0]
    probe = doctor.probe.Probe(SMALL.NETWORK, SMALL.THETA, SMALL.X, SMALL.Y, None, lambda_)
    steps = doctor.mistakes.mutation.changed([widest])
    blocks = doctor.algorithm.backward(doctor.algorithm.forward(probe), steps)
    return np.concatenate([block.ravel() for block in blocks])
