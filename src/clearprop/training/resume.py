"""Checkpoints of a run. A resumed run ends with the same bits as one without a pause."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.errors import ModelFileError, raise_problems
from clearprop.network.samples import smoothed
from clearprop.storage.checkpoint import (
    Checkpoint,
    fingerprint,
    load_checkpoint,
    refuse_other_choices,
    refuse_other_data,
    save_checkpoint,
)
from clearprop.training.events import Ended, EpochEnded, Event, Progress
from clearprop.training.history import History
from clearprop.training.loop import Training
from clearprop.training.options import Options, checkpoint_problems

# A killed run loses at most about this much work.
SECONDS_BETWEEN = 5.0

_CURVES = ("costs", "validation_costs", "validation_scores")
_NUMBERS = ("best", "best_epoch", "stalled", "rate_divisor")


def resumable(training: Training, path: Path) -> Iterator[Event]:
    """Train with a checkpoint at `path`: resume from it if it is there, and keep it up to date.

    Parameters
    ----------
    training
        A run that has not started, made from the same data and choices as the checkpoint.
    path
        Read at once; written every few seconds and at the end, each time whole or not at all.

    Returns
    -------
    The events of `training`, an iterator.

    Raises
    ------
    ParameterError
        For ``lbfgs`` and ``cg``. Their state is inside of SciPy, so they cannot resume.
    ModelFileError
        For a checkpoint of other data or choices, or one that cannot be read or written.
    """
    options = training.options
    raise_problems(checkpoint_problems(options.solver))
    # The fingerprint is of the targets that training follows, as in every checkpoint before.
    Y = smoothed(training.network, training.Y, options.label_smoothing)  # (m, K)
    data = fingerprint(X=training.X, Y=Y, sample_weight=training.sample_weight)
    choices = _choices(training)
    if path.exists():
        _restore(training, path, data, choices)
    return _kept(training, path, data, choices)


def checkpoint_files(path: Path, runs: int) -> list[Path]:
    """The files of several runs that train side by side, or of one.

    Examples
    --------
    >>> [file.name for file in checkpoint_files(Path("run.safetensors"), 2)]
    ['run-1.safetensors', 'run-2.safetensors']
    >>> [file.name for file in checkpoint_files(Path("run.safetensors"), 1)]
    ['run.safetensors']
    """
    if runs == 1:
        return [path]
    return [path.with_stem(f"{path.stem}-{i}") for i in range(1, runs + 1)]


def _kept(training: Training, path: Path, data: Any, choices: dict[str, Any]) -> Iterator[Event]:
    """The events of the run, with a checkpoint now and then."""
    saved = time.perf_counter()
    for event in training:
        late = time.perf_counter() - saved > SECONDS_BETWEEN
        if isinstance(event, Ended) or (late and isinstance(event, Progress | EpochEnded)):
            save_checkpoint(_checkpoint(training, data, choices), path)
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
    return {**network, "engine": training.engine.name, **options}


def _checkpoint(training: Training, data: Any, choices: dict[str, Any]) -> Checkpoint:
    history = training.history
    arrays = {name: np.array(getattr(history, name), np.float64) for name in _CURVES}
    arrays["numbers"] = np.array([getattr(history, name) for name in _NUMBERS], np.float64)
    if history.best_theta is not None:
        arrays["best_theta"] = history.best_theta
    return Checkpoint(training.state, arrays, {"data": data, "choices": choices})


def _restore(training: Training, path: Path, data: Any, choices: dict[str, Any]) -> None:
    checkpoint = load_checkpoint(path)
    refuse_other_data(path, checkpoint.values.get("data"), data)
    before = checkpoint.values.get("choices")
    if not isinstance(before, dict):
        raise ModelFileError(f"{path}: holds no choices: it is no checkpoint of a training run")
    # An older checkpoint does not tell the choices that came later: it was made without them.
    before = {**asdict(Options()), "quantiles": [], "threshold": 1.0, **before}
    refuse_other_choices(path, before, choices, "Train")
    arrays = dict(checkpoint.arrays)
    n = training.network.n_parameters
    shapes = {"theta": checkpoint.state.theta.shape, **{k: a.shape for k, a in arrays.items()}}
    expected = {"theta": (n,), "numbers": (len(_NUMBERS),), "best_theta": (n,)}
    missing = [name for name in (*_CURVES, "numbers") if name not in arrays]
    wrong = [name for name, shape in expected.items() if shapes.get(name, shape) != shape]
    if missing or wrong or len(checkpoint.state.moments) != len(training.state.moments):
        raise ModelFileError(
            f"{path}: does not hold what this run needs: {', '.join(missing + wrong) or 'moments'}"
        )
    numbers = dict(zip(_NUMBERS, arrays["numbers"].tolist(), strict=True))
    training.state = checkpoint.state
    training.history = History(
        **{name: arrays[name].tolist() for name in _CURVES},
        best_theta=arrays.get("best_theta"),
        **numbers,
    )
    training.history.best_epoch = int(numbers["best_epoch"])
    training.history.stalled = int(numbers["stalled"])
