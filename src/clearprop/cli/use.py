"""`clearprop evaluate`, `predict` and `info`: what is done with a model file."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.cli.output import WIDTH, console, print_csv, print_json, show
from clearprop.cli.running import Running
from clearprop.cli.text import fold, pad
from clearprop.data.table import listing
from clearprop.data.targets import Targets
from clearprop.errors import one_of, raise_problems
from clearprop.experiment.search_text import stored_lines
from clearprop.experiment.telling import ROOM, counted, number_text
from clearprop.experiment.use import EvaluateJob, PredictJob, evaluation
from clearprop.language import LANGUAGES, Sentences, catalogue, printable, shorten
from clearprop.storage.atomic import growing, write_whole
from clearprop.storage.model_file import load

if TYPE_CHECKING:
    import polars

# Start-up time: Polars takes a tenth of a second to load and Rich some hundredths. The functions
# that need them import them.

_LONGEST = 200  # columns of a fact: a file may hold texts of any length


def evaluate(given: dict[str, Any], running: Running) -> int:
    """Print score and cost of the model on the source's rows, its test set if it has one."""
    with running.ending_at_once():
        from clearprop.cli.confusion import confusion_text
        from clearprop.cli.scores import measured_lines, rare_lines

        job = EvaluateJob.of(given)
        running.will_write(job.plot)
        found, targets = job.measurement(), job.model.targets
    matters = None
    if job.wants_importance:
        from clearprop.cli.importance import computed, importance_lines

        matters = computed(job)
        if job.plot is not None:
            from clearprop.figures.importance import draw_importance

            name = shorten(printable(Path(job.source).name), 60)
            draw_importance(matters, job.lang, name).save(job.plot)
    if given["json"]:
        print_json(evaluation(found, matters))
        return 0
    out, say = console(), Sentences(ROOM, job.lang)
    source, rows = (
        printable(job.source if job.table is None else job.table.source),
        counted(say, found.rows, "row"),
    )
    show(out, say("scores.source", source=source, rows=rows))
    for line in measured_lines(found, min(out.width, WIDTH), job.lang):
        show(out, line)
    if found.confusion is not None and targets.classes is not None:
        show(out, "")
        show(out, confusion_text(found.confusion, targets.classes, out.width, "rows", job.lang))
    lines = rare_lines(found.scores, job.lang)
    lines += ["", *importance_lines(matters, job.lang)] if matters is not None else []
    lines += [say("importance.picture", path=printable(job.plot))] if job.plot is not None else []
    for line in lines:
        show(out, line)
    return 0


def predict(given: dict[str, Any], running: Running) -> int:
    """Write a ``prediction`` column, with `proba` one for each class, with `keep` all others."""
    with running.ending_at_once():
        job = PredictJob.of(given)
        running.will_write(job.out)
        parts = job.parts()
        frame = next(parts)
    if job.out is None:
        running.printing = True
        print_csv(frame)
        for more in parts:
            print_csv(more, header=False)
        return 0
    if job.blocks is not None:
        _write_parts(job.out, chain([frame], parts))
        return 0
    # Whole or not at all: whoever waits for the file never sees a part of it.
    data = io.BytesIO()
    if job.out.suffix.lower() == ".parquet":
        frame.write_parquet(data)
    else:
        frame.write_csv(data)
    write_whole(job.out, data.getvalue())
    return 0


def _write_parts(path: Path, frames: Iterable[polars.DataFrame]) -> None:
    """Write frames beneath each other into one file, whole or not at all."""
    import polars as pl

    with growing(path) as temporary:
        if path.suffix.lower() != ".parquet":
            with temporary.open("wb") as file:
                for k, frame in enumerate(frames):
                    frame.write_csv(file, include_header=k == 0)
            return
        with tempfile.TemporaryDirectory(dir=temporary.parent, prefix=".clearprop-") as folder:
            for k, frame in enumerate(frames):
                frame.write_parquet(Path(folder) / f"{k:09}.parquet")
            pl.scan_parquet(Path(folder) / "*.parquet").sink_parquet(temporary)


