"""Checkpoints of a run. A resumed run ends with the same bits as one without a pause."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from clearprop.engines.bits import decided_by
from clearprop.errors import ModelFileError, raise_problems
from clearprop.network.architecture import Array
from clearprop.storage.checkpoint import (
    Checkpoint,
    fingerprint,
    refuse_other_choices,
    refuse_other_data,
)
from clearprop.storage.run_folder import Part
from clearprop.training.events import Ended, EpochEnded, Event, Progress
from clearprop.training.history import History
from clearprop.training.loop import Training
from clearprop.training.options import checkpoint_problems
from clearprop.training.stream import Stream

__all__ = ["adopt", "checkpoint_of", "data_of", "resumable"]

_CURVES = ("costs", "validation_costs", "validation_scores")
_NUMBERS = ("best", "best_epoch", "stalled", "rate_divisor")


def resumable(
    training: Training,
    part: Part,
    choices: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Iterator[Event]:
    """Train with checkpoints: resume from the newest one, and write one now and then.

    Parameters
    ----------
    training
        A run that has not started, made from the same data and choices as the checkpoints.
    part
        Where they are. The newest one is read at once. One is written every few seconds
        (``part.folder.every``), and one at the end.
    choices
        What the caller has chosen besides, by name, as JSON values: a resumed run must have the
        same.
    data
        The fingerprint of the data, where the caller knows it: what :func:`data_of` returns.

    Returns
    -------
    The events of `training`, an iterator.

    Raises
    ------
    ParameterError
        For ``lbfgs`` and ``cg``. Their state is inside of SciPy, so they cannot resume.
    ModelFileError
        For checkpoints of other data or choices, or that cannot be read.
    """
    raise_problems(checkpoint_problems(training.options.solver))
    own = dict(choices or {})
    values = {
        "data": data_of(training) if data is None else data,
        "choices": {**_choices(training), **own},
        # Where it differs though no choice does, the caller drew it otherwise.
        "start": fingerprint(initial_theta=training.state.theta),
    }
    found = part.newest()
    if found is not None:
        _restore(training, found, part, values, own)
    return _kept(training, part, values)


def data_of(training: Training) -> dict[str, Any]:
    """The fingerprint of what a run learns from, and of what it watches."""
    watched: dict[str, Any] = {}
    if (validation := training.validation) is not None and isinstance(validation.X, Stream):
        found = validation.X.known_by(training.network, training.state.theta.dtype)
        watched = {f"validation_{name}": array for name, array in found.items()}
    elif validation is not None:
        watched = {
            "validation_X": validation.X,
            "validation_Y": validation.Y,
            "validation_weight": validation.sample_weight,
        }
    return fingerprint(**training.samples.known_by(), **watched)


def _kept(training: Training, part: Part, values: Mapping[str, Any]) -> Iterator[Event]:
    """The events of the run, with a checkpoint now and then."""
    saved = time.perf_counter()
    for event in training:
        late = time.perf_counter() - saved > part.folder.every
        if isinstance(event, Ended) or (late and isinstance(event, Progress | EpochEnded)):
            part.save(checkpoint_of(training, values))
            saved = time.perf_counter()
        yield event


def _choices(training: Training) -> dict[str, Any]:
    """The choices that decide the bits, as JSON values. A resumed run must have the same."""
    options = asdict(training.options)
    options["patience"] = str(options["patience"])  # may be infinite
    del options["check_gradient"]
    network = asdict(training.network)
    network["layer_sizes"] = list(network["layer_sizes"])
    network["quantiles"] = list(network["quantiles"])
    more = {"dtype": str(training.state.theta.dtype), "window_rows": training.samples.window_rows}
    return {**network, **options, **more, **decided_by(training.engine)}


def checkpoint_of(training: Training, values: Mapping[str, Any]) -> Checkpoint:
    """A run as it stands; `values` say what it was made from."""
    history = training.history
    arrays = {name: np.array(getattr(history, name), np.float64) for name in _CURVES}
    arrays["numbers"] = np.array([getattr(history, name) for name in _NUMBERS], np.float64)
    if history.best_theta is not None:
        arrays["best_theta"] = history.best_theta
    return Checkpoint(training.state, arrays, values)


def _restore(
    training: Training,
    checkpoint: Checkpoint,
    part: Part,
    values: Mapping[str, Any],
    own: Mapping[str, Any],
) -> None:
    before = checkpoint.values.get("choices")
    if not isinstance(before, dict):
        raise ModelFileError(f"{part.file}: holds no choices: it is no checkpoint of training")
    # The caller's own choices decide the data (a seed draws the rows that validate), and the data
    # decide the network. The first difference is told.
    refuse_other_choices(part.file, before, own, "Train")
    refuse_other_data(part.file, checkpoint.values.get("data"), values["data"])
    refuse_other_choices(part.file, before, values["choices"], "Train")
    refuse_other_data(part.file, checkpoint.values.get("start"), values["start"])
    if problem := _problem(training, checkpoint):
        raise ModelFileError(f"{part.file}: {problem}; train afresh in another folder")
    adopt(training, checkpoint)


def adopt(training: Training, checkpoint: Checkpoint) -> None:
    """Let a run of the same choices go on from a checkpoint."""
    arrays = checkpoint.arrays
    numbers = dict(zip(_NUMBERS, arrays["numbers"].tolist(), strict=True))
    training.state = checkpoint.state
    training.history = History(
        **{name: arrays[name].tolist() for name in _CURVES},
        best=numbers["best"],
        best_epoch=int(numbers["best_epoch"]),
        best_theta=arrays.get("best_theta"),
        stalled=int(numbers["stalled"]),
        rate_divisor=numbers["rate_divisor"],
    )


# -- What no run of these choices can have written -------------------------------------------------


def _problem(training: Training, checkpoint: Checkpoint) -> str:
    """What is wrong with a checkpoint of the right choices, as a sentence; "" for nothing."""
    return (
        _array_problem(training, checkpoint)
        or _counter_problem(training, checkpoint)
        or _history_problem(training, checkpoint.arrays)
    )


def _array_problem(training: Training, checkpoint: Checkpoint) -> str:
    state, arrays = training.state, checkpoint.arrays
    like, float64 = state.theta, np.dtype(np.float64)
    epochs = len(training.history.costs) + checkpoint.state.epoch
    watched = 0 if training.validation is None else epochs
    expected = {
        "theta": (like.dtype, like.shape),
        "costs": (float64, (epochs,)),
        "validation_costs": (float64, (watched,)),
        "validation_scores": (float64, (watched,)),
        "numbers": (float64, (len(_NUMBERS),)),
    }
    if training.options.early_stopping and "best_theta" in arrays:
        expected["best_theta"] = like.dtype, like.shape
    if checkpoint.state.epoch > training.options.epochs:
        return _other("epoch", f"at most {training.options.epochs}", checkpoint.state.epoch)
    found = {"theta": checkpoint.state.theta, **arrays}
    names = sorted({*expected, *found})
    for name in names:
        if name not in found:
            return f"{name}: is not in it"
        if name not in expected:
            return f"{name}: is no array of this run"
        dtype, shape = expected[name]
        if (found[name].dtype, found[name].shape) != (dtype, shape):
            got = f"{found[name].dtype} of shape {found[name].shape}"
            return _other(name, f"{dtype} of shape {shape}", got)
    if len(checkpoint.state.moments) != len(state.moments):
        return _other("moments", str(len(state.moments)), len(checkpoint.state.moments))
    return ""


def _counter_problem(training: Training, checkpoint: Checkpoint) -> str:
    state, options = checkpoint.state, training.options
    rows = training.samples.rows
    count = math.ceil(rows / options.rows_per_batch(rows))  # minibatches of an epoch
    # A run that is interrupted while it measures a stream has done all of them.
    measures = training.validation is not None and isinstance(training.validation.X, Stream)
    last = count if measures else count - 1
    first = training.state
    if state.seed != first.seed:
        return _other("seed", str(first.seed), state.seed)
    done = first.step + (state.epoch - first.epoch) * count + state.position
    most = {
        "position": last if state.epoch < options.epochs else 0,
        "step": done,
        "rows_seen": min(state.position * options.rows_per_batch(rows), rows),
    }
    for name, number in most.items():
        if getattr(state, name) > number:
            return _other(name, f"at most {number:,}", getattr(state, name))
    return ""


def _history_problem(training: Training, arrays: Mapping[str, Array]) -> str:
    numbers = dict(zip(_NUMBERS, arrays["numbers"].tolist(), strict=True))
    epochs = len(arrays["costs"])
    for name in ("best_epoch", "stalled"):
        if numbers[name] not in range(epochs + 1):
            return _other(name, f"a whole number from 0 to {epochs}", numbers[name])
    if math.isnan(numbers["best"]):
        return _other("best", "a number", numbers["best"])
    if not 1 <= numbers["rate_divisor"] < math.inf:
        return _other("rate_divisor", "a number of at least 1", numbers["rate_divisor"])
    for name in ("costs", "best_theta"):
        if name in arrays and not np.isfinite(arrays[name]).all():
            return f"{name}: expected finite numbers"
    kept = numbers["best_epoch"] > 0 and training.options.early_stopping
    if kept and "best_theta" not in arrays:
        return "best_theta: is not in it"
    return ""


def _other(name: str, expected: str, got: object) -> str:
    return f"{name}: expected {expected}; got {got}"
