"""A model that is being served: its file, its columns, and its network with sessions kept open."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.data.bins import no_edges
from clearprop.data.encoding import Encoder
from clearprop.data.table import Array, listing
from clearprop.engines.choice import choose_engine
from clearprop.engines.protocol import Engine, TrainingState
from clearprop.engines.slices import averaged
from clearprop.model import Model
from clearprop.serve.answers import Answers
from clearprop.serve.columns import Columns
from clearprop.serve.ordinary import Ordinary
from clearprop.storage.model_file import load

__all__ = ["Outputs", "Served", "changes"]

# A network of fewer parameters passes one row in less time than another thread takes to wake up.
_SMALL = 1 << 20
# Multiply-adds that may be done between two requests: about a millisecond on one core.
_AT_ONCE = 1 << 24


class Outputs:
    """h(x), averaged over the networks of a model, by sessions that stay open.

    One thread at a time calls it.
    """

    def __init__(self, model: Model, engine: Engine) -> None:
        self._network = model.network
        self._sessions = [
            engine.open(model.network, TrainingState(theta)) for theta in model.thetas
        ]

    def __call__(self, X: Array) -> Array:
        """The outputs ``(m, K)`` of inputs ``(m, s_1)``, with the bits of :meth:`Model.outputs`."""
        return averaged(self._network, self._sessions, X)


@dataclass(frozen=True, eq=False)
class Served:
    """A model with what answers a request.

    Attributes
    ----------
    model
        The model.
    name
        What answers and lines of the log call it: the name of its file.
    sha256
        The hash of the file, in hexadecimal digits.
    """

    model: Model
    name: str
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Served:
        """Load a model file.

        Raises
        ------
        ModelFileError
            As :func:`clearprop.load`.
        """
        served = cls(load(path), path.name, _digest(path))
        served.ready()
        return served

    def ready(self) -> None:
        """Make now what the first request would wait for."""
        self.at_once(np.zeros((1, self.model.network.n_inputs), self.model.theta.dtype))
        _ = self.columns, self.ordinary, self.answers

    @cached_property
    def columns(self) -> Columns:
        """The columns, which check rows."""
        return Columns(self.model)

    @cached_property
    def ordinary(self) -> Ordinary:
        """The way of ordinary rows."""
        encoder, model = self.model.encoder, self.model
        if encoder is None:  # (x - 0) / 1 is x
            n = model.network.n_inputs
            numbers = (None, (("",),) * n, (None,) * n, np.zeros(n, bool))
            encoder = Encoder(
                *numbers,
                *(np.zeros(n), np.ones(n), np.zeros(n)),
                *(np.full(n, -np.inf), np.full(n, np.inf), no_edges(n)),
            )
        return Ordinary(encoder, model.theta.dtype)

    @cached_property
    def answers(self) -> Answers:
        """What makes answers."""
        return Answers(self.model.targets, self.model.theta.dtype == np.float32)

    @cached_property
    def engine(self) -> Engine:
        """The engine that computes."""
        return choose_engine("auto")

    @cached_property
    def at_once(self) -> Outputs:
        """The outputs for the thread that answers requests."""
        return Outputs(self.model, self.engine)

    @cached_property
    def apart(self) -> Outputs:
        """The outputs for the thread beside it."""
        return Outputs(self.model, self.engine)

    def is_quick(self, rows: int) -> bool:
        """Whether so many rows are sooner computed than handed to another thread."""
        n = len(self.model.thetas) * self.model.network.n_parameters
        return n <= _SMALL and rows * n <= _AT_ONCE

    @property
    def may_join(self) -> bool:
        """Whether rows of several requests may pass the network together.

        The native core gives a row the same bits whatever stands beside it. A BLAS does not.
        """
        return self.engine.name == "native"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def changes(old: Model, new: Model) -> list[str]:
    """What clients will notice of a new model: columns and answers that are others, in English.

    Examples
    --------
    >>> from clearprop.data.targets import Targets
    >>> from clearprop.network.architecture import Network
    >>> old = Model(Network((1, 1)), [0.0, 1.0], Targets.fit(["no", "yes"]))
    >>> new = Model(Network((2, 1)), [0.0, 1.0, 1.0], Targets.fit(["no", "maybe"]))
    >>> changes(old, new)
    ['columns: 2 in place of 1', 'classes: new: maybe; gone: yes']
    """
    one, two = Columns(old), Columns(new)
    found = []
    if one.named and two.named:
        kinds = [{column.name: column.kind for column in columns.columns} for columns in (one, two)]
        found += _set_changes("columns", kinds[0], kinds[1])
        found += [
            f"column {name!r}: {kind} in place of {kinds[0][name]}"
            for name, kind in kinds[1].items()
            if kinds[0].get(name, kind) != kind
        ]
    elif one.named != two.named or len(one.names) != len(two.names):
        found.append(f"columns: {len(two.names)} in place of {len(one.names)}")
    if old.targets.task != new.targets.task:
        found.append(f"task: {new.targets.task} in place of {old.targets.task}")
    elif old.targets.classes is not None and new.targets.classes is not None:
        labels = [dict.fromkeys(map(str, of.targets.classes.tolist())) for of in (old, new)]  # type: ignore[union-attr]
        found += _set_changes("classes", labels[0], labels[1])
    return found


def _set_changes(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    parts = [
        *_listed("new", [name for name in new if name not in old]),
        *_listed("gone", [name for name in old if name not in new]),
    ]
    return [f"{what}: {'; '.join(parts)}"] if parts else []


def _listed(what: str, names: Sequence[str]) -> list[str]:
    return [f"{what}: {listing(names)}"] if names else []
