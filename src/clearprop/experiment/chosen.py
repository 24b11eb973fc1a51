"""From choices to a recipe, and from a recipe and a source to an experiment."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from typing import Any

from clearprop.data import read
from clearprop.data.aside import set_aside, with_test
from clearprop.data.class_weights import choice_problems
from clearprop.data.reading import Reading
from clearprop.data.table import Table, count
from clearprop.data.targets import TASKS
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine
from clearprop.engines.threads import usable_processors
from clearprop.errors import one_of, whole_problems
from clearprop.experiment.larger import Tell, larger_rows, memory_problems
from clearprop.experiment.prepared import validation_problems
from clearprop.experiment.problems import collected, located, seconds_problems, size_problems
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.run import Experiment
from clearprop.experiment.streamed import StreamedRows
from clearprop.model import Model
from clearprop.names import EngineName
from clearprop.training import Options

__all__ = ["chosen_experiment", "chosen_recipe", "experiment_on", "warn_of_idle"]

# The choices that replace parts of a recipe.
_PARTS = (
    "hidden",
    "activation",
    "cost",
    "regularization",
    "init",
    "interval",
    "bins",
    "shift",
    "solver",
    "learning_rate",
    "schedule",
    "batch_size",
    "epochs",
    "bag",
    "seed",
    "warmup",
    "weight_decay",
    "dropout",
    "label_smoothing",
    "clip_norm",
)

# The choices that rows which are prepared have followed already.
_OWN = ("task", "missing", "validation_fraction")

# The choices that a solver does not use.
_IDLE = {
    "lbfgs": ("learning_rate", "schedule", "batch_size", "weight_decay"),
    "cg": ("learning_rate", "schedule", "batch_size", "weight_decay"),
    "gd": ("batch_size", "weight_decay"),
    "sgd": ("weight_decay",),
    "adam": ("weight_decay",),
}


def chosen_recipe(values: Mapping[str, Any], problems: list[str]) -> Recipe:
    """The chosen recipe, with the other choices put in. Wrong choices are added to `problems`.

    Parameters
    ----------
    values
        As :func:`clearprop.choices.commands.parsed` returns them. None keeps the recipe's value.

    Examples
    --------
    >>> values = {"recipe": "course", "task": "auto", "missing": "mean", "engine": "auto"}
    >>> chosen_recipe(values | {"hidden": (50,)}, []).hidden
    (50,)
    >>> problems = []
    >>> recipe = chosen_recipe(values | {"hidden": (0,), "epochs": "few"}, problems)
    >>> [problem.partition(":")[0] for problem in problems]
    ['hidden', 'epochs']
    """
    problems += one_of("recipe", values["recipe"], list(RECIPES))
    problems += one_of("task", values["task"], ["auto", *TASKS])
    problems += one_of("missing", values["missing"], ["mean", "drop"])
    with collected(problems):
        choose_engine(values["engine"])
    parts = {name: values[name] for name in _PARTS if values.get(name) is not None}
    if wrong := size_problems("hidden", parts.get("hidden", ()), "100,50, or none"):
        problems += wrong
        del parts["hidden"]
    recipe = RECIPES.get(values["recipe"], RECIPES["modern"])
    if parts.get("schedule") == "adaptive":
        solver = parts.get("solver", recipe.options.solver)
        if solver in ("adam", "adamw"):
            problems.append(
                f"schedule: adaptive is for solvers sgd and gd; {solver} has the others"
            )
        # The rate is lowered when training stalls. The recipes wait for that without end.
        parts["patience"] = Options().patience
    problems += choice_problems(values.get("class_weight"))
    if values.get("validation_fraction") is not None:
        problems += validation_problems(values["validation_fraction"])
    if values.get("time") is not None:
        problems += seconds_problems("time", values["time"])
    if values.get("memory") is not None:
        problems += memory_problems(values["memory"])
    if values.get("threads") is not None:
        problems += whole_problems("threads", values["threads"], least=1)
    with collected(problems):
        Reading.of(values)
    with collected(problems):
        return recipe.with_(**parts)
    return recipe


def warn_of_idle(values: Mapping[str, Any], recipe: Recipe) -> None:
    """Warn of choices that the recipe's solver, its layers or its bag do not use."""
    solver = recipe.options.solver
    for name in _IDLE.get(solver, ()):
        if values.get(name) is not None:
            warnings.warn(f"{name}: solver {solver} has none; ignored", stacklevel=2)
    if values.get("dropout") and not recipe.hidden:
        warnings.warn("dropout: there is no hidden unit to leave out; ignored", stacklevel=2)
    if recipe.bag > 1 and values.get("validation_fraction") is not None:
        warnings.warn(
            f"validation_fraction: with bag='{recipe.bag}' each network is validated on one of "
            f"{recipe.bag} equal shares; ignored",
            stacklevel=2,
        )


