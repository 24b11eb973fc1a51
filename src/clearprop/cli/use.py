"""`clearprop evaluate`, `predict` and `info`: what is done with a model file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.cli.app import print_json
from clearprop.cli.output import check_writable
from clearprop.data import read
from clearprop.data.table import Table
from clearprop.experiment.run import measure
from clearprop.model import Model
from clearprop.storage.model_file import load

TABLES = (".csv", ".parquet")


def evaluate(path: Path, source: str, target: str | None, as_json: bool) -> None:
    """Print score and cost of the model on the source's rows, its test set if it has one."""
    model = load(path)
    table = _rows(model, source, target, need_target=True)
    figures = measure(model, table)
    name = "r2" if model.targets.task == "regression" else "accuracy"
    if as_json:
        print_json({"rows": figures.rows, name: figures.score, "cost": figures.cost})
        return
    from rich.console import Console

    from clearprop.cli.show import show_confusion

    console = Console(highlight=False)
    label = "R^2" if name == "r2" else name
    console.print(f"{table.source}: {figures.rows:,} rows", soft_wrap=True)
    console.print(f"{label} {figures.score:.4f}, cost {figures.cost:.4f}\n")
    if figures.confusion is not None and model.targets.classes is not None:
        show_confusion(console, figures.confusion, model.targets.classes)


def predict(path: Path, source: str, out: Path | None, proba: bool) -> None:
    """Write a ``prediction`` column, and with `proba` one column for each class."""
    import polars

    if out is not None:
        check_writable(out, TABLES)
    model = load(path)
    table = _rows(model, source, None, need_target=False)
    h = model.outputs(table)  # (m, K)
    columns: dict[str, Any] = {"prediction": model.targets.decode(h)}
    if columns["prediction"].ndim == 2:
        predicted = columns.pop("prediction")
        columns = {f"prediction_{k}": predicted[:, k] for k in range(predicted.shape[1])}
    if proba:
        probabilities = model.targets.probabilities(h)  # (m, n_classes)
        classes = model.targets.classes
        assert classes is not None
        for k, name in enumerate(classes):
            columns[f"probability_{name}"] = probabilities[:, k]
    frame = polars.DataFrame({name: np.asarray(values) for name, values in columns.items()})
    if out is None:
        frame.write_csv(sys.stdout)
    elif out.suffix.lower() == ".parquet":
        frame.write_parquet(out)
    else:
        frame.write_csv(out)


def info(path: Path, as_json: bool) -> None:
    """Print what the model file holds."""
    model = load(path)
    network = model.network
    classes = None if model.targets.classes is None else model.targets.classes.tolist()
    facts: dict[str, Any] = {
        "model": str(path),
        "layer_sizes": list(network.layer_sizes),
        "parameters": network.n_parameters,
        "dtype": str(model.theta.dtype),
        "activation": network.activation,
        "cost": network.cost,
        "regularization": network.regularization,
        "task": model.targets.task,
        "target": model.targets.name,
        "classes": classes,
        "columns": None
        if model.encoder is None
        else model.encoder.names and list(model.encoder.names),
        "image_shape": None if model.image_shape is None else list(model.image_shape),
        "trained": dict(model.trained),
    }
    if as_json:
        print_json(facts)
        return
    from rich.console import Console
    from rich.table import Table as Grid

    from clearprop.data.table import listing

    grid = Grid.grid(padding=(0, 2))
    for name, value in facts.items():
        if isinstance(value, list):
            text = "-".join(map(str, value)) if name == "layer_sizes" else listing(value)
        elif isinstance(value, dict):
            text = "\n".join(f"{key}: {item}" for key, item in value.items())
        else:
            text = str(value)
        if value is not None:
            grid.add_row(name.replace("_", " "), text)
    Console(highlight=False).print(grid)


def _rows(model: Model, source: str, target: str | None, need_target: bool) -> Table:
    """The rows to work on: of a source with a test set of its own, that one."""
    table = read(source, target or model.targets.name, need_target=need_target)
    return table if table.test is None else table.test
