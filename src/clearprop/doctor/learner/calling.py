"""Call a learner's function with arrays of NumPy, torch or JAX.

What comes back is plain NumPy, or the exception with its file, line and code. The child process
(:mod:`clearprop.doctor.learner.runner`) calls functions this way, and so does
:func:`clearprop.diagnose`, in the user's own process.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from clearprop.doctor.learner.raised import Raised, raised
from clearprop.doctor.learner.survey import Survey

__all__ = ["Callee", "InProcess", "Returned"]


@dataclass(frozen=True)
class Returned:
    """What the function gave back, as NumPy arrays, numbers, and lists or dicts of them."""

    value: Any
    changed: tuple[str, ...] = ()  # arguments that it changed in place


class Callee(Protocol):
    """A function that can be asked, wherever it runs."""

    name: str
    entries: tuple[str, ...]  # what was asked for by name; empty: the file as a whole
    survey: Survey
    broken: Raised | None  # why nothing can be called at all
    failed: Raised | None  # what failed while the file was loaded
    octave: bool  # adapters are said in Octave
    cpu_seconds: float  # that its code has used in a process of its own

    def call(self, arguments: Mapping[str, Any], values: str, adapter: str) -> Returned | Raised:
        """Call an adapter with these arguments (arrays become values of that library)."""


class InProcess:
    """A Python function, called as it is."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def call(self, arguments: Mapping[str, Any], values: str) -> Returned | Raised:
        """What it gives back, with the arguments that it changed in place; or its exception."""
        given = {name: _given(value, values) for name, value in arguments.items()}
        before = {name: _as_numpy(value) for name, value in given.items()}
        try:
            # The learner's log of 0 gives a number that the report can show. No warning is needed.
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                value = _as_numpy(self.function(**given))
        except (Exception, SystemExit) as error:
            return raised(error)
        changed = tuple(name for name in given if not _equal(before[name], _as_numpy(given[name])))
        return Returned(value, changed)


def _given(value: Any, values: str) -> Any:
    """A fresh copy of an argument, as the library's own kind of array."""
    if isinstance(value, list):
        return [_given(item, values) for item in value]
    if not isinstance(value, np.ndarray):
        return value
    if values == "lists":
        return value.item() if value.size == 1 else value.tolist()
    # The learner's module has imported the library. This one never does.
    if values.startswith("torch"):
        tensor = sys.modules["torch"].from_numpy(value.copy())
        single = values.endswith("float32") and tensor.is_floating_point()
        return tensor.float() if single else tensor
    if values == "jax":
        return sys.modules["jax"].numpy.asarray(value)
    return value.copy()


_DEEPEST = 8  # lists in objects in lists ... that are looked into


def _as_numpy(value: Any, depth: int = 0) -> Any:
    """A copy with the arrays of any library as NumPy's, in the lists and dicts that hold them.

    An object of the learner's own class becomes a dict of its attributes, with its class under
    ``"__object__"``.
    """
    if depth > _DEEPEST:
        return None
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()  # a NamedTuple
    if isinstance(value, tuple | list):
        return [_as_numpy(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_numpy(item, depth + 1) for key, item in value.items()}
    if isinstance(value, bool | int | float | complex | str) or value is None:
        return value
    if hasattr(value, "detach"):  # torch: off the graph, off the device
        value = value.detach().cpu().numpy()
    if _is_own(value):
        inside = {str(key): _as_numpy(item, depth + 1) for key, item in vars(value).items()}
        return {"__object__": type(value).__name__, **inside}
    try:
        return np.array(value)
    except Exception:
        return repr(value)


def _is_own(value: Any) -> bool:
    """Whether a value is an object of a class that a learner wrote, and no array or function."""
    if not hasattr(value, "__dict__") or hasattr(value, "shape") or hasattr(value, "__array__"):
        return False
    return not isinstance(value, type) and not inspect.isroutine(value)


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_equal, before, after))
    return bool(np.array_equal(before, after, equal_nan=True)) if _is_array(before) else True


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
