"""Checkpoints: the state of a training run in a file, to the same bits, written atomically.

A checkpoint is a safetensors file. Its tensors are ``theta``, ``moment_0``, ``moment_1``, ... and
the arrays of the training loop under their own names. One metadata key, ``clearprop-checkpoint``,
holds one JSON object: ``format_version``, ``checksum`` (of all bytes of the file), ``state`` (the
counters) and ``values`` (the loop's own).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.engines.protocol import TrainingState
from clearprop.errors import ModelFileError, ParameterError, is_whole, shown
from clearprop.network.architecture import Array
from clearprop.storage import container

__all__ = [
    "Checkpoint",
    "fingerprint",
    "load_checkpoint",
    "refuse_other_choices",
    "refuse_other_data",
    "save_checkpoint",
]

_COUNTERS = ("seed", "step", "epoch", "position", "rows_seen")
_MOST = 2**53  # a counter above it would take longer than any run


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything that a killed run needs to resume with the same bits.

    Parameters
    ----------
    state
        Theta, moments, seed and counters.
    arrays
        Other arrays, such as ``{"best_theta": (n_parameters,), "costs": (epochs,)}``. The names
        ``theta`` and ``moment_0``, ... are taken.
    values
        Other values, as JSON: choices and the fingerprint of the data.

    Raises
    ------
    ParameterError
        For an array with a name that the state has already.
    """

    state: TrainingState
    arrays: Mapping[str, Array] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = [name for name in self.arrays if name == "theta" or name.startswith("moment_")]
        if taken:
            raise ParameterError(f"arrays: the state has {', '.join(taken)}; use other names")


def save_checkpoint(checkpoint: Checkpoint, path: Any) -> None:
    """Write a checkpoint, whole or not at all. The one before it stays until it is replaced.

    Raises
    ------
    ModelFileError
        For a file that cannot be written, or a value that JSON cannot hold.

    Examples
    --------
    >>> import tempfile
    >>> state = TrainingState(np.array([0.1, -0.0]), (np.ones(2),), seed=7, step=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(Checkpoint(state, values={"best": 0.25}), f"{folder}/run.safetensors")
    ...     again = load_checkpoint(f"{folder}/run.safetensors")
    >>> again.state.theta, again.state.step, again.values
    (array([ 0.1, -0. ]), 3, {'best': 0.25})
    """
    state = checkpoint.state
    values = {
        "state": {name: getattr(state, name) for name in (*_COUNTERS, "cost_sum")},
        "values": checkpoint.values,
    }
    tensors = {"theta": state.theta, **_named(state.moments), **checkpoint.arrays}
    container.write(path, container.CHECKPOINT, values, tensors)


def _named(moments: Sequence[Array]) -> dict[str, Array]:
    return {f"moment_{i}": moment for i, moment in enumerate(moments)}


def load_checkpoint(path: Any) -> Checkpoint:
    """Read a checkpoint.

    Raises
    ------
    ModelFileError
        For a file that is not there, cut, foreign or hostile.

    Examples
    --------
    >>> load_checkpoint("no-such-run.safetensors")
    Traceback (most recent call last):
    clearprop.errors.ModelFileError: no-such-run.safetensors: there is no such file; ...
    """
    with container.opened(path, container.CHECKPOINT) as contents:
        problem = _counter_problem(contents.values) or _tensor_problem(contents)
        if problem:
            raise ModelFileError(f"{path}: {problem}")
        arrays = {name: contents.read(name) for name in contents.shapes}
    theta = arrays.pop("theta")
    count = sum(name.startswith("moment_") for name in arrays)
    moments = tuple(arrays.pop(f"moment_{i}") for i in range(count))
    for name, numbers in {"theta": theta, **_named(moments)}.items():
        if not np.isfinite(numbers).all():
            raise ModelFileError(f"{path}: {name}: expected finite numbers")
    state = TrainingState(theta, moments, **contents.values["state"])
    return Checkpoint(state, arrays, contents.values["values"])


def _counter_problem(values: Mapping[str, Any]) -> str:
    if set(values) != {"state", "values"}:
        return f"expected the keys format_version, state, values; got {sorted(values)}"
    state = values["state"]
    if not isinstance(values["values"], dict):
        return f"values: expected a JSON object; got {shown(values['values'])}"
    names = (*_COUNTERS, "cost_sum")
    if not isinstance(state, dict) or set(state) != set(names):
        return f"state: expected {', '.join(names)}; got {shown(state)}"
    if not isinstance(state["cost_sum"], float) or not math.isfinite(state["cost_sum"]):
        return f"state: cost_sum: expected a finite number; got {shown(state['cost_sum'])}"
    for name in _COUNTERS:
        number = state[name]
        if not is_whole(number) or number < 0:
            return f"state: {name}: expected a whole number from 0; got {shown(number)}"
        if name != "seed" and number > _MOST:
            return f"state: {name}: expected at most {_MOST:,}; got {shown(number)}"
    return ""