def info(given: dict[str, Any], running: Running) -> int:
    """Print what the model file holds."""
    path = Path(given["model"])
    model = load(path)
    network, encoder, targets = model.network, model.encoder, model.targets
    facts: dict[str, Any] = {
        "model": str(path),
        "layer_sizes": list(network.layer_sizes),
        "parameters": network.n_parameters,
        "dtype": str(model.theta.dtype),
        "activation": network.activation,
        "cost": network.cost,
        "threshold": network.threshold if network.cost == "huber" else None,
        "quantiles": list(network.quantiles) or None,
        "regularization": network.regularization,
        "task": targets.task,
        "target": targets.name,
        "interval": None if targets.interval is None else _interval(targets),
        "classes": None if targets.classes is None else targets.classes.tolist(),
        "columns": None if encoder is None or not encoder.names else list(encoder.names),
        "kinds": None
        if encoder is None or encoder.columns is None
        else [column.kind for column in encoder.columns],
        "bins": list(encoder.bins) if encoder is not None and encoder.n_bins else None,
        "image_shape": None if model.image_shape is None else list(model.image_shape),
        "bag": len(model.thetas),
        "trained": dict(model.trained),
    }
    if given["json"]:
        print_json(facts)
        return 0
    facts["trained"] = model.made
    if not model.bag:
        del facts["bag"]
    out = console()
    lang = given["lang"]
    raise_problems(one_of("lang", lang, LANGUAGES))
    say, made = Sentences(ROOM, lang), catalogue(ROOM, lang)["made"]
    for name, value in facts.items():
        if value is not None:
            phrases = _phrases(name, value, made, say("info.comma"))
            show(out, fold(say(f"info.{name}"), phrases, 16, min(out.width, WIDTH)))
    for line in _candidate_lines(model.validation_costs, say, min(out.width, WIDTH)):
        show(out, line)
    for line in stored_lines(model.trained.get("search"), lang):
        show(out, line)
    return 0


def _interval(targets: Targets) -> dict[str, Any]:
    """What there is to say of an interval, in the unit of the numbers."""
    assert targets.interval is not None
    return {
        "coverage": targets.interval.coverage,
        "quantiles": list(targets.interval.levels),
        "widened_by": (targets.interval.margins * targets.scale).tolist(),
    }


def _candidate_lines(costs: Mapping[float, float], say: Sentences, width: int) -> list[str]:
    """The validation cost of each lambda as a table of two lines; none where nothing was chosen.

    Columns that are too many for `width` go on in two more lines.

    Examples
    --------
    >>> say = Sentences(ROOM, "en")
    >>> print(*_candidate_lines({0.5: 0.25, 5.0: 12.5}, say, 28), sep=chr(10))
    lambda             0.5
    validation cost 0.2500
    lambda                5
    validation cost 12.5000
    """
    blocks: list[list[str]] = []
    for strength, J in costs.items():
        column = f"{strength:g}", number_text(J)
        across = max(map(len, column))
        texts = [f"{text:>{across}}" for text in column]
        if blocks and len(blocks[-1][0]) + 2 + across <= width:
            blocks[-1] = [f"{line}  {text}" for line, text in zip(blocks[-1], texts, strict=True)]
        else:
            names = [pad(say(f"info.{name}"), 16) for name in ("lambda", "validation_cost")]
            blocks.append([name + text for name, text in zip(names, texts, strict=True)])
    return [line for block in blocks for line in block]


def _phrases(name: str, value: Any, made: Mapping[str, str], comma: str) -> list[str]:
    """A fact about a model in words between which a line may break.

    `made` has the names of how the model was made; a file may hold others too.
    """
    if name == "layer_sizes":
        return ["-".join(map(str, value))]
    if name == "image_shape":
        return [f"{value[0]} x {value[1]}"]
    if isinstance(value, dict):
        texts = [f"{made.get(key, key)} {_value(v)}" for key, v in value.items()]
        cut = [shorten(printable(text), _LONGEST) for text in texts]
        return [text + comma * (i < len(texts) - 1) for i, text in enumerate(cut)]
    if isinstance(value, list):
        return [shorten(printable(part), _LONGEST) for part in listing(value).split(" ")]
    if isinstance(value, int):
        return [f"{value:,}"]
    return [f"{value:g}" if isinstance(value, float) else shorten(printable(value), _LONGEST)]


def _value(value: Any) -> str:
    """A value among the facts; a dictionary, as of class weights, as names and values."""
    if isinstance(value, dict):
        return listing(f"{name} {_value(part)}" for name, part in value.items())
    if isinstance(value, list):
        return listing(map(_value, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
