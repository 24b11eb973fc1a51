"""`clearprop train` and `clearprop check`: the run, told as the course's six steps."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.cli.app import print_json
from clearprop.cli.output import check_writable
from clearprop.data import read
from clearprop.errors import DivergenceError, one_of, raise_problems
from clearprop.experiment import RECIPES, Experiment, Figures, Recipe

if TYPE_CHECKING:
    from clearprop.gradients.check import GradientReport

PARTS = ("train", "validation", "test")
PICTURES = (".png", ".svg", ".pdf")


def chosen_recipe(name: str, choices: dict[str, Any]) -> Recipe:
    """The recipe of that name with the choices of the command line."""
    raise_problems(one_of("recipe", name, list(RECIPES)))
    return RECIPES[name].with_(**choices)


def train(
    source: str,
    recipe: Recipe,
    *,
    target: str | None,
    task: str,
    missing: str | None,
    engine: str,
    out: Path | None,
    plot: Path | None,
    checkpoint: Path | None,
    as_json: bool,
) -> None:
    """Read, train, measure, save, show."""
    from clearprop.cli.show import Story
    from clearprop.storage.model_file import save

    # What cannot be written must be known before the training, not after it.
    out = out or Path(f"{_stem(source)}.safetensors")
    check_writable(out)
    if plot is not None:
        check_writable(plot, PICTURES)
    if checkpoint is not None:
        check_writable(checkpoint)
    started = time.perf_counter()
    table = read(source, target)
    run = Experiment(table, recipe, task=task, missing=missing, engine=engine)
    story = Story(run, quiet=as_json)
    story.before()
    try:
        with story:
            for event in run.train(checkpoint):
                story.hear(event)
    except DivergenceError as error:
        if error.epoch > 1:
            save(run.model(), out)
            error.args = (f"{error}; the model after epoch {error.epoch - 1} is in {out}",)
        raise
    seconds = time.perf_counter() - started
    figures = {part: run.measure(part) for part in PARTS}
    save(run.model(), out)
    if plot is not None:
        from clearprop.cli.plot import learning_curve

        learning_curve(run.training.history, story.score_name, run.source, plot)
    if as_json:
        print_json(_summary(run, figures, seconds, out))
    else:
        story.after(figures, seconds, out, plot)


def check(
    source: str,
    recipe: Recipe,
    *,
    target: str | None,
    task: str,
    missing: str | None,
    engine: str,
    sample: int,
    method: str,
    as_json: bool,
) -> bool:
    """Check the gradient at the initial values, on some rows of the source; print the report."""
    from clearprop.gradients.check import check_gradient

    run = Experiment(read(source, target), recipe, task=task, missing=missing, engine=engine)
    training = run.training
    # Differences cost two forward passes a parameter; a few rows hold every equation already.
    rows = slice(0, 20)
    report: GradientReport = check_gradient(
        run.network,
        training.theta,
        training.X[rows],
        training.Y[rows],
        sample=sample or None,
        method=method,
        seed=recipe.options.seed,
        engine=training.engine,
    )
    if as_json:
        print_json(report.to_dict())
    else:
        print(report)
    return report.right


def _stem(source: str) -> str:
    """The source's name without its endings: ``"mnist"``, ``"letter-recognition"``."""
    return Path(source).resolve().name.split(".")[0] if source != "digits" else source


def _summary(
    run: Experiment, figures: dict[str, Figures], seconds: float, out: Path
) -> dict[str, Any]:
    """What `train --json` prints."""
    training = run.training
    report = training.gradient_report
    costs = training.history.costs
    score = "r2" if run.targets.task == "regression" else "accuracy"
    return {
        "source": run.source,
        "recipe": run.recipe.name,
        "engine": training.engine.name,
        "task": run.targets.task,
        "layer_sizes": list(run.network.layer_sizes),
        "solver": run.recipe.options.solver,
        "seed": run.recipe.options.seed,
        "epochs": training.state.epoch,
        "seconds": round(seconds, 3),
        "cost": costs[-1] if costs else None,
        **{f"{part}_{score}": _finite(figures[part].score) for part in PARTS},
        "gradient_check": None
        if report is None
        else {
            "verdict": report.verdict,
            "largest_relative_difference": report.largest_relative_difference,
        },
        "model": str(out),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
