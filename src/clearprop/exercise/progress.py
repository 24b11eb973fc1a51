"""What is done, missing and wrong in a starter file.

Every function of the file is asked by itself, in the doctor's child process, with the numbers that
the right functions before it give. So each part is judged although others are missing. The mistake
is one of the doctor's, made in the stages that the function computes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.doctor.learner.calling import Raised, Returned
from clearprop.doctor.learner.files import InFile
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import Mutant, changed, mutants_of
from clearprop.doctor.probe import Probe, probes_for
from clearprop.errors import ParameterError
from clearprop.exercise.stages import Stage, Values, computed, kind_of, kinds_of, solved, stages_of
from clearprop.exercise.starters import MARK, STARTERS
from clearprop.network import equations
from clearprop.network.architecture import Array, Network

__all__ = ["Part", "Progress", "progress_of"]

# What relative error counts as rounding; for the gradient check, as the error of the differences.
_EXACT, _BY_DIFFERENCES = 1e-6, 1e-5
_EPSILON, _ALPHA = 1e-3, 0.3


@dataclass(frozen=True)
class Part:
    """One function of a starter file.

    Attributes
    ----------
    function
        Its name.
    verdict
        ``"done"``, ``"missing"``, ``"wrong"``, or ``"waits"`` for others that it calls.
    sentence
        The key of a sentence in ``[progress]``, and what fills it.
    cause
        The mistake of the catalogue, or None.
    """

    function: str
    verdict: str
    sentence: tuple[str, Mapping[str, Any]]
    cause: Mutant | None = None


@dataclass(frozen=True)
class Progress:
    """What is done in a starter file."""

    path: Path
    exercise: str
    parts: tuple[Part, ...]

    @property
    def done(self) -> bool:
        """Whether all is done and right."""
        return all(part.verdict == "done" for part in self.parts)


@dataclass(frozen=True)
class _Task:
    """A function: what it gets from the values of a probe, and which stages it returns.

    `needs` are functions that it calls. `returns` says what is compared, in order, and names it.
    """

    function: str
    arguments: Callable[[Probe, Values], dict[str, Any]]
    stages: Callable[[Network], list[Stage]]
    needs: tuple[str, ...] = ()
    tolerance: float = _EXACT


def _thetas(probe: Probe) -> list[Array]:
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


_TASKS: dict[str, tuple[_Task, ...]] = {
    "forward": (_Task("forward", lambda p, v: {"thetas": _thetas(p), "X": p.X}, _forward_stages),),
    "cost": (
        _Task(
            "cost",
            lambda p, v: {
                "thetas": _thetas(p),
                "a": _list("a", p, v),
                "Y": p.Y,
                "lambda_": p.lambda_,
            },
            _of("J"),
        ),
    ),
    "delta": (
        _Task(
            "deltas",
            lambda p, v: {"thetas": _thetas(p), "a": _list("a", p, v), "Y": p.Y},
            _of("delta"),
        ),
    ),
    "backward": (
        _Task(
            "accumulators",
            lambda p, v: {"a": _list("a", p, v), "delta": _list("delta", p, v)},
            _of("Delta"),
        ),
        _Task(
            "gradient",
            lambda p, v: {
                "thetas": _thetas(p),
                "Delta": _list("Delta", p, v),
                "m": p.m,
                "lambda_": p.lambda_,
            },
            _of("D"),
        ),
    ),
    "gradient-check": (
        _Task(
            "numerical_gradient",
            lambda p, v: {
                "thetas": _thetas(p),
                "X": p.X,
                "Y": p.Y,
                "lambda_": p.lambda_,
                "epsilon": _EPSILON,
            },
            _of("D"),
            ("forward", "cost"),
            _BY_DIFFERENCES,
        ),
    ),
    "training-step": (
        _Task(
            "training_step",
            lambda p, v: {
                "thetas": _thetas(p),
                "X": p.X,
                "Y": p.Y,
                "lambda_": p.lambda_,
                "alpha": _ALPHA,
            },
            _of("D"),
            ("forward", "deltas", "accumulators", "gradient"),
        ),
    ),
}


def progress_of(path: Path, exercise: str, time_limit: float = 30.0, seed: int = 0) -> Progress:
    """Ask every function of a starter file for NumPy.

    Raises
    ------
    ParameterError
        For a file that is no Python.
    """
    source = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        code = (error.text or "").strip()
        raise ParameterError(f"{path}, line {error.lineno}: {error.msg}: {code}") from None
    blanks = _blanks(tree)
    parts: list[Part] = []
    for task in (task for part in STARTERS[exercise] for task in _TASKS[part]):
        waits = [p.function for p in parts if p.function in task.needs and p.verdict != "done"]
        if task.function in blanks or not waits:
            parts.append(_judged(path, task, blanks, time_limit, seed))
        else:
            parts.append(Part(task.function, "waits", ("waits", {"parts": waits})))
    return Progress(path, exercise, tuple(parts))


def _blanks(tree: ast.Module) -> dict[str, list[int]]:
    """The lines of the blanks in each function. Blanks of `sigmoid` count for `forward`."""
    found: dict[str, list[int]] = {}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            lines = [
                node.lineno
                for node in ast.walk(function)
                if isinstance(node, ast.Name) and node.id == MARK
            ]
            name = "forward" if function.name == "sigmoid" else function.name
            if lines:
                found.setdefault(name, []).extend(sorted(set(lines)))
    return found


def _judged(
    path: Path, task: _Task, blanks: Mapping[str, list[int]], time_limit: float, seed: int
) -> Part:
    name = task.function
    if name in blanks:
        return Part(name, "missing", ("missing", {"lines": blanks[name]}))
    probes = _probes(seed)
    try:
        with InFile(path, name).open(time_limit) as callee:
            answers = [
                callee.call(task.arguments(probe, solved(probe)), "numpy") for probe in probes
            ]
    except ParameterError:
        return Part(name, "missing", ("absent", {"function": name}))
    for answer in answers:
        if isinstance(answer, Raised):
            if answer.kind == "NotImplementedError":
                return Part(name, "missing", ("not-implemented", {"function": name}))
            return Part(name, "wrong", ("raised", {"error": answer}))
    return _compared(task, probes, [answer for answer in answers if isinstance(answer, Returned)])


def _probes(seed: int) -> list[Probe]:
    """Several samples with lambda, and without. Layers of different sizes hide no transpose."""
    return probes_for([Network((3, 5, 4, 2))], seed)[:2]


def _compared(task: _Task, probes: Sequence[Probe], answers: Sequence[Returned]) -> Part:
    name, found = task.function, []
    for probe, answer in zip(probes, answers, strict=True):
        if answer.value is None:
            return Part(name, "missing", ("returns-nothing", {"function": name}))
        arrays = _arrays(task, probe, answer.value)
        if isinstance(arrays, tuple):
            return Part(name, "wrong", arrays)
        found.append(arrays)
    rights = [solved(probe) for probe in probes]
    if name == "training_step":
        found = [_step_read_off(probe, arrays) for probe, arrays in zip(probes, found, strict=True)]
    stages = task.stages(probes[0].network)
    wrong = [
        stage
        for stage in sorted(stages, key=stages_of(probes[0].network).index)
        if not all(
            _close(arrays[stage], right[stage], task.tolerance)
            for arrays, right in zip(found, rights, strict=True)
        )
    ]
    if not wrong:
        return Part(name, "done", ("done", {}))
    cause = _cause(task, probes, found)
    if cause is not None:
        return Part(
            name, "wrong", ("wrong-cause", {"cause": cause.mutation, "id": cause.key[0]}), cause
        )
    return Part(name, "wrong", _traits(wrong, found, rights))


def _step_read_off(probe: Probe, arrays: Values) -> Values:
    """The gradient along which a step went: what it took from theta, over alpha."""
    blocks = equations.split(probe.network, probe.theta)
    return {stage: (blocks[stage.layer - 1] - new) / _ALPHA for stage, new in arrays.items()}


def _arrays(task: _Task, probe: Probe, value: Any) -> Values | tuple[str, dict[str, Any]]:
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
    return found


def _described(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array {value.shape}"
    if isinstance(value, list):
        return f"[{', '.join(_described(part) for part in value[:6])}]"
    return repr(value)[:40]


def _close(numbers: Array, right: Array, tolerance: float) -> bool:
    scale = np.abs(right).max() or 1.0
    return bool(np.abs(numbers - right).max() <= tolerance * scale)


def _cause(task: _Task, probes: Sequence[Probe], found: Sequence[Values]) -> Mutant | None:
    """The first mistake, made in these stages, that gives what was returned on every probe."""
    network = probes[0].network
    stages = sorted(task.stages(network), key=stages_of(network).index)
    kinds = {kind_of(stage, network) for stage in stages}
    likely = [m for m in mutants_of(CATALOGUE, network) if kinds & {*kinds_of(m)}]
    # Mistakes that are made in this function alone come first.
    for mutant in sorted(likely, key=lambda m: not kinds >= {*kinds_of(m)}):
        if not mutant.mutation.resizes and all(
            _gives(mutant, stages, probe, arrays, task.tolerance)
            for probe, arrays in zip(probes, found, strict=True)
        ):
            return mutant
    return None


def _gives(
    mutant: Mutant, stages: Sequence[Stage], probe: Probe, arrays: Values, tolerance: float
) -> bool:
    values, do = solved(probe), changed([mutant])
    for stage in stages:
        values[stage] = computed(stage, probe, values, do)
        if values[stage].shape != arrays[stage].shape:
            return False
        if not _close(arrays[stage], values[stage], tolerance):
            return False
    return True


def _traits(
    wrong: Sequence[Stage], found: Sequence[Values], rights: Sequence[Values]
) -> tuple[str, dict[str, Any]]:
    """What can be said of wrong numbers that no mistake gives: a factor, or the first place."""
    pairs = [
        (arrays[stage].ravel(), right[stage].ravel())
        for arrays, right in zip(found, rights, strict=True)
        for stage in arrays
    ]
    mine, truth = np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])
    factor = float(mine @ truth / (truth @ truth))
    if np.isfinite(factor) and abs(factor) > 1e-9 and _close(mine, factor * truth, 1e-4):
        if abs(factor + 1) < 1e-4:
            return "wrong-sign", {}
        return "wrong-factor", {"factor": f"{factor:.4g}"}
    return "wrong-place", {"names": wrong[0].symbol}
