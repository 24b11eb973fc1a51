"""The job `train`: its checked choices, and the results as JSON values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.data.files import is_stream
from clearprop.errors import one_of, raise_problems
from clearprop.experiment.chosen import chosen_experiment, chosen_recipe, warn_of_idle
from clearprop.experiment.larger import Tell
from clearprop.experiment.measurement import Measurement
from clearprop.experiment.prepared import PARTS
from clearprop.experiment.problems import chosen_folder, file_problems, same_file_problems
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.run import Experiment
from clearprop.experiment.start import start_of
from clearprop.language import LANGUAGES
from clearprop.model import Model
from clearprop.storage.run_folder import RunFolder
from clearprop.training.options import checkpoint_problems

__all__ = ["TrainJob", "summary"]

_FILES = ("out", "plot")


@dataclass(frozen=True)
class TrainJob:
    """The checked choices of `train`.

    Attributes
    ----------
    values
        The value of every option, by name.
    recipe
        The recipe with the other choices put in.
    out, plot
        The files to write: the model, and the learning curve or None.
    folder
        The folder of the checkpoints, if one was chosen.
    start
        The model to go on from, if one was chosen.
    """

    values: Mapping[str, Any]
    recipe: Recipe
    out: Path
    plot: Path | None
    folder: RunFolder | None
    start: Model | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> TrainJob:
        """Check the choices: by name, typed text or values.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.

        Examples
        --------
        >>> job = TrainJob.of({"source": "digits", "hidden": "25", "epochs": 3})
        >>> job.recipe.hidden, job.recipe.options.epochs, str(job.out)
        ((25,), 3, 'digits.safetensors')
        >>> TrainJob.of({"source": "digits", "recipe": "corse", "plot": "curve.gif"})
        Traceback (most recent call last):
        clearprop.errors.ParameterError: 2 problems: plot: expected a name that ends in .png, \
.svg or .pdf; got 'curve.gif'; recipe: expected one of modern, course, 3b1b; got 'corse' \
(did you mean "course"?)
        """
        problems: list[str] = []
        values = parsed("train", given, problems)
        values["out"] = values["out"] or f"{stem(values['source'] or '')}.safetensors"
        problems += file_problems("train", values, reads=[values["source"], values["test"]])
        files = {name: Path(values[name]) for name in _FILES if values[name] is not None}
        problems += one_of("lang", values["lang"], LANGUAGES)
        recipe = chosen_recipe(values, problems)
        folder = chosen_folder(values, problems)
        if folder is not None:
            files["checkpoint"] = folder.path
        problems += same_file_problems(files)
        if values["checkpoint"] is not None and values["time"] is not None:
            problems.append(
                f"checkpoint: time='{values['time']}' measures how many epochs fit, so a run would "
                "not go on to the same bits; choose one of the two"
            )
        solver = values["solver"] or RECIPES.get(values["recipe"], recipe).options.solver
        if values["checkpoint"] is not None:
            problems += checkpoint_problems(solver)
        start = start_of(values, problems)
        raise_problems(problems)
        warn_of_idle(values, recipe)
        return cls(values, recipe, files["out"], files.get("plot"), folder, start)

    def experiment(self, tell: Tell | None = None) -> Experiment:
        """Read the source and set up the run, without training it.

        `tell` is called with a message before rows are written beside a source that is larger than
        the memory.

        Raises
        ------
        DataError, ParameterError
            For rows that cannot be used, or choices that do not fit them.
        """
        return chosen_experiment(self.values, self.recipe, tell, self.start)


def summary(
    job: TrainJob,
    run: Experiment,
    measurements: Mapping[str, Measurement],
    ended: str,
    seconds: float,
    model: Path,
) -> dict[str, Any]:
    """The results of a run, as JSON values.

    Parameters
    ----------
    run
        The trained run.
    measurements
        The measurement of each part, by its name. Scores without a part's name, such as
        ``balanced_accuracy``, are those of the test rows.
    ended
        The reason in :class:`clearprop.training.Ended`.
    seconds
        The time of the whole job, including reading and writing.
    model
        Where the model is.
    """
    training, choice = run.training, run.choice
    report = run.gradient_report
    assert report is not None
    score = "r2" if run.targets.task == "regression" else "accuracy"
    return {
        "source": job.values["source"],  # as the user called it
        "recipe": run.recipe.name,
        "engine": training.engine.name,
        "task": run.targets.task,
        "layer_sizes": list(run.network.layer_sizes),
        "solver": run.recipe.options.solver,
        "seed": run.recipe.options.seed,
        "epochs": training.state.epoch,
        "regularization": choice.regularization,
        "best_epoch": choice.members[0].best_epoch,
        "bag": run.recipe.bag,
        "candidates": [candidate.to_dict() for candidate in run.candidates],
        "out_of_fold": _out_of_fold(run, measurements["validation"]),
        "all_rows": None if run.refit is None or not run.refit.thetas else run.refit.rows,
        "reading_seconds": run.prepared.reading_seconds,
        "seconds": round(seconds, 3),
        "cost": choice.members[0].cost,
        **{f"{part}_{score}": measurements[part].score for part in PARTS},
        **measurements["test"].scores.to_dict(),
        "gradient_check": {
            "verdict": report.verdict,
            "largest_relative_difference": report.largest_relative_difference,
        },
        "model": str(model),
        "ended": ended,
    }


def _out_of_fold(run: Experiment, found: Measurement) -> dict[str, Any] | None:
    """The scores of a bag on rows that its networks have not learned from; None for one network."""
    if run.recipe.bag == 1:
        return None
    return {"rows": found.rows, "score": found.score, "cost": found.cost, **found.scores.to_dict()}


def stem(source: str) -> str:
    """The source's name without its endings: ``"mnist"``, ``"letter-recognition"``.

    A pipe has none, so it is called ``stdin``. Of a pattern the plain part counts.

    Examples
    --------
    >>> stem("data/letters.csv.gz"), stem("-"), stem("data/sales-*.csv"), stem("data/*.csv")
    ('letters', 'stdin', 'sales', 'data')
    """
    path = Path(source)
    if source == "digits":
        return source
    if is_stream(source):
        return "stdin"
    if has_magic(source) and not path.exists():
        plain = re.split(r"[*?\[]", path.name)[0].strip("-_. ")
        return plain or path.parent.resolve().name.split(".")[0] or "data"
    return path.resolve().name.split(".")[0]
