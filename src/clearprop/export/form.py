"""A model as a page: a form by its columns, which predicts with the core in WebAssembly.

A browser is needed to run the page, and there may be none here. So the page carries some rows with
the model's answers, compares its own with them when it is opened, and says how far they differ.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from clearprop import web
from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.export.answers import answers_of
from clearprop.export.cells import cells_of
from clearprop.export.exported import Exported
from clearprop.export.steps import Steps, steps_of
from clearprop.language import Sentences
from clearprop.model import Model
from clearprop.network.architecture import Array

__all__ = ["export", "form_of"]

_CHECKED = 10  # rows that the page carries
_FEW = 50  # a matrix of more columns has one field for all of them
_DAY = 86400
_MNIST, _DIGITS = (28, 28), (8, 8)  # images that can be drawn


def export(model: Model, table: Table, choices: Mapping[str, Any]) -> Exported:
    """The page of a model.

    Parameters
    ----------
    model
        The model.
    table
        Rows; the page carries the first ten and what the model says of them.
    choices
        The command's choices: ``model``, after which the page is named, and ``lang``.
    """
    title, lang = Path(choices["model"]).stem, choices["lang"]
    say = Sentences("clearprop.export", lang)
    form = form_of(model, table)
    body = web.element("clearprop-form", form, f"<p>{escape(say('html.script'))}</p>", lang)
    rows = len(form["form"]["check"]["cells"])
    return Exported(web.page(title, body, lang).encode(), 0, 0.0, [("html-checks", {"n": rows})])


def form_of(model: Model, table: Table) -> dict[str, Any]:
    """The record of ``<clearprop-form>``, values for JSON.

    `table` has the rows that the page compares itself on.
    """
    encoder, network = model.encoder, model.network
    table = table.take(np.arange(min(_CHECKED, table.n_rows)))
    single = model.theta.dtype == np.float32
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # cells that training has not seen are meant
        outputs = answers_of(model.targets, model.outputs(table))
    nothing = np.zeros((1, network.n_inputs))  # (1, s_1)
    of_bag = [web.record(network, theta, nothing)["theta"] for theta in model.bag]
    made = web.record(network, model.theta, nothing, image=model.image_shape)
    made["form"] = {
        "columns": _columns(model) or network.n_inputs,
        "steps": None if encoder is None else _written(steps_of(encoder)),
        "single": single,
        "answers": _answers(model.targets),
        "bag": of_bag,
        "check": {
            "cells": _cells(cells_of(encoder, table)),
            "outputs": outputs.tolist(),
            "limit": 1e-5 if single else 1e-9,
        },
        "draws": _draws(model),
    }
    return made


def _written(steps: Steps) -> dict[str, Any]:
    """The tables in JSON; None for an infinite end."""
    arrays = {field.name: getattr(steps, field.name) for field in fields(steps)}
    return {name: _cells(array[None])[0] for name, array in arrays.items()}


def _cells(array: Array) -> list[list[Any]]:
    """Rows of numbers ``(m, n)`` in JSON; None for what is not finite."""
    whole = array.dtype.kind == "i"
    return [[c if whole or np.isfinite(c) else None for c in row] for row in array.tolist()]


def _columns(model: Model) -> list[dict[str, Any]] | None:
    """The fields of the form; None where one field takes a whole row."""
    encoder = model.encoder
    names = None if encoder is None else encoder.names
    if names is None:
        n = model.network.n_inputs if encoder is None else encoder.n_columns
        if n > _FEW or model.image_shape is not None:
            return None
        names = tuple(f"x{j + 1}" for j in range(n))
    if encoder is None:
        return [{"name": name, "kind": "numbers", "start": "0"} for name in names]
    return [_column(encoder, j, name) for j, name in enumerate(names)]


def _column(encoder: Encoder, j: int, name: str) -> dict[str, Any]:
    """One field: what it takes, what stands in it first, and the range of training."""
    levels, parts = encoder.levels[j], np.flatnonzero(encoder.part_columns == j)
    column = None if encoder.columns is None else encoder.columns[j]
    if levels is not None:
        known = levels.fill in levels.values
        code = str(levels.values.index(str(levels.fill))) if known else ""
        kind = "numbers" if column is None else column.kind
        return {"name": name, "kind": kind, "values": list(levels.values), "start": code}
    if column is not None and column.dates is not None:
        dates, days = column.dates, dict(zip(encoder.parts[j], parts.tolist(), strict=True))
        kind = "datetime" if dates.has_time else "date" if dates.has_day else "month"
        if not dates.has_month:
            return {"name": name, "kind": "time", "start": "12:00"}
        start = ""
        if "days" in days:
            middle = int((encoder.low[days["days"]] + encoder.high[days["days"]]) // 2)
            at = str(np.datetime64(middle, "D"))
            start = f"{at}T12:00" if kind == "datetime" else at if kind == "date" else at[:7]
        return {"name": name, "kind": kind, "start": start}
    k = int(parts[0])
    found = {"name": name, "kind": "numbers", "start": f"{float(f'{encoder.fill[k]:.4g}'):.12g}"}
    low, high = float(encoder.low[k]), float(encoder.high[k])
    return found | ({"low": low, "high": high} if np.isfinite([low, high]).all() else {})


def _answers(targets: Targets) -> dict[str, Any]:
    if targets.task == "classification":
        assert targets.classes is not None
        labels = [str(label) for label in targets.classes.tolist()]
    else:
        labels = list(targets.names)
        if targets.task == "multilabel":
            assert targets.classes is not None
            labels = labels or [str(label + 1) for label in targets.classes.tolist()]
    found: dict[str, Any] = {"task": targets.task, "name": targets.name or "", "labels": labels}
    if targets.mean is not None and targets.scale is not None:
        found |= {"mean": targets.mean.tolist(), "scale": targets.scale.tolist()}
    if targets.interval is not None:
        margins, coverage = targets.interval.margins.tolist(), targets.interval.coverage
        found |= {"margins": margins, "coverage": coverage}
    return found


def _draws(model: Model) -> bool:
    """Whether a drawing can be read: one network for the ten digits, as MNIST's or scikit-learn's.

    Its pixels share one scale, so what the network gets is the ink of each pixel, 0 to 1.
    """
    encoder, classes = model.encoder, model.targets.classes
    if encoder is None or classes is None or model.bag or encoder.mean.any():
        return False
    ten = list(map(str, classes.tolist())) == list(map(str, range(10)))
    return ten and model.network.n_outputs == 10 and model.image_shape in (_MNIST, _DIGITS)
