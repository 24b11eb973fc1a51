"""The job `choose`: a search among architectures, and :func:`choose` for Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.data import read
from clearprop.data.class_weights import ClassWeight
from clearprop.data.table import Table
from clearprop.engines.protocol import Engine
from clearprop.errors import one_of, raise_problems
from clearprop.experiment.chosen import chosen_experiment, chosen_recipe, warn_of_idle
from clearprop.experiment.prepared import Prepared
from clearprop.experiment.problems import (
    chosen_folder,
    collected,
    file_problems,
    same_file_problems,
    seconds_problems,
)
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.run import Experiment
from clearprop.experiment.search import SECONDS, Search
from clearprop.experiment.search_events import SearchEvent
from clearprop.experiment.train import stem
from clearprop.language import LANGUAGES
from clearprop.names import EngineName, RecipeName
from clearprop.storage.run_folder import EVERY, RunFolder
from clearprop.training.interrupt import Interrupt

__all__ = ["ChooseJob", "choose"]

_FILES = ("out", "plot")


def choose(
    rows: Table | Prepared | str | Path,
    target: str | None = None,
    *,
    recipe: Recipe | RecipeName = "modern",
    lambdas: Sequence[float] | None = None,
    rates: Sequence[float] | None = None,
    dropouts: Sequence[float] | None = None,
    seconds: float = SECONDS,
    task: str = "auto",
    missing: str | None = None,
    validation_fraction: float | None = None,
    class_weight: ClassWeight = None,
    engine: EngineName | Engine = "auto",
    checkpoint: str | Path | None = None,
    every: float = EVERY,
    resume: bool = False,
    listen: Callable[[SearchEvent], object] | None = None,
) -> Search:
    """Choose a network for a table: hidden layers, units, lambda, the learning rate and dropout.

    Tried are, as in the course, one hidden layer with as many units as the inputs or a multiple of
    that, then two and three layers of equal width, the recipe's own layers, and lambdas, rates and
    dropouts for the best of them. All begin with few epochs, and the best third goes on with three
    times as many. As far as the time allows, the best one is then tried with lambdas and rates
    between these. Everything is chosen by the cost of the validation rows.

    Parameters
    ----------
    rows, target
        A table with labels, rows that are prepared, or a source for :func:`clearprop.read` and the
        column to learn.
    recipe
        All other choices.
    lambdas, rates, dropouts
        What to try; None: lambdas 0.3, 3 and 30 or those of the recipe; a third of the recipe's
        learning rate, itself and three times of it; the recipe's dropout, 0, 0.1 and 0.2, and none
        for lbfgs and cg. The first dropout is taken until the others are tried.
    seconds
        How long the search may take.
    task, missing, validation_fraction, class_weight, engine
        As in :class:`clearprop.Experiment`.
    checkpoint
        A folder in which the finished trials are kept.
    every, resume
        The seconds between two checkpoints, and whether the search goes on from what is in the
        folder, to the same bits as far as both have the time. Without `resume` a folder that holds
        a run is refused.
    listen
        Called with every event of :meth:`clearprop.experiment.search.Search.search`.

    Returns
    -------
    The search: its `trials`, the `best` of them, ``model()``, ``measure("test")``, ``to_dict()``;
    ``print(search)`` shows the table and why this network was chosen.
    :func:`clearprop.figures.draw_architectures` draws it.

    Raises
    ------
    DataError, ParameterError
        For rows or choices that do not fit.
    DivergenceError
        If all networks diverge.
    KeyboardInterrupt
        At Ctrl-C before the first epoch. Later the first Ctrl-C ends the search, and what is known
        by then is returned.

    Equation
    --------
    ``argmin J_cv(theta)``, J_cv without lambda (course, week 6, "Model selection").

    Examples
    --------
    >>> import clearprop
    >>> recipe = clearprop.RECIPES["modern"].with_(epochs=3)
    >>> search = clearprop.choose("digits", recipe=recipe, lambdas=[1.0], rates=[0.003])
    >>> search.best.validation_cost == min(trial.validation_cost for trial in search.trials)
    True
    >>> search.model().network.layer_sizes[0], search.measure("test").rows
    (64, 359)
    """
    problems = seconds_problems("seconds", seconds)
    if isinstance(recipe, str):
        problems += one_of("recipe", recipe, list(RECIPES))
        recipe = RECIPES.get(recipe, RECIPES["modern"])
    for name, own, values in (
        ("lambdas", "regularization", lambdas),
        ("rates", "learning_rate", rates),
        ("dropouts", "dropout", dropouts),
    ):
        if values is not None:
            if len(values) == 0:
                problems.append(f"{name}: expected at least one number; got none")
            for value in values:
                with collected(problems, {own: name}):
                    recipe.with_(**{own: value})
    raise_problems(problems)
    if isinstance(rows, str | Path):
        rows = read(rows, target)
    run = Experiment(
        rows,
        recipe.with_(bag=1),
        task=task,
        missing=missing,
        validation_fraction=validation_fraction,
        class_weight=class_weight,
        engine=engine,
    )
    search = Search(
        run,
        class_weight=class_weight,
        lambdas=lambdas,
        rates=rates,
        dropouts=dropouts,
        seconds=seconds,
    )
    with Interrupt():
        for event in search.search(checkpoint, every=every, resume=resume):
            if listen is not None:
                listen(event)
    return search


@dataclass(frozen=True)
class ChooseJob:
    """The checked choices of `choose`.

    Attributes
    ----------
    values
        The value of every option, by name.
    recipe
        The recipe with the other choices put in.
    out, plot
        The files to write: the model, and the picture or None.
    folder
        The folder of the checkpoints, if one was chosen.
    """

    values: Mapping[str, Any]
    recipe: Recipe
    out: Path
    plot: Path | None
    folder: RunFolder | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> ChooseJob:
        """Check the choices: by name, typed text or values.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.

        Examples
        --------
        >>> job = ChooseJob.of({"source": "digits", "time": "60"})
        >>> job.recipe.name, job.values["time"], str(job.out)
        ('modern', 60.0, 'digits.safetensors')
        >>> ChooseJob.of({"source": "digits", "time": "-1", "plot": "curve.gif"})
        Traceback (most recent call last):
        clearprop.errors.ParameterError: 2 problems: plot: expected a name that ends in .png, \
