"""What there is to know of a served model: its columns and answers, and the service's OpenAPI."""

from __future__ import annotations

from typing import Any

from clearprop.data.column import Column
from clearprop.data.labels import label_text
from clearprop.data.levels import Levels
from clearprop.serve.answers import ARROW_FILE, ARROW_STREAM, CSV, JSON
from clearprop.serve.limits import Limits
from clearprop.serve.served import Served

__all__ = ["describe", "example", "openapi"]


def describe(served: Served) -> dict[str, Any]:
    """The model as JSON values: what a row holds, what an answer holds, how it was trained."""
    model, columns = served.model, served.columns
    targets, encoder = model.targets, model.encoder
    found = []
    for j, column in enumerate(columns.columns):
        levels = None if encoder is None else encoder.levels[j]
        told: dict[str, Any] = {"name": columns.label(j), "kind": column.kind}
        if levels is not None:
            told |= {"values": list(levels.values), "other": levels.other}
        told["empty"] = encoder is not None and bool(encoder.gaps[j])
        found.append(told)
    classes = None if targets.classes is None else targets.classes.tolist()
    interval = targets.interval
    return {
        "file": served.name,
        "sha256": served.sha256,
        "rows": "objects" if columns.named else "arrays",
        "columns": found,
        "task": targets.task,
        "target": targets.name,
        "names": list(targets.names) or None,
        "classes": classes if targets.task == "classification" else None,
        "interval": None if interval is None else interval.coverage,
        "layer_sizes": list(model.network.layer_sizes),
        "networks": len(model.thetas),
        "dtype": str(model.theta.dtype),
        "recipe": model.trained.get("recipe"),
        "trained": model.made,
    }


def example(served: Served) -> Any:
    """A row that the model can be asked about: means and frequent values of its training rows."""
    encoder, columns = served.model.encoder, served.columns
    if encoder is None:
        return [0.0] * len(columns.names)
    fill = iter(encoder.fill.tolist())
    values: list[Any] = []
    for column, parts, levels in zip(columns.columns, encoder.parts, encoder.levels, strict=True):
        numbers = [next(fill) for _ in parts]
        if levels is not None:
            values.append(_level(column, levels))
        elif column.dates is not None:
            values.append("2024-05-06" if column.dates.has_month else "12:30")
        else:
            values.append(float(f"{numbers[0]:.4g}"))
    return dict(zip(columns.names, values, strict=True)) if columns.named else values


def _level(column: Column, levels: Levels) -> Any:
    if column.kind == "booleans":
        return True
    return levels.fill or next(iter(levels.values), None)


# -- OpenAPI --------------------------------------------------------------------------------------


def openapi(served: Served, limits: Limits, version: str, token: bool) -> dict[str, Any]:
    """The service in OpenAPI 3.1.

    Parameters
    ----------
    version
        That of Clearprop.
    token
        Whether requests must show one.
    """
    row = {"$ref": "#/components/schemas/Row"}
    rows = {"oneOf": [row, {"type": "array", "items": row, "maxItems": limits.rows}]}
    answer = {"$ref": "#/components/schemas/Answer"}
    problem = {JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    others = {
        "400": "a body that cannot be read",
        "401": "no token, or a wrong one",
        "406": "no media type of the answer is accepted",
        "408": "a body that takes too long",
        "413": "too many bytes or rows",
        "415": "a media type or an encoding that is not taken",
        "422": "rows that do not fit the columns; every cell is named",
        "503": "too many requests at once",
    }
    binary = {"schema": {"type": "string", "format": "binary"}}
    tables = {CSV: {"schema": {"type": "string"}}, ARROW_STREAM: binary, ARROW_FILE: binary}
    paths: dict[str, Any] = {
        "/predict": {
            "post": {
                "summary": "The model's answer to each row",
                "requestBody": {
                    "required": True,
                    "content": {JSON: {"schema": rows, "example": example(served)}, **tables},
                },
                "responses": {
                    "200": {
                        "description": "the answers, in the order of the rows",
                        "content": {JSON: {"schema": answer}, **tables},
                    },
                    **{
                        status: {"description": what, "content": problem}
                        for status, what in others.items()
                    },
                },
            }
        }
    }
    for path, what in (
        ("/model", "The model: its columns, its classes, its recipe"),
        ("/health", "Whether the service lives and is ready"),
        ("/metrics", "Counts, as Prometheus reads them"),
        ("/openapi.json", "This description"),
    ):
        response = {"200": {"description": what}}
        paths[path] = {"get": {"summary": what, "responses": response}}
    told: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": f"clearprop serve: {served.name}", "version": version},
        "paths": paths,
        "components": {
            "schemas": {
                "Row": _row_schema(served),
                "Answer": _answer_schema(served),
                "Problem": _PROBLEM,
            }
        },
    }
    if token:
        told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        told["security"] = [{"token": []}]
    return told


def _row_schema(served: Served) -> dict[str, Any]:
    columns, encoder = served.columns, served.model.encoder
    if not columns.named:
        n = len(columns.names)
        return {"type": "array", "items": {"type": "number"}, "minItems": n, "maxItems": n}
    cells = {}
    for j, column in enumerate(columns.columns):
        levels = None if encoder is None else encoder.levels[j]
        types = {
            "numbers": ["number", "string", "null"],
            "booleans": ["boolean", "string", "null"],
            "dates": ["string", "null"],
            "categories": ["string", "null"] if column.codes else ["string", "number", "null"],
        }[column.kind]
        cells[column.name] = {"type": types}
        if levels is not None and column.kind == "categories":
            cells[column.name]["examples"] = list(levels.values)
    return {
        "type": "object",
        "properties": cells,
        "required": list(columns.names),
        "additionalProperties": False,
    }


def _answer_schema(served: Served) -> dict[str, Any]:
    targets = served.model.targets
    number = {"type": "number"}
    if targets.task == "classification":
        assert targets.classes is not None
        classes = targets.classes.tolist()
        shares = {label_text(label): number for label in classes}
        cells = {"label": {"enum": classes}, "probabilities": _object(shares)}
    elif targets.task == "multilabel":
        assert targets.classes is not None
        names = targets.names or tuple(map(str, range(len(targets.classes))))
        switches: dict[str, Any] = {name: {} for name in names}
        shares = dict.fromkeys(names, number)
        cells = {"labels": _object(switches), "probabilities": _object(shares)}
    else:
        assert targets.mean is not None
        parts = ["value"] if targets.interval is None else ["value", "low", "high"]
        names = targets.names or tuple(map(str, range(len(targets.mean))))
        if len(targets.mean) == 1:
            cells = dict.fromkeys(parts, number)
        else:
            cells = {f"{part}s": _object(dict.fromkeys(names, number)) for part in parts}
    return {
        "type": "object",
        "properties": {
            "predictions": {"type": "array", "items": _object(cells)},
            "warnings": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["predictions"],
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_PROBLEM = {
    "type": "object",
    "properties": {
        "status": {"type": "integer"},
        "error": {"type": "string"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "row": {"type": "integer", "description": "from 1"},
                    "column": {"type": ["string", "integer"]},
                    "value": {},
                    "expected": {"type": "string"},
                    "message": {"type": "string"},
                },
                "required": ["message"],
            },
        },
        "more": {"type": "integer", "description": "problems that are not listed"},
    },
    "required": ["status", "error"],
}
