"""What is done, missing and wrong in a starter file.

Every function of the file is asked by itself, in the doctor's child process, with the numbers that
the right functions before it give. So each part is judged although others are missing. The mistake
is one of the doctor's, made in the stages that the function computes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from typing import Any

from clearprop.data.delimited.decoding import decoded
from clearprop.doctor.learner.calling import Returned
from clearprop.doctor.learner.files import InFile
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.probe import Probe, probes_for
from clearprop.errors import DataError
from clearprop.exercise.comparison import Part, compared
from clearprop.exercise.octave import OCTAVE_STAGES, octave_arguments, octave_numbers
from clearprop.exercise.stages import Values, solved
from clearprop.exercise.starters import MARK, STARTERS, starter_name
from clearprop.exercise.tasks import TASKS, Task, numbers_of
from clearprop.network.architecture import Network

__all__ = ["Progress", "progress_of"]

# Layers of different sizes hide no transpose.
_NETWORK, _OCTAVE_NETWORK = Network((3, 5, 4, 2)), Network((3, 5, 2))


@dataclass(frozen=True)
class Progress:
    """What is done in a starter file.

    Attributes
    ----------
    path, exercise
        The file, and the exercise that it says it is.
    parts
        The functions to write, in the order of the calculation.
    """

    path: Path
    exercise: str
    parts: tuple[Part, ...]

    @property
    def done(self) -> bool:
        """Whether all is done and right."""
        return all(part.verdict == "done" for part in self.parts)


def progress_of(path: Path, time_limit: float = 30.0, seed: int = 0) -> Progress | None:
    """Ask every function of a starter file.

    None: it is no starter file, or a whole function of the course that has no blank left. That is
    for the doctor to examine.

    Raises
    ------
    DataError
        For a file that is no Python.
    ParameterError
        For an Octave file where there is no Octave.
    """
    if path.suffix not in (".py", ".m") or not path.is_file():
        return None
    source = decoded(str(path), path.read_bytes(), None)[0].decode()
    exercise = starter_name(source)
    if exercise is None:
        return None
    if path.suffix == ".m":
        part = _octave_part(path, exercise, source, time_limit, seed)
        return None if part is None else Progress(path, exercise, (part,))
    blanks = _blanks(path, source)
    parts: list[Part] = []
    for task in (task for part in STARTERS[exercise] for task in TASKS[part]):
        waits = [p.function for p in parts if p.function in task.needs and p.verdict != "done"]
        if task.function in blanks:
            sentence = ("missing", {"lines": blanks[task.function]})
            parts.append(Part(task.function, "missing", sentence))
        elif waits:
            parts.append(Part(task.function, "waits", ("waits", {"parts": waits})))
        else:
            parts.append(_part(path, task, source, time_limit, seed))
    return Progress(path, exercise, tuple(parts))


def _blanks(path: Path, source: str) -> dict[str, list[int]]:
    """The lines of the blanks in each function. Those of `sigmoid` count for `forward`."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        code = (error.text or "").strip()
        raise DataError(f"{path}, line {error.lineno}: {error.msg}: {code}") from None
    found: dict[str, list[int]] = {}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
            lines = sorted({node.lineno for node in names if node.id == MARK})
            if lines:
                name = "forward" if function.name == "sigmoid" else function.name
                found.setdefault(name, []).extend(lines)
    return found


def _part(path: Path, task: Task, source: str, time_limit: float, seed: int) -> Part:
    name = task.function
    if not re.search(rf"^(async\s+)?def\s+{name}\b|^{name}\s*=", source, re.MULTILINE):
        return Part(name, "missing", ("absent", {"function": name}))
    probes = probes_for([_NETWORK], seed)[:2]
    answers = _asked(path, name, [task.arguments(p, solved(p)) for p in probes], time_limit)
    if isinstance(answers, Raised):
        return _raised(name, answers)
    found: list[Values] = []
    for probe, answer in zip(probes, answers, strict=True):
        if answer.value is None:
            return Part(name, "missing", ("returns-nothing", {"function": name}))
        numbers = numbers_of(task, probe, answer.value)
        if isinstance(numbers, tuple):
            return Part(name, "wrong", numbers)
        found.append(numbers)
    return compared(name, task.stages(_NETWORK), probes, found, task)


def _asked(
    path: Path, name: str, asked: Sequence[Mapping[str, Any]], time_limit: float
) -> list[Returned] | Raised:
    """What the function returns for each set of arguments, or its first exception."""
    # Octave's lambda is a keyword of Python, in which adapters are written.
    ours = {argument: f"{argument}_" if iskeyword(argument) else argument for argument in asked[0]}
    answers = []
    with InFile(path, name).open(time_limit) as callee:
        given = [f"{argument}={value}" for argument, value in ours.items()]
        function = callee.survey.function(name)
        if callee.octave and function is not None:  # which is handed every value by its place
            given = [ours.get(p.name, p.name) for p in function.parameters]
        adapter = (
            f"def adapter({', '.join(ours.values())}):\n    return {name}({', '.join(given)})\n"
        )
        for arguments in asked:
            handed = {ours[argument]: value for argument, value in arguments.items()}
            answer = callee.call(handed, callee.survey.values, adapter)
            if isinstance(answer, Raised):
                return answer
            answers.append(answer)
    return answers


def _raised(name: str, error: Raised) -> Part:
    if error.kind == "NotImplementedError":  # a starter's function that is not written yet
        return Part(name, "missing", ("not-implemented", {"function": name}))
    return Part(name, "wrong", ("raised", {"error": error}))


def _octave_part(
    path: Path, exercise: str, source: str, time_limit: float, seed: int
) -> Part | None:
    name = path.stem
    lines = [
        number
        for number, line in enumerate(source.splitlines(), start=1)
        if re.search(rf"\b{MARK}\b", re.split("[%#]", line)[0])
    ]
    if lines:
        return Part(name, "missing", ("missing", {"lines": lines}))
    if exercise == "whole":
        return None
    probes: list[Probe] = probes_for([_OCTAVE_NETWORK], seed)[:2]
    answers = _asked(path, name, [octave_arguments(p, solved(p)) for p in probes], time_limit)
    if isinstance(answers, Raised):
        return _raised(name, answers)
    found: list[Values] = []
    for probe, answer in zip(probes, answers, strict=True):
        numbers = octave_numbers(exercise, probe, answer.value)
        if isinstance(numbers, tuple):
            return Part(name, "wrong", numbers)
        found.append(numbers)
    return compared(name, OCTAVE_STAGES[exercise], probes, found, TASKS[exercise][-1])
