"""The doctor in the studio: a mistake of the catalogue is put in, or a learner's file is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.doctor import algorithm, diagnose
from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import Mutant, changed, mutants_of
from clearprop.doctor.probe import Probe
from clearprop.errors import ParameterError, did_you_mean
from clearprop.experiment.doctor import DoctorJob
from clearprop.language import LANGUAGES
from clearprop.network.architecture import Array, Network

__all__ = ["diagnosed_file", "diagnosed_mistake", "mistakes_for", "small", "verdict"]

# The sizes that the doctor is asked about.
_ASKED = (4, 5, 3)
_TIME_LIMIT = 20.0

# What a page may say about a learner's file: options of `clearprop doctor`.
FILE_OPTIONS = ("layers", "activation", "cost", "output", "no_bias", "labels", "entry", "seed")


def small(network: Network) -> Network:
    """A small network with the same activation and cost, with a hidden layer if there is any.

    The doctor needs ten times as long for two hidden layers.
    """
    hidden = _ASKED[1:-1] if network.n_layers > 2 else ()
    K = 1 if network.cost == "logistic" and network.n_outputs == 1 else _ASKED[-1]
    return Network((_ASKED[0], *hidden, K), network.activation, network.cost)


def mistakes_for(network: Network) -> list[dict[str, Any]]:
    """Every mistake of the catalogue that can be made in such a network.

    Examples
    --------
    >>> mistakes_for(Network((4, 5, 3)))[0]["id"]
    'labels-shifted'
    """
    asked = small(network)
    return [
        {
            "id": mutation.id,
            "half": mutation.half,
            **{lang: mutation.description(lang).cause for lang in LANGUAGES},
        }
        for mutation in CATALOGUE
        if mutants_of([mutation], asked) and not mutation.resizes
    ]


def diagnosed_mistake(network: Network, name: str) -> Diagnosis:
    """Put a mistake into the algorithm, and ask the doctor about it.

    Raises
    ------
    ParameterError
        For a mistake that is not in the catalogue, or cannot be made in this network.

    Examples
    --------
    >>> [cause.id for cause in diagnosed_mistake(Network((4, 5, 3)), "slope-missing").causes]
    ['slope-missing']
    """
    asked = small(network)
    found = [mutation for mutation in CATALOGUE if mutation.id == name]
    mutants = mutants_of(found, asked)
    if not mutants:
        names = [mutation.id for mutation in CATALOGUE]
        hint = "" if name in names else did_you_mean(name, names)
        raise ParameterError(
            f"mistake: expected one that this network can have; got {name!r}{hint}"
        )
    function = _function(asked, mutants[0])
    activation, cost = asked.activation, asked.cost
    return diagnose(function, asked.layer_sizes, activation=activation, cost=cost)


def _function(network: Network, mutant: Mutant) -> Any:
    """A learner's function with the mistake in it."""
    do = changed([mutant])

    def cost_function(theta: Array, X: Array, Y: Array, lambda_: float) -> tuple[float, Array]:
        probe = Probe(network, theta, X, Y, None, lambda_)
        with np.errstate(all="ignore"):
            p = algorithm.forward(probe, do)
            J = algorithm.cost(p, do)
            Ds = algorithm.backward(p, do)
        return J, np.concatenate([D.ravel() for D in Ds])

    return cost_function


def diagnosed_file(path: Path, options: Mapping[str, Any]) -> Diagnosis:
    """Run a learner's file in the doctor's child process, and examine its function.

    Raises
    ------
    ParameterError
        For options that do not fit, or a function that is not there.
    """
    for name in options:
        if name not in FILE_OPTIONS:
            raise ParameterError(
                f"{name}: no such option of doctor{did_you_mean(name, FILE_OPTIONS)}"
            )
    job = DoctorJob.of({"function": str(path), "time_limit": _TIME_LIMIT, **options})
    return replace(job.diagnosis(), name=path.name)


def verdict(found: Diagnosis) -> dict[str, Any]:
    """A diagnosis for a page, in both languages."""
    return {
        "name": found.name,
        "verdict": found.verdict,
        "right": found.right,
        "causes": [cause.id for cause in found.causes],
        "blocks": [block.to_dict() for block in found.blocks],
        "report": {lang: found.report(lang) for lang in LANGUAGES},
        "found": {lang: found.to_dict(lang)["causes"] for lang in LANGUAGES},
    }