def chosen_experiment(
    values: Mapping[str, Any],
    recipe: Recipe,
    tell: Tell | None = None,
    start: Model | None = None,
) -> Experiment:
    """Read the source and set up the recipe's run on its rows. A limit of time begins here.

    A source that does not fit into memory is read in blocks; `tell` is called before anything is
    written for that.

    Raises
    ------
    DataError, ParameterError
        For rows or choices that do not fit.
    """
    started = time.perf_counter()
    larger = larger_rows(values, recipe, tell, start)
    if larger is not None:
        return experiment_on(larger, values, recipe, _left(values, started), start)
    table = chosen_table(values)
    run = experiment_on(table, values, recipe, _left(values, started), start)
    if values["test"] is not None:
        # Rows that do not fit are found before the training and not after it.
        with located(values["test"]):
            run.prepared.inputs("test", run.dtype)
            run.prepared.encoded_labels("test", run.network.cost, run.recipe.interval)
    return run


def chosen_table(values: Mapping[str, Any]) -> Table:
    """The source as a table, with its test rows, without the columns that are set aside.

    Raises
    ------
    DataError, ParameterError
        For rows or choices that do not fit.
    """
    source, reading = values["source"], Reading.of(values)
    table = read(source, values["target"], reading=reading)
    table = set_aside(table, values["weights"], values["split_by"])
    if values["without"] is not None:
        aside = (values["weights"], values["split_by"])
        table = table.without([name for name in values["without"] if name not in aside])
    if values["test"] is None:
        return table
    known = None if table.is_matrix else table.target_names or table.target_name
    return with_test(table, read(values["test"], values["target"] or known, reading=reading))


def _left(values: Mapping[str, Any], started: float) -> float | None:
    """The seconds that are left of a limit of time; None without one."""
    limit = values.get("time")
    return None if limit is None else max(limit - (time.perf_counter() - started), 1e-3)


def experiment_on(
    table: Table | StreamedRows,
    values: Mapping[str, Any],
    recipe: Recipe,
    seconds: float | None = None,
    start: Model | None = None,
) -> Experiment:
    """Set up the recipe's run on a table that is read already, or on rows in blocks.

    Raises
    ------
    DataError, ParameterError
        For rows or choices that do not fit.
    """
    with located(values["source"], *([] if values["test"] is None else [values["test"]])):
        own = {} if isinstance(table, StreamedRows) else {name: values[name] for name in _OWN}
        run = Experiment(
            table,
            recipe,
            **own,
            class_weight=values["class_weight"],
            engine=_engine(values),
            seconds=seconds,
            all_rows=values.get("all_rows", False),
            start=start,
        )
    if values["bins"] and run.parts["train"].image_shape is not None:
        warnings.warn("bins: images have none; ignored", stacklevel=2)
    if values.get("shift") and not run.recipe.shift:
        warnings.warn("shift: the rows are no images, or have empty cells; ignored", stacklevel=2)
    return run


def _engine(values: Mapping[str, Any]) -> EngineName | Engine:
    """The chosen engine, with the chosen number of threads."""
    name: EngineName = values["engine"]
    threads = values["threads"]
    if threads is None:
        return name
    chosen = choose_engine(name).name
    if chosen != "native":
        warnings.warn(f"threads: the engine {chosen} has no such choice; ignored", stacklevel=2)
        return name
    if threads > (most := usable_processors()):
        warnings.warn(
            f"threads: this process may use {count(most, 'processor')}; {most} of {threads} "
            "threads are used",
            stacklevel=2,
        )
    # Inside the function, since the core is optional: an install without a compiler has none.
    from clearprop.engines.native import NativeEngine

    return NativeEngine(min(threads, most))
