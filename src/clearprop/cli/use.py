"""`clearprop evaluate`, `predict` and `info`: what is done with a model file."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.cli.output import WIDTH, console, print_csv, print_json, show
from clearprop.cli.text import figure, fold
from clearprop.cli.values import destination_problems, located
from clearprop.data import read
from clearprop.data.table import Table, count, listing
from clearprop.errors import DataError, ParameterError, raise_problems
from clearprop.language import printable
from clearprop.model import Model
from clearprop.storage.model_file import load

if TYPE_CHECKING:
    import polars

TABLES = (".csv", ".parquet")


def evaluate(path: Path, source: str, target: str | None, as_json: bool) -> None:
    """Print score and cost of the model on the source's rows, its test set if it has one."""
    from clearprop.experiment import measure

    model = load(path)
    table = rows_for(model, source, target, need_target=True)
    with located(source):
        figures = measure(model, table)
    name = "r2" if model.targets.task == "regression" else "accuracy"
    if as_json:
        print_json({"rows": figures.rows, name: figures.score, "cost": figures.cost})
        return
    from clearprop.cli.confusion import confusion_text

    out = console()
    label = "R^2" if name == "r2" else name
    show(out, f"{printable(table.source)}: {count(figures.rows, 'row')}")
    show(out, f"{label} {figure(figures.score)}, cost {figure(figures.cost)}")
    if figures.confusion is not None and model.targets.classes is not None:
        show(out, "")
        show(out, confusion_text(figures.confusion, model.targets.classes, out.width, "rows"))


def predict(path: Path, source: str, out: Path | None, proba: bool) -> None:
    """Write a ``prediction`` column, and with `proba` one column for each class."""
    raise_problems(destination_problems("out", out, TABLES, keep=[path, Path(source)]))
    model = load(path)
    if proba and model.targets.classes is None:
        raise ParameterError(
            f"--proba: {path} is a regression, which has numbers and no probabilities; leave it out"
        )
    table = rows_for(model, source, None, need_target=False)
    frame = _predictions(model, table, proba)
    if out is None:
        print_csv(frame)
        return
    from clearprop.storage.atomic import write_whole

    # Whole or not at all: whoever waits for the file never sees a part of it.
    data = io.BytesIO()
    if out.suffix.lower() == ".parquet":
        frame.write_parquet(data)
    else:
        frame.write_csv(data)
    write_whole(out, data.getvalue())


def _predictions(model: Model, table: Table, proba: bool) -> polars.DataFrame:
    import polars

    h = model.outputs(table)  # (m, K)
    predicted = model.targets.decode(h)  # (m,) or (m, K)
    columns: dict[str, Any] = {"prediction": predicted}
    if predicted.ndim == 2:
        columns = {f"prediction_{k}": column for k, column in enumerate(predicted.T)}
    if proba:
        assert model.targets.classes is not None
        names = (f"probability_{name}" for name in model.targets.classes.tolist())
        probabilities = model.targets.probabilities(h)  # (m, n_classes)
        columns |= dict(zip(names, probabilities.T, strict=True))
    return polars.DataFrame(columns)


def info(path: Path, as_json: bool) -> None:
    """Print what the model file holds."""
    model = load(path)
    network, encoder, targets = model.network, model.encoder, model.targets
    facts: dict[str, Any] = {
        "model": str(path),
        "layer_sizes": list(network.layer_sizes),
        "parameters": network.n_parameters,
        "dtype": str(model.theta.dtype),
        "activation": network.activation,
        "cost": network.cost,
        "regularization": network.regularization,
        "task": targets.task,
        "target": targets.name,
        "classes": None if targets.classes is None else targets.classes.tolist(),
        "columns": None if encoder is None or not encoder.names else list(encoder.names),
        "image_shape": None if model.image_shape is None else list(model.image_shape),
        "trained": dict(model.trained),
    }
    if as_json:
        print_json(facts)
        return
    out = console()
    for name, value in facts.items():
        if value is not None:
            phrases = _phrases(name, value)
            show(out, fold(name.replace("_", " "), phrases, 16, min(out.width, WIDTH)))


def _phrases(name: str, value: Any) -> list[str]:
    """A fact about a model in words between which a line may break."""
    if name in ("layer_sizes", "image_shape"):
        return (
            ["-".join(map(str, value))] if name == "layer_sizes" else [f"{value[0]} x {value[1]}"]
        )
    if isinstance(value, dict):
        texts = [
            f"{key} {v:.6g}" if isinstance(v, float) else f"{key} {v}" for key, v in value.items()
        ]
        return [printable(text) + "," * (i < len(texts) - 1) for i, text in enumerate(texts)]
    if isinstance(value, list):
        return [printable(part) for part in listing(value).split(" ")]
    return [
        f"{value:,}"
        if isinstance(value, int)
        else f"{value:g}"
        if isinstance(value, float)
        else printable(value)
    ]


def rows_for(model: Model, source: str, target: str | None, need_target: bool) -> Table:
    """The rows to work on: of a source with a test set of its own, that one."""
    try:
        table = read(source, target or model.targets.name, need_target=need_target)
    except DataError:
        if target is not None or model.targets.name is None:
            raise
        # Sources that bring their own labels call them what they like.
        with contextlib.suppress(DataError):
            return _test_part(read(source, None, need_target=need_target))
        raise
    return _test_part(table)


def _test_part(table: Table) -> Table:
    return table if table.test is None else table.test
