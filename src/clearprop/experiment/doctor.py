"""The job `doctor`: it calls a learner's function in another process and examines it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clearprop.choices.commands import COMMANDS, parsed
from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.examine import STATED_SIZES, STATED_THETA, diagnose_callee
from clearprop.doctor.learner.files import InFile
from clearprop.doctor.learner.problems import spoken
from clearprop.doctor.stated import Stated
from clearprop.doctor.theta_alone import drawn_theta
from clearprop.errors import ParameterError, is_number, raise_problems, whole_problems
from clearprop.experiment.problems import collected, file_problems, size_problems
from clearprop.language import Sentences

__all__ = ["DoctorJob", "in_language"]

# The doctor's messages use other names than the options, and show how to call it from Python. Here
# they show the options.
_NAMES = {"layer_sizes": "layers", "theta": "parameters"}
_GIVEN = {STATED_SIZES: "layers='400,25,10'", STATED_THETA: "parameters='12'"}


@dataclass(frozen=True)
class DoctorJob:
    """The checked choices of `doctor`.

    Attributes
    ----------
    values
        The value of every option, by name.
    function
        The file and name of the learner's function.
    stated
        What the learner says about it.
    html
        The page to write, or None.
    """

    values: Mapping[str, Any]
    function: InFile
    stated: Stated
    html: Path | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> DoctorJob:
        """Check the choices: by name, typed text or values.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.

        Examples
        --------
        >>> DoctorJob.of({"function": "mine.m", "layers": "4,x", "seed": -1})
        Traceback (most recent call last):
        clearprop.errors.ParameterError: 3 problems: mine.m: no such file; expected \
FILE, FILE:FUNCTION or FILE:CLASS.METHOD; layers: expected whole numbers from 1 to 1,000,000, \
as in 400,25,10; got '4,x'; seed: expected a whole number of at least 0; got -1
        """
        job, problems = cls.checked(given)
        raise_problems(in_language(problems, str(given.get("lang"))))
        assert job is not None
        return job

    @classmethod
    def checked(cls, given: Mapping[str, Any]) -> tuple[DoctorJob | None, list[str]]:
        """The job, if the choices fit, and everything that is wrong with them."""
        problems: list[str] = []
        values = parsed("doctor", given, problems)
        function = stated = None
        if values["function"] is not None:
            try:
                function = InFile.parse(values["function"], values["entry"])
            except ParameterError as error:
                problems += error.problems
        layers, parameters = values["layers"], values["parameters"]
        if layers is not None and (wrong := size_problems("layers", layers, "400,25,10")):
            problems += wrong
            layers = None
        keys = ("activation", "cost", "labels", "seed", "lang", "output", "no_bias")
        options = {key: values[key] for key in keys}
        with collected(problems, _NAMES):
            stated = Stated(layers, **options)
        if parameters is not None:
            problems += whole_problems("parameters", parameters, least=1)
        limit = values["time_limit"]
        if not is_number(limit) or not 0 < limit < math.inf:
            problems.append(f"time_limit: expected seconds, a number above 0; got {limit!r}")
        reads = [] if function is None else [function.path]
        problems += file_problems("doctor", values, reads)
        if problems or function is None or stated is None:
            return None, problems
        html = None if values["html"] is None else Path(values["html"])
        return cls(values, function, stated, html), []

    def diagnosis(self) -> Diagnosis:
        """Call the function and examine what it returns.

        Raises
        ------
        ParameterError
            For a function that is not there, or needs more options.
        """
        parameters, stated = self.values["parameters"], self.stated
        theta = None if parameters is None else drawn_theta(parameters, stated.seed)
        try:
            with self.function.open(self.values["time_limit"]) as callee:
                found = diagnose_callee(callee, stated, theta)
                missing = found.raised is not None and found.raised.key == "library-missing"
                if callee.failed is None or missing or found.raised is callee.broken is not None:
                    return found
                note = ("top-level-failed", f"|{callee.failed.told(stated.lang)}")
                return replace(found, notes=(*found.notes, note))
        except ParameterError as error:
            told = in_language(error.problems, stated.lang)
            raise ParameterError(*map(_as_given, told)).renamed(_NAMES) from None


def in_language(problems: Sequence[str], lang: str) -> list[str]:
    """The problems of `doctor` in the language that was chosen.

    In Chinese they are one sentence, with the flags of the command line as subjects.
    """
    if lang != "zh" or not problems:
        return list(problems)
    flags = {**COMMANDS["doctor"].flags, "layer_sizes": "--layers", "theta": "--parameters"}
    told = "；".join(spoken(problems, lang, flags))
    say = Sentences("clearprop.doctor", lang)
    return [told if len(problems) == 1 else say("problems.several", n=len(problems), told=told)]


def _as_given(problem: str) -> str:
    """Put options in place of the Python calls that the doctor's message shows."""
    for python, option in _GIVEN.items():
        problem = problem.replace(python, option)
    return problem
