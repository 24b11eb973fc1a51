"""The commands: what each one takes, and the calls it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from clearprop.cli.values import Choices, number, units, whole

INTERRUPTED = 130  # by Ctrl-C, as shells count

app = typer.Typer(
    help="Train feed-forward networks whose gradients are proven; see every number.",
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="First steps: clearprop train digits",
)


def _option(panel: str, metavar: str, text: str, *names: str, **more: Any) -> Any:
    """An option under one of the headings of the help."""
    return typer.Option(*names, metavar=metavar, help=text, rich_help_panel=panel, **more)


# Numbers are parsed by functions that let through what is none: so one line can name all that is
# wrong with a command.
_DATA, _NETWORK, _TRAINING, _OUTPUT = "Data", "Network", "Training", "Output"
Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="The word digits, a file (CSV, Parquet, NPZ, NPY, MAT, IDX) or a folder (MNIST).",
    ),
]
ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A file that train wrote.")]
Target = Annotated[str | None, _option(_DATA, "COLUMN", "What to learn: labels or numbers.")]
Without = Annotated[str | None, _option(_DATA, "COLUMNS", "Columns to leave out, as in name,id.")]
Task = Annotated[str, _option(_DATA, "TASK", "What the target is: classification or regression.")]
Missing = Annotated[
    str | None,
    _option(_DATA, "HOW", "Empty cells: mean fills them, drop leaves their rows out."),
]
Recipe = Annotated[str, _option(_NETWORK, "NAME", "All choices at once: modern, course or 3b1b.")]
Hidden = Annotated[
    Any,
    _option(_NETWORK, "UNITS", "Units per hidden layer, as in 100,50; or none.", parser=units),
]
Activation = Annotated[str | None, _option(_NETWORK, "NAME", "sigmoid, tanh, relu or identity.")]
Cost = Annotated[
    str | None,
    _option(_NETWORK, "NAME", "auto, logistic, softmax, quadratic, squared or poisson."),
]
Lambda = Annotated[
    Any, _option(_NETWORK, "NUMBER", "Regularization strength.", "--lambda", parser=number)
]
Init = Annotated[
    Any,
    _option(
        _NETWORK,
        "NAME",
        "uniform, glorot, he, nielsen, scikit-learn or zeros; or a number e for -e to e.",
        parser=number,
    ),
]
Solver = Annotated[str | None, _option(_TRAINING, "NAME", "adam, sgd, gd, lbfgs or cg.")]
LearningRate = Annotated[
    Any, _option(_TRAINING, "NUMBER", "The learning rate at the start.", parser=number)
]
BatchSize = Annotated[Any, _option(_TRAINING, "ROWS", "Rows per minibatch.", parser=whole)]
Epochs = Annotated[
    Any, _option(_TRAINING, "NUMBER", "Epochs; iterations for lbfgs and cg.", parser=whole)
]
Seed = Annotated[
    Any, _option(_TRAINING, "NUMBER", "The same seed gives the same bits.", parser=whole)
]
EngineName = Annotated[str, _option(_TRAINING, "NAME", "What computes.", "--engine")]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON object and nothing else.", rich_help_panel=_OUTPUT),
]


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.")
    ] = False,
) -> None:
    if version:
        from clearprop import __version__

        print(f"clearprop {__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help())
    else:
        return
    raise typer.Exit


@app.command()
def train(
    source: Source,
    target: Target = None,
    without: Without = None,
    task: Task = "auto",
    missing: Missing = None,
    recipe: Recipe = "modern",
    hidden: Hidden = None,
    activation: Activation = None,
    cost: Cost = None,
    lambda_: Lambda = None,
    init: Init = None,
    solver: Solver = None,
    learning_rate: LearningRate = None,
    batch_size: BatchSize = None,
    epochs: Epochs = None,
    seed: Seed = 0,
    engine: EngineName = "auto",
    checkpoint: Annotated[
        Path | None,
        _option(_TRAINING, "FILE", "Kept up to date while training; a killed run goes on from it."),
    ] = None,
    out: Annotated[
        Path | None,
        _option(
            _OUTPUT, "FILE", "The model; default: SOURCE's name with .safetensors, in this folder."
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        _option(_OUTPUT, "FILE", "The learning curve: a .png, .svg or .pdf."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Train a network, from raw rows to a measured model."""
    from clearprop.cli import train as job

    network = {
        "hidden": hidden,
        "activation": activation,
        "cost": cost,
        "regularization": lambda_,
        "init": init,
        "solver": solver,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "epochs": epochs,
        "seed": seed,
    }
    choices = Choices(recipe, target, without, task, missing, engine, network)
    if not job.train(source, choices, out, plot, checkpoint, as_json):
        raise typer.Exit(INTERRUPTED)


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
        Path | None,
        _option(_OUTPUT, "FILE", "A .csv or .parquet; default: CSV to standard output."),
    ] = None,
    proba: Annotated[
        bool,
        typer.Option(
            "--proba", help="Also a column of probabilities per class.", rich_help_panel=_OUTPUT
        ),
    ] = False,
) -> None:
    """Write a model's predictions for raw rows."""
    from clearprop.cli import use

    use.predict(model, source, out, proba)


