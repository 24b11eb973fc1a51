"""What a page shows of a run, as JSON values: data, confusion, worst samples, units, plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop.data.labels import label_text
from clearprop.data.scores import score as score_predictions
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.slices import outputs_in_slices
from clearprop.experiment.run import Experiment
from clearprop.experiment.scores import Scores
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.training.options import FULL_BATCH
from clearprop.web import record

__all__ = ["answers", "class_names", "dataset", "plane", "sample", "score", "units"]

# A view computes with at most so many rows of a part: the first ones, which the split has mixed.
MOST_ROWS = 2000
_POINTS = 600  # of a part, drawn over the plane
_GRID = 40  # points on each side of the plane
_UNIT_GRID = 20
_MOST_UNITS = 32  # of a layer, shown over the plane
_WORST = 24
_BATCH = 10  # samples that travel with one, for its gradient's average: Nielsen's minibatch


def class_names(targets: Targets) -> list[str]:
    """The classes as text; none for a regression."""
    return [] if targets.classes is None else [label_text(c) for c in targets.classes.tolist()]


def dataset(run: Experiment) -> dict[str, Any]:
    """What the source holds: rows by part, inputs, classes, and points where there are two."""
    train = run.parts["train"]
    names = run.encoder.names
    found = {
        "source": run.source,
        "task": run.targets.task,
        "rows": {part: table.n_rows for part, table in run.parts.items()},
        "columns": run.encoder.n_columns,
        "inputs": run.encoder.n_outputs,
        "names": list(names or ())[:200],
        "classes": class_names(run.targets),
        "target": run.targets.name,
        "image": train.image_shape,
        "order": train.image_order,
        "dropped": run.dropped,
        "network": network_values(run.network),
        "parameters": run.network.n_parameters,
        "dtype": np.dtype(run.dtype).name,
        "seed": run.recipe.options.seed,
        "epochs": run.recipe.options.epochs,
        "solver": run.recipe.options.solver,
        "batches": -(-train.n_rows // run.recipe.options.rows_per_batch(train.n_rows)),
    }
    if is_planar(run):
        found["points"] = {part: _points(run, part) for part in ("train", "validation")}
        found["box"] = _box(run)
    return found


def network_values(network: Network) -> dict[str, Any]:
    """A network as the page's elements take it."""
    return {
        "sizes": list(network.layer_sizes),
        "activation": network.activation,
        "cost": network.cost,
        "lambda": network.regularization,
    }


def is_planar(run: Experiment) -> bool:
    """Whether the rows are points of a plane or a line: one or two plain numbers."""
    return run.encoder.n_outputs == run.encoder.n_columns <= 2


def _points(run: Experiment, part: str) -> dict[str, Any]:
    """The first points of a part, in the units of the network's inputs."""
    X = run.prepared.inputs(part, np.float64)[:_POINTS]  # (m, 1) or (m, 2)
    return {"X": rounded(X), "y": _labels(run, run.parts[part].y, len(X))}


def _labels(run: Experiment, y: Any, m: int) -> list[float]:
    """The number of each row's class, or its own number as the network has it."""
    if run.targets.task == "classification":
        return [int(k) for k in run.targets.indices(np.asarray(y)[:m])]
    return rounded(run.targets.encode(np.asarray(y)[:m], run.network.cost)[:, 0])


def _box(run: Experiment) -> dict[str, Any]:
    """The part of the plane that is drawn: in the network's inputs, and in the user's numbers."""
    X = np.concatenate([run.prepared.inputs(part, np.float64) for part in ("train", "validation")])
    low, high = X.min(axis=0), X.max(axis=0)  # (n,)
    margin = 0.08 * np.maximum(high - low, 1e-9)
    low, high = low - margin, high + margin
    names = list(run.encoder.names or (f"x{j + 1}" for j in range(X.shape[1])))
    raw = [np.asarray(run.parts["train"].X[name]) for name in names] if run.encoder.names else []
    scale = [_line(run.prepared.inputs("train", np.float64)[:, j], r) for j, r in enumerate(raw)]
    return {"low": rounded(low), "high": rounded(high), "names": names, "raw": scale}


def _line(inputs: Array, raw: Array) -> list[float]:
    """a and b of ``raw = a + b input``, from the two rows that lie farthest apart."""
    i, k = int(inputs.argmin()), int(inputs.argmax())
    slope = float(raw[k] - raw[i]) / (float(inputs[k] - inputs[i]) or 1.0)
    return [float(raw[i]) - slope * float(inputs[i]), slope]


def rounded(values: Array, digits: int = 5) -> list[Any]:
    """Numbers for drawing as lists, in few digits."""
    return list(np.round(np.asarray(values, np.float64), digits).tolist())


