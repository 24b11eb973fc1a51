"""``clearprop doctor``: a learner's file in, a diagnosis out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from clearprop.cli.output import check_writable
from clearprop.errors import ParameterError

__all__ = ["doctor"]


def doctor(
    target: str,
    layers: str | None,
    *,
    as_json: bool,
    html: Path | None,
    solution: bool,
    time_limit: float,
    parameters: int | None,
    **options: Any,
) -> bool:
    """Examine ``FILE.py:FUNCTION``, or an Octave ``FILE.m``; return whether it is right."""
    import numpy as np

    from clearprop.cli.app import print_json
    from clearprop.gradients.doctor import diagnose_callee

    if html is not None:
        check_writable(html, (".html", ".htm"))
    if not time_limit > 0:
        raise ParameterError(f"time_limit: expected seconds above 0; got {time_limit}")
    layer_sizes = None if layers is None else _sizes(layers)
    theta = None
    if parameters is not None:
        if parameters < 1:
            raise ParameterError(f"parameters: expected at least 1; got {parameters}")
        theta = np.random.default_rng(options["seed"]).uniform(-1, 1, parameters)
    with _callee(target, time_limit) as callee:
        diagnosis = diagnose_callee(callee, layer_sizes, theta=theta, **options)
    if html is not None:
        html.write_text(diagnosis.html(solution=solution), encoding="utf-8")
    if as_json:
        print_json(diagnosis.to_dict())
    else:
        print(diagnosis.report(solution=solution))
        if html is not None:
            print(f"-> {html}", file=sys.stderr)
    return diagnosis.right


def _callee(target: str, time_limit: float) -> Any:
    from clearprop.gradients.child import ChildProcess
    from clearprop.gradients.octave import OctaveProcess

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