@app.command()
def check(
    source: Source,
    target: Target = None,
    without: Without = None,
    task: Task = "auto",
    missing: Missing = None,
    recipe: Recipe = "modern",
    hidden: Hidden = None,
    activation: Activation = None,
    cost: Cost = None,
    lambda_: Lambda = None,
    init: Init = None,
    seed: Seed = 0,
    engine: EngineName = "auto",
    sample: Annotated[
        Any,
        _option("Check", "NUMBER", "Parameters to check per block; 0: all.", parser=whole),
    ] = 200,
    method: Annotated[
        str,
        _option("Check", "NAME", "differences (two-sided) or complex (the complex step)."),
    ] = "differences",
    as_json: Json = False,
) -> None:
    """Check the gradient that train would use; exit code 1 if it is not right."""
    from clearprop.cli import train as job

    network = {
        "hidden": hidden,
        "activation": activation,
        "cost": cost,
        "regularization": lambda_,
        "init": init,
        "seed": seed,
    }
    choices = Choices(recipe, target, without, task, missing, engine, network)
    if not job.check(source, choices, sample, method, as_json):
        raise typer.Exit(1)


@app.command()
def doctor(
    target: Annotated[
        str, typer.Argument(metavar="FILE.py:FUNCTION", help="Your function; or an Octave FILE.m.")
    ],
    layers: Annotated[
        Any,
        typer.Option(
            metavar="UNITS",
            parser=units,
            help="Units per layer, inputs and outputs too: 400,25,10. Needed where your function "
            "takes one vector theta and is not told them.",
        ),
    ] = None,
    activation: Annotated[str, typer.Option(help="Of the hidden layers.")] = "sigmoid",
    cost: Annotated[str, typer.Option(help="The cost that yours is meant to be.")] = "logistic",
    labels: Annotated[
        str, typer.Option(help="How y is given: 0 or 1 (class numbers from there), one-hot, auto.")
    ] = "auto",
    parameters: Annotated[
        Any,
        typer.Option(
            metavar="NUMBER",
            parser=whole,
            help="For a function of theta alone: the length of theta.",
        ),
    ] = None,
    seed: Seed = 0,
    lang: Annotated[str, typer.Option(help="en or zh.")] = "en",
    solution: Annotated[
        bool, typer.Option("--solution", help="Show the corrected line too.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page, too.")] = None,
    time_limit: Annotated[
        Any, typer.Option(metavar="SECONDS", parser=number, help="That your code may take.")
    ] = 30.0,
    as_json: Json = False,
) -> None:
    """Find the mistake in your own cost and gradient. Exit code 1 if something is wrong."""
    from clearprop.cli import doctor as job

    right = job.doctor(
        target,
        layers=layers,
        parameters=parameters,
        time_limit=time_limit,
        html=html,
        solution=solution,
        as_json=as_json,
        activation=activation,
        cost=cost,
        labels=labels,
        seed=seed,
        lang=lang,
    )
    if not right:
        raise typer.Exit(1)


@app.command()
def explain(
    model: ModelPath,
    source: Source,
    target: Target = None,
    sample: Annotated[
        Any, _option("Explanation", "ROW", "Which row of SOURCE, from 0.", parser=whole)
    ] = 0,
    unit: Annotated[
        str | None,
        _option("Explanation", "LAYER:UNIT", "Units to tell, as in 2:5,3:1; default: a choice."),
    ] = None,
    lang: Annotated[str, _option("Explanation", "NAME", "en or zh.")] = "en",
    html: Annotated[
        Path | None, _option(_OUTPUT, "FILE", "Write the explanation as a page, too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell one row's way through a model and back, with every number put in."""
    from clearprop.cli import explain as job

    job.explain(model, source, target, sample, unit, lang, html, as_json)


@app.command()
def figure(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="network, secant, symmetry, surface, learning-curve, training-set-size or "
            "hidden-units.",
        ),
    ],
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="As for train; default: the digits. network takes none; surface shows XOR.",
            show_default=False,
        ),
    ] = None,
    target: Target = None,
    recipe: Annotated[
        str | None, _option(_NETWORK, "NAME", "modern, course (the default) or 3b1b.")
    ] = None,
    layers: Annotated[
        str | None, _option(_NETWORK, "UNITS", "For network: units per layer, as in 784,16,16,10.")
    ] = None,
    model: Annotated[
        Path | None, _option(_NETWORK, "MODEL", "For network and hidden-units: a trained model.")
    ] = None,
    by_columns: Annotated[
        bool,
        typer.Option(
            "--by-columns",
            help="Beside --model: its images were unrolled column by column, as in the course.",
            rich_help_panel=_NETWORK,
        ),
    ] = False,
    seed: Seed = 0,
    lang: Annotated[str, _option(_OUTPUT, "NAME", "en or zh.")] = "en",
    out: Annotated[
        Path | None, _option(_OUTPUT, "FILE", "A .svg, .png or .pdf; default: NAME.svg.")
    ] = None,
) -> None:
    """Draw a figure for notes and slides, from computed numbers."""
    from clearprop.cli import figure as job

    job.figure(
        name,
        source,
        target=target,
        recipe=recipe,
        layers=layers,
        model=model,
        by_columns=by_columns,
        seed=seed,
        lang=lang,
        out=out,
    )


@app.command()
def info(model: ModelPath, as_json: Json = False) -> None:
    """Show what a model file holds."""
    from clearprop.cli import use

    use.info(model, as_json)


@app.command()
def bench(
    works: Annotated[
        str, _option("Works", "NAMES", "Which, as in A,C,G; default: all, A to G.")
    ] = "",
    seconds: Annotated[
        Any, _option("Works", "NUMBER", "About how long to measure.", parser=number)
    ] = 60.0,
    as_json: Json = False,
) -> None:
    """Time this machine: Clearprop beside the peers that are installed."""
    from clearprop.cli import bench as job

    job.bench(works, seconds, as_json)
