"""The commands: what each one takes, and the calls it makes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from clearprop.errors import ClearpropError, GradientError, ParameterError

app = typer.Typer(
    help="Train feed-forward networks whose gradients are proven; see every number.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# The names of parameters that the command line calls otherwise.
_FLAGS = {
    "activation": "--activation",
    "batch_size": "--batch-size",
    "checkpoint": "--checkpoint",
    "cost": "--cost",
    "engine": "--engine",
    "epochs": "--epochs",
    "hidden": "--hidden",
    "init": "--init",
    "learning_rate": "--learning-rate",
    "missing": "--missing",
    "recipe": "--recipe",
    "regularization": "--lambda",
    "seed": "--seed",
    "solver": "--solver",
    "target": "--target",
    "task": "--task",
}

Source = Annotated[
    str, typer.Argument(help="`digits`, a file (CSV, Parquet, NPZ, NPY, MAT, IDX) or a folder.")
]
ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A file that `train` wrote.")]
Target = Annotated[
    str | None, typer.Option(help="The column that holds the labels or numbers to learn.")
]
Task = Annotated[str, typer.Option(help="auto, classification or regression: what the target is.")]
Missing = Annotated[
    str | None, typer.Option(help="Empty cells: `mean` fills them, `drop` leaves their rows out.")
]
Recipe = Annotated[str, typer.Option(help="modern, course or 3b1b.")]
Hidden = Annotated[
    str | None, typer.Option(help="Units per hidden layer, such as 100,50; `none` for no layer.")
]
Activation = Annotated[str | None, typer.Option(help="sigmoid, tanh, relu or identity.")]
Cost = Annotated[str | None, typer.Option(help="logistic, softmax, quadratic, squared, poisson.")]
Lambda = Annotated[float | None, typer.Option("--lambda", help="Regularization strength.")]
Solver = Annotated[str | None, typer.Option(help="adam, sgd, gd, lbfgs or cg.")]
LearningRate = Annotated[float | None, typer.Option(help="The learning rate at the start.")]
BatchSize = Annotated[int | None, typer.Option(help="Rows per minibatch.")]
Epochs = Annotated[int | None, typer.Option(help="Epochs; iterations for lbfgs and cg.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same bits.")]
Init = Annotated[
    str | None,
    typer.Option(help="uniform, glorot, he, nielsen, scikit-learn, zeros, or e for [-e, e]."),
]
EngineName = Annotated[str, typer.Option("--engine", help="auto, or the name of an engine.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.")
    ] = False,
) -> None:
    if version:
        from clearprop import __version__

        print(f"clearprop {__version__}")
        raise typer.Exit


@app.command()
def train(
    source: Source,
    target: Target = None,
    recipe: Recipe = "modern",
    hidden: Hidden = None,
    activation: Activation = None,
    cost: Cost = None,
    lambda_: Lambda = None,
    solver: Solver = None,
    learning_rate: LearningRate = None,
    batch_size: BatchSize = None,
    epochs: Epochs = None,
    seed: Seed = 0,
    init: Init = None,
    task: Task = "auto",
    missing: Missing = None,
    engine: EngineName = "auto",
    out: Annotated[
        Path | None, typer.Option(help="The model file; default: SOURCE's name, in this folder.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the learning curve: a .png, .svg or .pdf.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="Kept up to date while training; a killed run goes on from it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Train a network: the course's six steps, from raw rows to a measured model."""
    from clearprop.cli import train as job

    choices = _choices(
        hidden, activation, cost, lambda_, solver, learning_rate, batch_size, epochs, seed, init
    )
    job.train(
        source,
        job.chosen_recipe(recipe, choices),
        target=target,
        task=task,
        missing=missing,
        engine=engine,
        out=out,
        plot=plot,
        checkpoint=checkpoint,
        as_json=as_json,
    )


@app.command()
def evaluate(
    model: ModelPath, source: Source, target: Target = None, as_json: Json = False
) -> None:
    """Measure a model on rows with labels."""
    from clearprop.cli import use

    use.evaluate(model, source, target, as_json)


@app.command()
def predict(
    model: ModelPath,
    source: Source,
    out: Annotated[
        Path | None, typer.Option(help="A .csv or .parquet; default: CSV to standard output.")
    ] = None,
    proba: Annotated[
        bool, typer.Option("--proba", help="Also one column for each class's probability.")
    ] = False,
) -> None:
    """Write a model's predictions for raw rows."""
    from clearprop.cli import use

    use.predict(model, source, out, proba)


@app.command()
def check(
    source: Source,
    target: Target = None,
    recipe: Recipe = "modern",
    hidden: Hidden = None,
    activation: Activation = None,
    cost: Cost = None,
    lambda_: Lambda = None,
    seed: Seed = 0,
    init: Init = None,
    task: Task = "auto",
    missing: Missing = None,
    engine: EngineName = "auto",
    sample: Annotated[
        int, typer.Option(help="Parameters to check per block; 0: all of them.")
    ] = 200,
    method: Annotated[
        str, typer.Option(help="differences (two-sided), or complex (the complex step).")
    ] = "differences",
    as_json: Json = False,
) -> None:
    """Check the gradient of the network that `train` would train. Exit code 1 if it is wrong."""
    from clearprop.cli import train as job

    choices = _choices(hidden, activation, cost, lambda_, seed=seed, init=init)
    right = job.check(
        source,
        job.chosen_recipe(recipe, choices),
        target=target,
        task=task,
        missing=missing,
        engine=engine,
        sample=sample,
        method=method,
        as_json=as_json,
    )
    if not right:
        raise typer.Exit(1)


@app.command()
def info(model: ModelPath, as_json: Json = False) -> None:
    """Show what a model file holds."""
    from clearprop.cli import use

    use.info(model, as_json)


def _choices(
    hidden: str | None,
    activation: str | None,
    cost: str | None,
    regularization: float | None,
    solver: str | None = None,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    init: str | None = None,
) -> dict[str, Any]:
    """What was said on the command line; the rest stays the recipe's."""
    given = {
        "hidden": None if hidden is None else _parse_hidden(hidden),
        "activation": activation,
        "cost": cost,
        "regularization": regularization,
        "solver": solver,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "epochs": epochs,
        "seed": seed,
        "init": None if init is None else _parse_init(init),
    }
    return {name: value for name, value in given.items() if value is not None}


def _parse_hidden(text: str) -> tuple[int, ...]:
    if text.strip().lower() in ("none", ""):
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ParameterError(
            f"hidden: expected whole numbers such as 100,50, or none; got {text!r}"
        ) from None


def _parse_init(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def main() -> NoReturn:
    """Run the command line; a user's mistake is one line on standard error and exit code 2."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except GradientError as error:
        _fail(str(error), 1)
    except ParameterError as error:
        _fail(str(error.renamed(_FLAGS)), 2)
    except ClearpropError as error:
        _fail(str(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        _fail("interrupted", 130)
    except BrokenPipeError:  # the reader, such as `head`, has left
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's: a wrong option or value
            raise
        _fail(f"{error.format_message()} (see: clearprop --help)", 2)


def _fail(message: str, code: int) -> NoReturn:
    print(f"clearprop: error: {message}", file=sys.stderr)
    sys.exit(code)


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))
