"""What was typed, as values; and all that is wrong with it, said at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from clearprop.errors import (
    DataError,
    EngineError,
    ModelFileError,
    ParameterError,
    one_of,
    raise_problems,
)

if TYPE_CHECKING:
    from clearprop.experiment import Experiment, Recipe
    from clearprop.names import EngineName

# Of one hidden layer. Two such layers are past any memory, and still a number that NumPy takes.
_MOST_UNITS = 1_000_000


def whole(text: str) -> int | str:
    """The whole number that was typed; what is none stays text, and the options refuse it.

    So that one line can name every option that is wrong, and not the first.

    Examples
    --------
    >>> whole("12"), whole("many")
    (12, 'many')
    """
    try:
        return int(text)
    except ValueError:
        return text


def number(text: str) -> float | str:
    """The number that was typed; what is none stays text, as in :func:`whole`.

    Examples
    --------
    >>> number("1e-3"), number("zeros")
    (0.001, 'zeros')
    """
    try:
        return float(text)
    except ValueError:
        return text


def units(text: str) -> tuple[int | str, ...]:
    """Units of the hidden layers: ``"100,50"``, or ``"none"``.

    Examples
    --------
    >>> units("100,50"), units("none"), units("10,x")
    ((100, 50), (), (10, 'x'))
    """
    if text.strip().lower() == "none":
        return ()
    return tuple(whole(part.strip()) for part in text.split(","))


@dataclass
class Choices:
    """What was said on the command line; what is None stays the recipe's.

    `recipe` is the name of the recipe; `network` holds what replaces parts of it; `without` names
    columns, with commas between them.
    """

    recipe: str
    target: str | None
    without: str | None
    task: str
    missing: str | None
    engine: str
    network: dict[str, Any]

    def checked(self, problems: list[str]) -> Recipe:
        """The recipe with the choices put in.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, after the `problems` that were known before.
        """
        from clearprop.data.targets import TASKS
        from clearprop.engines.choice import choose_engine
        from clearprop.experiment import RECIPES

        problems += one_of("recipe", self.recipe, list(RECIPES))
        problems += one_of("task", self.task, ["auto", *TASKS])
        if self.missing is not None:
            problems += one_of("missing", self.missing, ["mean", "drop"])
        with collected(problems):
            choose_engine(cast("EngineName", self.engine))
        given = {name: value for name, value in self.network.items() if value is not None}
        if hidden_problems := _hidden_problems(given.get("hidden", ())):
            problems += hidden_problems
            del given["hidden"]
        recipe = RECIPES.get(self.recipe, RECIPES["modern"])
        with collected(problems):
            recipe = recipe.with_(**given)
        raise_problems(problems)
        self._warn_of_idle_ones(recipe, given)
        return recipe

    def experiment(self, source: str, recipe: Recipe) -> Experiment:
        """The run of the recipe on the rows of the source."""
        from clearprop.data import read
        from clearprop.experiment import Experiment

        table = read(source, self.target)
        if self.without is not None:
            table = table.without(name.strip() for name in self.without.split(","))
        with located(source):
            return Experiment(
                table,
                recipe,
                task=self.task,
                missing=self.missing,
                engine=cast("EngineName", self.engine),
            )

    def _warn_of_idle_ones(self, recipe: Recipe, given: dict[str, Any]) -> None:
        solver = recipe.options.solver
        idle = {
            "lbfgs": ("learning_rate", "batch_size"),
            "cg": ("learning_rate", "batch_size"),
            "gd": ("batch_size",),
        }
        for name in idle.get(solver, ()):
            if name in given:
                flag = "--" + name.replace("_", "-")
                warnings.warn(f"{flag}: solver {solver} has none; ignored", stacklevel=2)


def _hidden_problems(hidden: Sequence[object]) -> list[str]:
    if all(isinstance(size, int) and 1 <= size <= _MOST_UNITS for size in hidden):
        return []
    expected = f"whole numbers from 1 to {_MOST_UNITS:,}, as in 100,50, or none"
    return [f"hidden: expected {expected}; got {','.join(map(str, hidden))!r}"]


@contextmanager
def collected(problems: list[str]) -> Iterator[None]:
    """Add what goes wrong inside to `problems` instead of raising it.

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
        problems += error.problems
    except (EngineError, ModelFileError) as error:
        problems.append(str(error))


@contextmanager
def located(source: str) -> Iterator[None]:
    """Say which source it was where a message about its rows or labels does not.

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
        raise error if source in str(error) else DataError(f"{source}: {error}") from None
    except ParameterError as error:
        raise error.renamed({"Y": f"{source}, target"}) from None


def destination_problems(
    name: str, path: Path | None, endings: Sequence[str] = (), keep: Sequence[Path] = ()
) -> list[str]:
    """Why a file that a command is about to write cannot or must not be written there.

    Known before the work, not after it. Files to `keep` are those that the command reads.

    Examples
    --------
    >>> destination_problems("plot", Path("curve.gif"), (".png", ".svg"))
    ["plot: expected a name that ends in .png or .svg; got 'curve.gif'"]
    """
    from clearprop.storage.atomic import check_destination

    if path is None:
        return []
    if endings and path.suffix.lower() not in endings:
        listed = ", ".join(endings[:-1]) + f" or {endings[-1]}"
        return [f"{name}: expected a name that ends in {listed}; got {str(path)!r}"]
    problems: list[str] = []
    with collected(problems):
        check_destination(path)
    if any(path.exists() and other.exists() and path.samefile(other) for other in keep):
        problems.append(f"{name}: {path} is read and would be overwritten; choose another name")
    return [p if p.startswith(f"{name}:") else f"{name}: {p}" for p in problems]