.svg or .pdf; got 'curve.gif'; time: expected a number of seconds above 0; got -1.0
        """
        problems: list[str] = []
        values = parsed("choose", given, problems)
        values["out"] = values["out"] or f"{stem(values['source'] or '')}.safetensors"
        problems += file_problems("choose", values, reads=[values["source"], values["test"]])
        files = {name: Path(values[name]) for name in _FILES if values[name] is not None}
        folder = chosen_folder(values, problems)
        if folder is not None:
            files["checkpoint"] = folder.path
        problems += same_file_problems(files)
        problems += one_of("lang", values["lang"], LANGUAGES)
        recipe = chosen_recipe(values, problems)
        raise_problems(problems)
        warn_of_idle(values, recipe)
        return cls(values, recipe, files["out"], files.get("plot"), folder)

    def search(self) -> Search:
        """Read the source and set up the search, without training.

        A lambda, a learning rate or a dropout that was chosen is kept.

        Raises
        ------
        DataError, ParameterError
            For rows that cannot be used, or choices that do not fit them.
        """
        values = self.values
        # The time is the search's, and not that of the run that it begins from.
        run = chosen_experiment({**values, "time": None}, self.recipe)
        lam, rate, dropout = (
            values[name] for name in ("regularization", "learning_rate", "dropout")
        )
        return Search(
            run,
            class_weight=values["class_weight"],
            lambdas=None if lam is None else (lam,),
            rates=None if rate is None else (rate,),
            dropouts=None if dropout is None else (dropout,),
            seconds=values["time"],
        )
