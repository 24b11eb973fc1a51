"""A learner's function or class in the user's own process, for :func:`clearprop.diagnose`."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from clearprop.doctor.learner.calling import InProcess, Returned
from clearprop.doctor.learner.namespace import Namespace
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.learner.survey import Survey
from clearprop.doctor.learner.surveyed import survey

__all__ = ["Local"]


class Local:
    """A function, a class, a method, or a cost and its gradient, called as they are.

    Parameters
    ----------
    entry
        The function, class or bound method; or ``(cost, gradient)``.

    Examples
    --------
    >>> local = Local(lambda theta, X, y: (0.0, theta))
    >>> local.entries, [parameter.name for parameter in local.survey.functions[0].parameters]
    (('function',), ['theta', 'X', 'y'])
    """

    broken: Raised | None = None
    failed: Raised | None = None
    octave = False
    cpu_seconds = 0.0  # it runs in this process

    def __init__(self, entry: Any) -> None:
        pieces = list(entry) if isinstance(entry, tuple) else [entry]
        module = ModuleType("learner")
        found: dict[str, Any] = {}
        for piece in pieces:
            vars(module).update(_names_around(piece))
            found[_name_of(piece)] = piece
        vars(module).update(found)
        self.entries = tuple(found)
        self.name = ",".join(getattr(piece, "__name__", type(piece).__name__) for piece in pieces)
        home = getattr(pieces[0], "__module__", "") or ""
        around = survey(vars(module), _source(sys.modules.get(home)), home)
        own = [survey({name: piece}, _source(piece)) for name, piece in found.items()]
        functions = [f for part in own for f in part.functions]
        classes = [c for part in own for c in part.classes]
        taken = {f.name for f in functions} | {c.name for c in classes}
        self.survey: Survey = replace(
            around,
            functions=(*functions, *(f for f in around.functions if f.name not in taken)),
            classes=(*classes, *(c for c in around.classes if c.name not in taken)),
        )
        self._namespace = Namespace(module)

    def call(self, arguments: Mapping[str, Any], values: str, adapter: str) -> Returned | Raised:
        """See :class:`~clearprop.doctor.learner.calling.Callee`."""
        return InProcess(self._namespace.adapter(adapter)).call(arguments, values)


def _name_of(piece: Any) -> str:
    name = getattr(piece, "__name__", "function")
    return name if name.isidentifier() else "function"


def _names_around(piece: Any) -> dict[str, Any]:
    """The names that the piece's module has."""
    function = inspect.unwrap(getattr(piece, "__func__", piece))
    names = getattr(function, "__globals__", None)
    if names is None:
        names = vars(sys.modules.get(getattr(piece, "__module__", "") or "", ModuleType("none")))
    return dict(names)


def _source(piece: Any) -> str:
    """The source text; empty where there is none, as for a function out of ``exec``."""
    try:
        return textwrap.dedent(inspect.getsource(piece))
    except (OSError, TypeError):
        return ""