def _tensor_problem(contents: container.Contents) -> str:
    shapes, dtypes = contents.shapes, contents.dtypes
    if "theta" not in shapes:
        return "there is no theta in it"
    if len(shapes["theta"]) != 1 or dtypes["theta"] not in ("F32", "F64"):
        return (
            "theta: expected a vector of float32 (F32) or float64 (F64); "
            f"got {dtypes['theta']} of shape {shapes['theta']}"
        )
    moments = sorted(name for name in shapes if name.startswith("moment_"))
    expected = [f"moment_{i}" for i in range(len(moments))]
    if moments != sorted(expected):
        return f"moments: expected {', '.join(expected)}; got {', '.join(moments)}"
    for name in moments:
        if (shapes[name], dtypes[name]) != (shapes["theta"], dtypes["theta"]):
            return (
                f"{name}: expected {dtypes['theta']} of shape {shapes['theta']}, as theta; "
                f"got {dtypes[name]} of shape {shapes[name]}"
            )
    return ""


# -- The data of a run ----------------------------------------------------------------------------


def fingerprint(**arrays: Any) -> dict[str, Any]:
    """The shape, dtype and SHA-256 of each array of a run's data, as JSON values.

    SciPy's sparse arrays are hashed as they are stored (CSR). None is left out.

    Examples
    --------
    >>> fingerprint(X=np.zeros((2, 3)), sample_weight=None)
    {'X': {'shape': [2, 3], 'dtype': 'float64', 'sha256': '17b0761f87b081d5...'}}
    """
    return {name: _fingerprint(array) for name, array in arrays.items() if array is not None}


def _fingerprint(array: Any) -> dict[str, Any]:
    if hasattr(array, "tocsr"):
        rows = array.tocsr()
        parts = [rows.data, rows.indices, rows.indptr]
    else:
        array = np.asarray(array)
        parts = [array]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(np.ascontiguousarray(part).reshape(-1).view(np.uint8).data)
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "sha256": digest.hexdigest(),
    }


def refuse_other_choices(
    path: Any, before: Mapping[str, Any], now: Mapping[str, Any], verb: str
) -> None:
    """Refuse to resume from the checkpoint at `path` with other choices than before.

    `verb` is what the user does: ``"Train"``.

    Raises
    ------
    ModelFileError
        Naming every choice that differs, as it was and as it is.

    Examples
    --------
    >>> refuse_other_choices("run.safetensors", {"seed": 1}, {"seed": 2}, "Train")
    Traceback (most recent call last):
    clearprop.errors.ModelFileError: run.safetensors: was made with other choices: seed was 1 and \
is 2. Train with the same ones, or afresh in another folder
    """
    differ = [
        f"{name} was {before.get(name)!r} and is {now[name]!r}"
        for name in now
        if before.get(name) != now[name]
    ]
    if differ:
        raise ModelFileError(
            f"{path}: was made with other choices: {'; '.join(differ)}. {verb} with the same ones, "
            "or afresh in another folder"
        )


def refuse_other_data(path: Any, before: Any, now: Mapping[str, Any]) -> None:
    """Refuse to resume from the checkpoint at `path` with other data than before.

    Raises
    ------
    ModelFileError
        Naming the array that differs, and how.

    Examples
    --------
    >>> before, now = fingerprint(X=np.zeros((2, 3))), fingerprint(X=np.zeros((4, 3)))
    >>> refuse_other_data("run.safetensors", before, now)
    Traceback (most recent call last):
    clearprop.errors.ModelFileError: run.safetensors: was made with other data: X had shape \
(2, 3), and has (4, 3) now; hand in the same data, or train afresh in another folder
    """
    before = before if isinstance(before, Mapping) else {}
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if not isinstance(old, Mapping):
            what = f"{name} was not there, and is now"
        elif new is None:
            what = f"{name} was there, and is not now"
        elif (differs := next(k for k in new if old.get(k) != new[k])) == "sha256":
            what = f"{name} holds other values"
        else:
            was = tuple(old[differs]) if isinstance(old.get(differs), list) else old.get(differs)
            now_ = tuple(new[differs]) if differs == "shape" else new[differs]
            what = f"{name} had {differs} {was}, and has {now_} now"
        raise ModelFileError(
            f"{path}: was made with other data: {what}; hand in the same data, "
            "or train afresh in another folder"
        )
