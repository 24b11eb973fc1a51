"""The functions of a starter file: what each is given, and which stages it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.doctor.probe import Probe
from clearprop.exercise.stages import Stage, Values, solved, stages_of
from clearprop.network import equations
from clearprop.network.architecture import Array, Network

__all__ = ["ALPHA", "EPSILON", "TASKS", "Problem", "Task", "numbers_of", "read_off", "thetas_of"]

# What relative error counts as rounding; for the gradient check, as the error of the differences.
_EXACT, _BY_DIFFERENCES = 1e-6, 1e-5
EPSILON, ALPHA = 1e-3, 0.3

Problem = tuple[str, dict[str, Any]]
"""The key of a sentence in ``[progress]``, and what fills it."""


@dataclass(frozen=True)
class Task:
    """A function: what it gets from the values of a probe, and which stages it returns.

    `needs` are functions that it calls.
    """

    function: str
    arguments: Callable[[Probe, Values], dict[str, Any]]
    stages: Callable[[Network], list[Stage]]
    needs: tuple[str, ...] = ()
    tolerance: float = _EXACT


def thetas_of(probe: Probe) -> list[Array]:
    """Theta's matrices in the course's form, ``(s_{l+1}, s_l + 1)`` with biases in column 0."""
    return [np.ascontiguousarray(B.T) for B in equations.split(probe.network, probe.theta)]


def _of(kind: str) -> Callable[[Network], list[Stage]]:
    """The stages of a kind, the first layer first."""
    return lambda network: sorted(stage for stage in stages_of(network) if stage.kind == kind)


def _forward_stages(network: Network) -> list[Stage]:
    return [*_of("z")(network), *_of("a")(network)]


def _list(kind: str, probe: Probe, values: Values) -> list[Array]:
    found = [_turned(stage, values[stage]) for stage in _of(kind)(probe.network)]
    return [probe.X, *found] if kind == "a" else found


def _turned(stage: Stage, numbers: Array) -> Array:
    """Delta and D in the course's form: a row for each unit that weights lead to."""
    return np.ascontiguousarray(numbers.T) if stage.kind in ("Delta", "D") else numbers


TASKS: dict[str, tuple[Task, ...]] = {
    "forward": (Task("forward", lambda p, v: {"thetas": thetas_of(p), "X": p.X}, _forward_stages),),
    "cost": (
        Task(
            "cost",
            lambda p, v: {
                "thetas": thetas_of(p),
                "a": _list("a", p, v),
                "Y": p.Y,
                "lambda_": p.lambda_,
            },
            _of("J"),
        ),
    ),
    "delta": (
        Task(
            "deltas",
            lambda p, v: {"thetas": thetas_of(p), "a": _list("a", p, v), "Y": p.Y},
            _of("delta"),
        ),
    ),
    "backward": (
        Task(
            "accumulators",
            lambda p, v: {"a": _list("a", p, v), "delta": _list("delta", p, v)},
            _of("Delta"),
        ),
        Task(
            "gradient",
            lambda p, v: {
                "thetas": thetas_of(p),
                "Delta": _list("Delta", p, v),
                "m": p.m,
                "lambda_": p.lambda_,
            },
            _of("D"),
        ),
    ),
    "gradient-check": (
        Task(
            "numerical_gradient",
            lambda p, v: {
                "thetas": thetas_of(p),
                "X": p.X,
                "Y": p.Y,
                "lambda_": p.lambda_,
                "epsilon": EPSILON,
            },
            _of("D"),
            ("forward", "cost"),
            _BY_DIFFERENCES,
        ),
    ),
    "training-step": (
        Task(
            "training_step",
            lambda p, v: {
                "thetas": thetas_of(p),
                "X": p.X,
                "Y": p.Y,
                "lambda_": p.lambda_,
                "alpha": ALPHA,
            },
            _of("D"),
            ("forward", "deltas", "accumulators", "gradient"),
        ),
    ),
}


def numbers_of(task: Task, probe: Probe, value: Any) -> Values | tuple[str, dict[str, Any]]:
    """What was returned, by stage; or the sentence that says how it is no such thing."""
    stages = task.stages(probe.network)
    parts: list[Any]
    if task.function == "cost":
        parts = [value]
    elif task.function == "forward":
        if not isinstance(value, list) or len(value) != 2:
            return "wrong-count", {"expected": "two-lists", "got": _described(value)}
        z, a = (list(part) if isinstance(part, list) else [part] for part in value)
        parts = [*z, *a[1:]]
    else:
        parts = value if isinstance(value, list) else [value]
    if len(parts) != len(stages):
        n = len(stages) if task.function != "forward" else 2
        key = "two-lists" if task.function == "forward" else "list-of"
        return "wrong-count", {"expected": key, "n": n, "got": _described(value)}
    found: Values = {}
    for stage, part in zip(stages, parts, strict=True):
        try:
            numbers = np.asarray(part, np.float64)
        except (TypeError, ValueError):
            return "wrong-number", {"got": _described(part)}
        numbers = numbers.reshape(1) if stage.kind == "J" and numbers.size == 1 else numbers
        expected = _turned(stage, solved(probe)[stage]).shape
        if numbers.shape != expected:
            return "wrong-shape", {"name": stage.symbol, "expected": expected, "got": numbers.shape}
        found[stage] = _turned(stage, numbers)
    return read_off(probe, found) if task.function == "training_step" else found


def read_off(probe: Probe, moved: Values) -> Values:
    """The gradient along which a step went: what it took from theta, over alpha."""
    blocks = equations.split(probe.network, probe.theta)
    return {stage: (blocks[stage.layer - 1] - new) / ALPHA for stage, new in moved.items()}


def _described(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array {value.shape}"
    if isinstance(value, list):
        return f"[{', '.join(_described(part) for part in value[:6])}]"
    return repr(value)[:40]
