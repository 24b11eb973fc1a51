"""`clearprop train` and `clearprop check`: the run, told as the course's six steps."""

from __future__ import annotations

import textwrap
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.cli.output import print_json
from clearprop.cli.values import Choices, destination_problems
from clearprop.errors import DivergenceError, ParameterError, one_of
from clearprop.experiment import Experiment, Measurement
from clearprop.language import printable, shorten
from clearprop.training.options import FULL_BATCH

if TYPE_CHECKING:
    from clearprop.gradients.check import GradientReport

PARTS = ("train", "validation", "test")


def train(
    source: str,
    choices: Choices,
    out: Path | None,
    plot: Path | None,
    checkpoint: Path | None,
    as_json: bool,
) -> bool:
    """Read, train, measure, save, show; False where Ctrl-C ended the training."""
    from clearprop.cli.show import Story
    from clearprop.storage.model_file import save

    out = out or Path(f"{_stem(source)}.safetensors")
    problems = destination_problems("out", out, keep=[Path(source)])
    if plot is not None:
        from clearprop.figures.drawing import ENDINGS

        problems += destination_problems("plot", plot, ENDINGS, keep=[Path(source)])
    problems += destination_problems("checkpoint", checkpoint, keep=[Path(source)])
    written = [path.absolute() for path in (out, plot, checkpoint) if path is not None]
    if len(set(written)) < len(written):
        problems.append("out: the model, --plot and --checkpoint must be different files")
    recipe = choices.checked(problems)
    if checkpoint is not None and recipe.options.solver in FULL_BATCH:
        raise ParameterError(
            f"checkpoint: solver {recipe.options.solver} cannot go on from one; use adam, sgd or gd"
        )
    started = time.perf_counter()
    run = choices.experiment(source, recipe)
    try:
        with Story(run, quiet=as_json) as story:
            for event in run.train(checkpoint):
                story.hear(event)
    except DivergenceError as error:
        # The parameters before are finite and far from good: an older model is worth more.
        what = str(error).partition(". The parameters")[0]
        raise DivergenceError(f"{what}; no model was written", error.epoch) from None
    assert story.ended is not None
    figures = {part: run.measure(part) for part in PARTS}
    save(run.model(), out)
    seconds = time.perf_counter() - started
    if plot is not None:
        from clearprop.figures.learning_curve import draw_learning_curve, recorded

        name = shorten(printable(Path(run.source).name), 60)
        draw_learning_curve(recorded(run), source=name).save(plot)
    interrupted = story.ended.reason == "interrupted"
    if as_json:
        if interrupted:
            warnings.warn(f"interrupted: the model so far is in {out}", stacklevel=2)
        print_json(_summary(source, run, figures, seconds, out) | {"ended": story.ended.reason})
    else:
        story.results(figures, seconds, out, plot)
    return not interrupted


def check(source: str, choices: Choices, sample: Any, method: str, as_json: bool) -> bool:
    """Check the gradient at the initial values, on some rows of the source; print the report."""
    from clearprop.gradients.check import check_gradient
    from clearprop.gradients.compare import METHODS

    problems = one_of("method", method, METHODS)
    if not isinstance(sample, int) or sample < 0:
        problems.append(f"sample: expected a whole number of at least 0; got {sample!r}")
    recipe = choices.checked(problems)
    run = choices.experiment(source, recipe)
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
        for line in str(report).splitlines():
            print(textwrap.fill(line, 80, subsequent_indent="  ", break_long_words=False))
    return report.right


def _stem(source: str) -> str:
    """The source's name without its endings: ``"mnist"``, ``"letter-recognition"``."""
    return Path(source).resolve().name.split(".")[0] if source != "digits" else source


def _summary(
    source: str, run: Experiment, figures: dict[str, Measurement], seconds: float, out: Path
) -> dict[str, Any]:
    """What `train --json` prints."""
    training = run.training
    report = training.gradient_report
    assert report is not None
    costs = training.history.costs
    score = "r2" if run.targets.task == "regression" else "accuracy"
    return {
        "source": source,  # as the user called it
        "recipe": run.recipe.name,
        "engine": training.engine.name,
        "task": run.targets.task,
        "layer_sizes": list(run.network.layer_sizes),
        "solver": run.recipe.options.solver,
        "seed": run.recipe.options.seed,
        "epochs": training.state.epoch,
        "seconds": round(seconds, 3),
        "cost": costs[-1] if costs else None,
        **{f"{part}_{score}": figures[part].score for part in PARTS},
        "gradient_check": {
            "verdict": report.verdict,
            "largest_relative_difference": report.largest_relative_difference,
        },
        "model": str(out),
    }
