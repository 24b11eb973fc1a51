"""The job `doctor`: a learner's function, called in a process of its own and examined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.choices.commands import parsed
from clearprop.errors import is_number, one_of, raise_problems, whole_problems
from clearprop.experiment.problems import collected, file_problems, size_problems
from clearprop.gradients.child import ChildProcess
from clearprop.gradients.diagnosis import Diagnosis
from clearprop.gradients.doctor import diagnose_callee
from clearprop.gradients.octave import OctaveProcess
from clearprop.gradients.signature import LABELS
from clearprop.language import LANGUAGES
from clearprop.network.architecture import Network

__all__ = ["DoctorJob"]


@dataclass(frozen=True)
class DoctorJob:
    """What was chosen for `doctor`, checked.

    Attributes
    ----------
    values
        The value of every option, by name.
    file, name
        Where the function stands, and what it is called.
    html
        The page to write, or None.
    """

    values: Mapping[str, Any]
    file: Path
    name: str
    html: Path | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> DoctorJob:
        """Check what was given by name, as text or as values.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.

        Examples
        --------
        >>> DoctorJob.of({"function": "mine.py:f", "layers": "4,x", "seed": -1, "lang": "fr"})
        Traceback (most recent call last):
        clearprop.errors.ParameterError: 3 problems: layers: expected whole numbers from 1 to \
1,000,000, as in 400,25,10; got '4,x'; seed: expected a whole number of at least 0; got -1; \
lang: expected one of en, zh; got 'fr'
        """
        problems: list[str] = []
        values = parsed("doctor", given, problems)
        file, name = _place(values["function"] or "")
        if values["function"] is not None and not name:
            problems.append(
                f"{values['function']}: expected FILE.py:FUNCTION, such as "
                "my_network.py:cost_function, or FILE.m"
            )
        problems += _network_problems(values)
        problems += one_of("labels", values["labels"], LABELS)
        if values["parameters"] is not None:
            problems += whole_problems("parameters", values["parameters"], least=1)
        problems += whole_problems("seed", values["seed"], least=0)
        limit = values["time_limit"]
        if not is_number(limit) or not 0 < limit < math.inf:
            problems.append(f"time_limit: expected seconds above 0; got {limit!r}")
        problems += one_of("lang", values["lang"], LANGUAGES)
        problems += file_problems("doctor", values)
        raise_problems(problems)
        html = None if values["html"] is None else Path(values["html"])
        return cls(values, file, name, html)

    def diagnosis(self) -> Diagnosis:
        """Call the function and examine what it returns.

        Raises
        ------
        ParameterError
            For a file or function that is not there, or that cannot be told what to do.
        """
        values = self.values
        theta = None
        if values["parameters"] is not None:
            generator = np.random.default_rng(values["seed"])
            theta = generator.uniform(-1, 1, values["parameters"])
        process = OctaveProcess if self.file.suffix == ".m" else ChildProcess
        options = {key: values[key] for key in ("activation", "cost", "labels", "seed", "lang")}
        with process(self.file, self.name, values["time_limit"]) as callee:
            return diagnose_callee(callee, values["layers"], theta=theta, **options)


def _place(function: str) -> tuple[Path, str]:
    """File and name of a function; no name where it is missing."""
    file, _, name = function.rpartition(":")
    if not file or Path(function).is_file():
        file, name = function, ""
    path = Path(file)
    return path, name or (path.stem if path.suffix == ".m" else "")


def _network_problems(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with layers, activation and cost."""
    layers = values["layers"]
    problems = [] if layers is None else size_problems("layers", layers, "400,25,10")
    sound = layers if layers is not None and not problems else (1, 2)
    with collected(problems):
        Network(sound, values["activation"], values["cost"])
    return [problem.replace("layer_sizes:", "layers:", 1) for problem in problems]
