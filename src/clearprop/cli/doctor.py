"""``clearprop doctor``: a learner's file in, a diagnosis out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from clearprop.cli.output import print_json
from clearprop.errors import ParameterError
from clearprop.gradients.child import ChildProcess
from clearprop.gradients.diagnosis import Diagnosis
from clearprop.gradients.doctor import diagnose_callee
from clearprop.gradients.octave import OctaveProcess
from clearprop.storage.atomic import check_destination, write_whole

__all__ = ["doctor"]

_FLAGS = {
    name: f"--{name.replace('_', '-')}"
    for name in ("layers", "activation", "cost", "labels", "parameters", "seed", "lang")
} | {"layer_sizes": "--layers", "theta": "--parameters", "time_limit": "--time-limit"}


def doctor(
    target: str,
    layers: str | None,
    *,
    parameters: int | None,
    time_limit: float,
    as_json: bool,
    html: Path | None,
    solution: bool,
    **options: Any,
) -> bool:
    """Examine ``FILE.py:FUNCTION``, or an Octave ``FILE.m``; return whether it is right."""
    if html is not None:
        check_destination(html)
    try:
        diagnosis = _diagnosis(target, layers, parameters, time_limit, options)
    except ParameterError as error:
        raise error.renamed(_FLAGS) from error
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
    layers: str | None,
    parameters: int | None,
    time_limit: float,
    options: dict[str, Any],
) -> Diagnosis:
    if not time_limit > 0:
        raise ParameterError(f"time_limit: expected seconds above 0; got {time_limit:g}")
    sizes = None if layers is None else _sizes(layers)
    theta = None if parameters is None else _theta(parameters, options["seed"])
    with _callee(target, time_limit) as callee:
        return diagnose_callee(callee, sizes, theta=theta, **options)


def _callee(target: str, time_limit: float) -> ChildProcess:
    file, _, name = target.rpartition(":")
    if not file or Path(target).is_file():
        file, name = target, ""
    path = Path(file)
    if path.suffix == ".m":
        return OctaveProcess(path, name or path.stem, time_limit)
    if not name:
        raise ParameterError(
            f"{target}: expected FILE.py:FUNCTION, such as my_network.py:cost_function, or FILE.m"
        )
    return ChildProcess(path, name, time_limit)


def _sizes(layers: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in layers.replace("-", ",").split(","))
    except ValueError:
        raise ParameterError(
            f"layers: expected whole numbers such as 400,25,10; got {layers!r}"
        ) from None


def _theta(parameters: int, seed: Any) -> Any:
    import numpy as np

    if parameters < 1:
        raise ParameterError(f"parameters: expected at least 1; got {parameters}")
    if not isinstance(seed, int) or seed < 0:
        raise ParameterError(f"seed: expected a whole number of at least 0; got {seed!r}")
    return np.random.default_rng(seed).uniform(-1, 1, parameters)
