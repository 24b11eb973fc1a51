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

__all__ = ["Callee", "InProcess", "Parameter", "Raised", "Returned"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of the learner's function."""

    name: str
    required: bool


@dataclass(frozen=True)
class Returned:
    """What the function gave back, as NumPy arrays, numbers, and lists or dicts of them."""

    value: Any
    changed: tuple[str, ...] = ()  # arguments that it changed in place


class Callee(Protocol):
    """A function that can be asked, wherever it runs."""

    name: str
    parameters: tuple[Parameter, ...]
    values: str  # what it computes with: "numpy", "torch", "jax" or "octave"
    broken: Raised | None  # why it cannot be called at all

    def call(self, arguments: Mapping[str, Any], values: str) -> Returned | Raised:
        """Call it with these arguments (arrays become values of that library)."""


class InProcess:
    """A Python function, called as it is."""

    broken: Raised | None = None

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)
        self.parameters = parameters_of(function)
        self.values = library_of(function)

    def call(self, arguments: Mapping[str, Any], values: str) -> Returned | Raised:
        """See :class:`Callee`."""
        given = {name: _given(value, values) for name, value in arguments.items()}
        before = {name: as_numpy(value) for name, value in given.items()}
        try:
            # The learner's log of 0 gives a number that the report can show. No warning is needed.
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                value = as_numpy(self.function(**given))
        except (Exception, SystemExit) as error:
            return raised(error)
        changed = tuple(name for name in given if not _equal(before[name], as_numpy(given[name])))
        return Returned(value, changed)


def parameters_of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters that can be given by name."""
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        found.append(Parameter(name, parameter.default is parameter.empty))
    return tuple(found)


def library_of(function: Callable[..., Any]) -> str:
    """What the function computes with, by the names that its module has imported."""
    names = getattr(inspect.unwrap(function), "__globals__", {})
    roots = {
        (getattr(value, "__name__", "") if inspect.ismodule(value) else "").partition(".")[0]
        for value in list(names.values())
    }
    return next((library for library in ("torch", "jax") if library in roots), "numpy")


def _given(value: Any, values: str) -> Any:
    """A fresh copy of an argument, as the library's own kind of array."""
    if isinstance(value, list):
        return [_given(item, values) for item in value]
    if not isinstance(value, np.ndarray):
        return value
    # The learner's module has imported the library. This one never does.
    if values == "torch":
        return sys.modules["torch"].from_numpy(value.copy())
    if values == "jax":
        return sys.modules["jax"].numpy.asarray(value)
    return value.copy()


def as_numpy(value: Any) -> Any:
    """A copy with the arrays of any library as NumPy's, in the lists and dicts that hold them."""
    if isinstance(value, tuple | list):
        return [as_numpy(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_numpy(item) for key, item in value.items()}
    if isinstance(value, bool | int | float | complex | str) or value is None:
        return value
    if hasattr(value, "detach"):  # torch: off the graph, off the device
        value = value.detach().cpu().numpy()
    try:
        return np.array(value)
    except Exception:
        return repr(value)


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_equal, before, after))
    return bool(np.array_equal(before, after, equal_nan=True)) if _is_array(before) else True


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
