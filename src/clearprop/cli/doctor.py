"""``clearprop doctor``: a learner's file in, a diagnosis out."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

from clearprop.cli.output import print_json
from clearprop.cli.values import collected, destination_problems
from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.examine import STATED_SIZES, STATED_THETA, diagnose_callee
from clearprop.doctor.learner.files import InFile
from clearprop.doctor.stated import Stated
from clearprop.doctor.theta_alone import drawn_theta
from clearprop.errors import ParameterError, is_whole, raise_problems, whole_problems
from clearprop.storage.atomic import write_whole

__all__ = ["doctor"]

# What the library and the command line call by different names.
_FLAGS = {
    "labels": "--labels",
    "layer_sizes": "--layers",
    "parameters": "--parameters",
    "theta": "--parameters",
    "time_limit": "--time-limit",
}
_TYPED = {STATED_SIZES: "--layers 400,25,10", STATED_THETA: "--parameters 12"}


def doctor(
    target: str,
    *,
    layers: Any,
    parameters: Any,
    time_limit: Any,
    html: Path | None,
    solution: bool,
    as_json: bool,
    **options: Any,
) -> bool:
    """Examine ``FILE.py:FUNCTION``, or an Octave ``FILE.m``; return whether it is right."""
    try:
        diagnosis = _diagnosis(target, layers, parameters, time_limit, html, options)
    except ParameterError as error:
        raise ParameterError(*map(_typed, error.problems)).renamed(_FLAGS) from error
    if html is not None:
        write_whole(html, diagnosis.html(solution=solution).encode("utf-8"))
    if as_json:
        print_json(diagnosis.to_dict())
    else:
        print(diagnosis.report(solution=solution))
    if html is not None:
        print(f"-> {html}", file=sys.stderr)
    return diagnosis.right


def _diagnosis(
    target: str,
    layers: Any,
    parameters: Any,
    time_limit: Any,
    html: Path | None,
    options: dict[str, Any],
) -> Diagnosis:
    problems: list[str] = []
    with collected(problems):
        function = InFile.parse(target)
    if wrong_layers := _layer_problems(layers):
        problems += wrong_layers
        layers = None
    with collected(problems):
        stated = Stated(layers, **options)
    if parameters is not None:
        problems += whole_problems("parameters", parameters, least=1)
    if not (isinstance(time_limit, float) and 0 < time_limit < math.inf):
        problems.append(f"time_limit: expected seconds, a number above 0; got {time_limit!r}")
    read = [Path(target), Path(target.rpartition(":")[0])]
    problems += destination_problems("html", html, (".html", ".htm"), keep=read)
    raise_problems(problems)
    theta = None if parameters is None else drawn_theta(parameters, stated.seed)
    with function.open(time_limit) as callee:
        return diagnose_callee(callee, stated, theta)


def _layer_problems(layers: Any) -> list[str]:
    if layers is None or all(map(is_whole, layers)):
        return []
    typed = ",".join(map(str, layers))
    return [f"layer_sizes: expected whole numbers with commas, as in 400,25,10; got {typed!r}"]


def _typed(problem: str) -> str:
    """A problem that the library states in Python, as it is put on the command line."""
    for python, typed in _TYPED.items():
        problem = problem.replace(python, typed)
    return problem
