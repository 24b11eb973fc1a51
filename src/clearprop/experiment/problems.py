"""The checks that several jobs share. A job collects all problems before it does any work."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

from clearprop.choices.commands import COMMANDS
from clearprop.errors import (
    ClearpropError,
    DataError,
    ParameterError,
    is_number,
    is_whole,
    library_problems,
    shown,
)
from clearprop.storage.atomic import check_destination
from clearprop.storage.run_folder import EVERY, RunFolder

__all__ = [
    "chosen_folder",
    "collected",
    "file_problems",
    "located",
    "same_file_problems",
    "seconds_problems",
    "size_problems",
]

NO_NAMES: Mapping[str, str] = {}

# The most units of one layer. Two such layers exceed any memory, and NumPy can still count them.
_MOST_UNITS = 1_000_000


@contextmanager
def collected(problems: list[str], names: Mapping[str, str] = NO_NAMES) -> Iterator[None]:
    """Catch the errors of the block and add their messages to `problems`.

    `names` maps names in those messages to the names of options.

    Examples
    --------
    >>> problems = []
    >>> with collected(problems):
    ...     raise ParameterError("epochs: expected at least 1; got 0")
    >>> problems
    ['epochs: expected at least 1; got 0']
    """
    try:
        yield
    except ParameterError as error:
        problems += error.renamed(names).problems
    except ClearpropError as error:
        problems.append(str(error))


@contextmanager
def located(source: str, *others: str) -> Iterator[None]:
    """Add the source to messages about its rows or labels that name neither it nor `others`.

    Examples
    --------
    >>> with located("a.csv"):
    ...     raise DataError("target 'age': expected a label in every row")
    Traceback (most recent call last):
    clearprop.errors.DataError: a.csv: target 'age': expected a label in every row
    """
    try:
        yield
    except DataError as error:
        named = any(name in str(error) for name in (source, *others))
        raise error if named else DataError(f"{source}: {error}") from None
    except ParameterError as error:
        raise error.renamed({"Y": f"{source}, target"}) from None


def size_problems(name: str, sizes: object, example: str) -> list[str]:
    """The problem of sizes of layers, if there is one. `example` shows how sizes are written.

    Examples
    --------
    >>> size_problems("hidden", (100, 50), "100,50, or none")
    []
    >>> size_problems("hidden", (10, "x"), "100,50, or none")
    ["hidden: expected whole numbers from 1 to 1,000,000, as in 100,50, or none; got '10,x'"]
    """
    got = sizes
    if isinstance(sizes, Sequence) and not isinstance(sizes, str):
        if all(is_whole(size) and 1 <= size <= _MOST_UNITS for size in sizes):
            return []
        got = ",".join(map(str, sizes))  # as the user types it
    expected = f"whole numbers from 1 to {_MOST_UNITS:,}, as in {example}"
    return [f"{name}: expected {expected}; got {got!r}"]


def seconds_problems(name: str, seconds: object) -> list[str]:
    """What is wrong with a limit of time, as a list of at most one sentence.

    Examples
    --------
    >>> seconds_problems("time", 20.0), seconds_problems("time", 0)
    ([], ['time: expected a number of seconds above 0; got 0'])
    """
    if is_number(seconds) and 0 < float(seconds) < math.inf:
        return []
    return [f"{name}: expected a number of seconds above 0; got {shown(seconds)}"]


def file_problems(command: str, values: Mapping[str, Any], reads: Iterable[Any]) -> list[str]:
    """Check the files that a command is going to write, before it does any work.

    A command must not overwrite the files that it `reads`. None among them is ignored.

    Examples
    --------
    >>> file_problems("train", {"plot": "curve.gif", "out": None}, reads=["digits"])
    ["plot: expected a name that ends in .png, .svg or .pdf; got 'curve.gif'"]
    """
    keep = [Path(path) for path in reads if path is not None]
    problems: list[str] = []
    for option in COMMANDS[command].all:
        if option.written and values.get(option.name) is not None:
            path = Path(values[option.name])
            problems += _destination_problems(option.name, path, option.endings, keep)
            if option.name == "plot":
                problems += library_problems("plot", "matplotlib", "figures")
    return problems


def chosen_folder(values: Mapping[str, Any], problems: list[str]) -> RunFolder | None:
    """The folder of the checkpoints, if one was chosen. What is wrong is added to `problems`.

    Examples
    --------
    >>> problems = []
    >>> chosen_folder({"checkpoint": None, "every": 5.0, "resume": False}, problems), problems
    (None, ['every: is how often checkpoints are written; name their folder with checkpoint'])
    """
    folder, every = values["checkpoint"], values["every"]
    if folder is None and every is not None:
        problems.append(
            "every: is how often checkpoints are written; name their folder with checkpoint"
        )
    with collected(problems):
        return RunFolder.of(folder, EVERY if every is None else every, bool(values["resume"]))
    return None


def same_file_problems(files: Mapping[str, Path]) -> list[str]:
    """What is wrong where two options would write one file.

    `files` has the file that each option writes, by the option's name.

    Examples
    --------
    >>> same_file_problems({"out": Path("m.png"), "plot": Path("m.png")})
    ["out: expected another file than that of plot; got 'm.png'"]
    """
    return [
        f"{name}: expected another file than that of {other}; got {str(files[name])!r}"
        for name, other in combinations(files, 2)
        if files[name].absolute() == files[other].absolute()
    ]


def _destination_problems(
    name: str, path: Path, endings: Sequence[str], keep: Sequence[Path]
) -> list[str]:
    if endings and path.suffix.lower() not in endings:
        listed = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        return [f"{name}: expected a name that ends in {listed}; got {str(path)!r}"]
    problems: list[str] = []
    with collected(problems):
        check_destination(path)
    if any(path.exists() and other.exists() and path.samefile(other) for other in keep):
        problems.append(f"{name}: {path} is read and would be overwritten; choose another name")
    return [p if p.startswith(f"{name}:") else f"{name}: {p}" for p in problems]