def answers(run: Experiment, theta: Array, part: str) -> dict[str, Any]:
    """Confusion and the most wrong samples of a part, and its cost and score.

    The cost of each sample is without lambda. The worst are first the samples of which another
    class is predicted, then the others; each by their cost.
    """
    table = run.parts[part]
    m = min(table.n_rows, MOST_ROWS)
    X = run.prepared.inputs(part, run.dtype)[:m]  # (m, s_1)
    Y = run.prepared.encoded_labels(part, run.network.cost)[:m]  # (m, K)
    assert table.y is not None
    y = table.y[:m]
    theta = theta.astype(run.dtype, copy=False)
    z = run.engine.logits(run.network, theta, X).astype(np.float64)  # (m, K)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        per_output = equations.cost_of(run.network).per_output(np, z, Y)  # (m, K)
        h = equations.cost_of(run.network).h(np, z)  # (m, K)
    costs = np.asarray(per_output.sum(axis=1), np.float64)  # (m,)
    scores = Scores(run.targets, h, y)
    predicted = np.asarray(scores.predicted)
    # Of classes the wrong rows come first: a right answer that is unsure may cost more.
    right = predicted == y if run.targets.task == "classification" else np.zeros(m, np.bool_)
    worst = np.lexsort((-np.nan_to_num(costs, nan=np.inf), right))[:_WORST]
    confusion = scores.confusion
    return {
        "part": part,
        "rows": m,
        "of": table.n_rows,
        "cost": float(costs.mean()),
        "score": float(scores.score),
        "classes": class_names(run.targets),
        "confusion": None if confusion is None else confusion.tolist(),
        "worst": [
            {
                "row": int(i),
                "cost": float(costs[i]),
                "truth": _text(y[i]),
                "said": _text(predicted[i]),
                "h": rounded(h[i][:12], 4),
                "x": rounded(X[i], 3) if _drawn(table) else None,
            }
            for i in worst
        ],
    }


def score(run: Experiment, theta: Array, part: str, most: int = 1000) -> float:
    """Accuracy or R^2 on the first rows of a part."""
    X = run.prepared.inputs(part, run.dtype)[:most]  # (m, s_1)
    y = run.parts[part].y
    assert y is not None
    h = outputs_in_slices(run.network, [theta.astype(run.dtype, copy=False)], X, run.engine)
    return float(score_predictions(run.targets, run.targets.decode(h), y[:most]))


def _drawn(table: Table) -> bool:
    """Whether each row is an image that travels with the list."""
    return table.image_shape is not None and table.X.shape[1] <= 1024


def _text(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return f"{float(value):.5g}"
    if isinstance(value, np.ndarray):
        return ", ".join(_text(item) for item in value.tolist())
    return label_text(value)


def plane(run: Experiment, theta: Array, box: Mapping[str, Any]) -> dict[str, Any]:
    """The network's answer over the plane, ``(g, g)`` from low to high; over the line ``(g,)``.

    For classes each point has the number of its class and how sure the network is.
    """
    X, shape = _grid(box, _GRID if len(box["low"]) == 2 else 160)
    h = outputs_in_slices(run.network, [theta], X.astype(theta.dtype), run.engine)  # (g^n, K)
    if run.targets.task != "classification":
        return {"shape": shape, "values": rounded(h[:, 0])}
    probabilities = run.targets.probabilities(h)  # (g^n, classes)
    return {
        "shape": shape,
        "classes": probabilities.argmax(axis=1).tolist(),
        "sure": rounded(probabilities.max(axis=1), 3),
    }


def units(run: Experiment, theta: Array, box: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The output of each hidden unit over the plane, by layer from 2 on."""
    X, shape = _grid(box, _UNIT_GRID if len(box["low"]) == 2 else 40)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        passed = equations.forward(np, run.network, theta.astype(np.float64), X)
    return [
        {
            "layer": layer,
            "units": a.shape[1],
            "shape": shape,
            "values": [rounded(a[:, k], 3) for k in range(min(a.shape[1], _MOST_UNITS))],
        }
        for layer, a in enumerate(passed.activations[1:-1], start=2)
    ]


def _grid(box: Mapping[str, Any], side: int) -> tuple[Array, list[int]]:
    axes = [np.linspace(a, b, side) for a, b in zip(box["low"], box["high"], strict=True)]
    if len(axes) == 1:
        return axes[0][:, None], [side]
    x, y = np.meshgrid(*axes)  # (g, g) each, y by rows from low to high
    return np.stack([x.ravel(), y.ravel()], axis=1), [side, side]


def sample(run: Experiment, theta: Array, part: str, row: int) -> dict[str, Any]:
    """A sample with the rows after it as its batch, in the form that the page's elements take."""
    table = run.parts[part]
    rows = [(row + i) % table.n_rows for i in range(min(_BATCH, table.n_rows))]
    X = run.prepared.inputs(part, np.float64)[rows]  # (m, s_1)
    Y = run.prepared.encoded_labels(part, run.network.cost)[rows]  # (m, K)
    classes = class_names(run.targets)
    K = run.network.n_outputs
    named = table.image_shape is None and run.encoder.n_outputs <= 200 and run.encoder.names
    options = run.recipe.options
    made = record(
        run.network,
        theta,
        X,
        Y,
        inputs=run.encoder.input_names if named else None,
        outputs=classes if len(classes) == K else classes[1:] if len(classes) == K + 1 else None,
        numbers=rows,
        image=table.image_shape,
        image_order=table.image_order,
        penalty_rows=run.training.penalty_rows or run.parts["train"].n_rows,
        rate=1.0 if options.solver in FULL_BATCH else options.learning_rate,
    )
    return {
        "record": made,
        "row": row,
        "part": part,
        "rows": table.n_rows,
        "batch": [_text(table.y[i]) for i in rows] if table.y is not None else [],
    }
