"""An explanation: one sample's pass, what it is called, and which units are told.

The record imports no renderer. ``clearprop/explain/__init__.py`` binds the renderers of its text,
page and fragment to it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from clearprop.explain.averages import Average, averages
from clearprop.explain.names import Names
from clearprop.explain.penalty import Penalty
from clearprop.explain.sample_loop import SampleLoop, run_sample_loop
from clearprop.explain.sensitivities import Sensitivity, sensitivities
from clearprop.explain.trace import Trace
from clearprop.explain.units import UnitStory, unit_story
from clearprop.explain.wishes import Together, Wish, together, wish
from clearprop.faces import face
from clearprop.network.architecture import Array

__all__ = ["Explanation"]

# How many terms of a sum are named.
_TERMS = 5
# A layer of at most this many units is told whole.
_ALL_UNITS = 4
# This many samples of a larger batch are told one by one. A batch of eleven is told whole, since
# the line for the rest would take as much room as the eleventh sample.
_SAMPLES = 10
# How many entries of the last layer's gradient are told sample by sample.
_AVERAGES = 3
# How many parameters are told, out of those that J reacts to most.
_PARAMETERS = 8
# The dictionary of a network with more parameters leaves Delta and D out.
_IN_FULL = 20_000


@dataclass(frozen=True, eq=False)
class Explanation:
    """One sample's way through the network and back; ``print`` it, or let a notebook show it.

    Attributes
    ----------
    batch
        The :class:`~clearprop.explain.trace.Trace` of the sample and those it is averaged with.
    sample
        Its row in the batch, from 0.
    penalty
        What lambda adds, with the m of the training
        (:class:`~clearprop.explain.penalty.Penalty`).
    asked
        ``((layer, unit), ...)``: the units to tell. If empty, those that matter most are told.
    names
        What things are called.
    lang
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> from clearprop import Network, explain
    >>> explanation = explain(Network((2, 1)), [0.5, 1.0, -1.0], [3.0, 1.0], 1)
    >>> print(explanation.to_text("zh").splitlines()[0])
    一个样本：逐步讲解
    >>> explanation.to_dict()["layers"][1]["z"]
    [2.5]
    """

    batch: Trace
    sample: int
    penalty: Penalty
    asked: tuple[tuple[int, int], ...] = ()
    names: Names = field(default_factory=Names)
    lang: str = "en"

    @cached_property
    def one(self) -> Trace:
        """The trace of the sample by itself."""
        return self.batch.sample(self.sample)

    def number(self, row: int) -> int:
        """The number in its source, from 0, of a row of the batch."""
        return self.names.rows[row] if self.names.rows else row

    @property
    def backward(self) -> bool:
        """Whether there are targets, so that something is passed back."""
        return self.batch.back is not None

    def told(self, layer: int) -> list[int]:
        """The units of a layer (2 to L) that are told one by one; units count from 1.

        They are the units that were asked for. If none were, a layer of at most four units is told
        whole. Of a larger layer two units are told: those with the largest ``|delta|``, or with the
        largest ``|a|`` where there are no targets. If the outputs are classes, the right one is
        always told.
        """
        if self.asked:
            return [unit for l, unit in self.asked if l == layer]
        a = self.one.a(layer)[0]  # (s_l,)
        if len(a) <= _ALL_UNITS:
            return list(range(1, len(a) + 1))
        if not self.backward:
            return _largest(np.abs(a), 2)
        size = np.abs(self.one.delta(layer)[0])  # (s_l,)
        assert self.one.Y is not None
        y = self.one.Y[0]  # (K,)
        if layer == self.one.n_layers and y.max() == y.sum() == 1:  # one class is right
            size[int(y.argmax())] = np.inf
        return _largest(size, 2)

    def unit(self, layer: int, unit: int) -> UnitStory:
        """A unit's arithmetic."""
        # A user who asks for a unit wants to see more of it.
        most = 2 * _TERMS if self.asked else _TERMS
        return unit_story(self.one, layer, unit, most)

    @cached_property
    def wishes(self) -> tuple[Wish, ...]:
        """What the outputs that are told ask for."""
        last = self.one.n_layers
        outputs = self.told(last) or _largest(np.abs(self.one.delta(last)[0]), 1)
        return tuple(wish(self.one, k, _TERMS) for k in outputs)

    @cached_property
    def together(self) -> tuple[Together, ...]:
        """What all outputs ask of the layer before. Empty if that layer is the inputs."""
        return tuple(together(self.one, _TERMS)) if self.one.n_layers > 2 else ()

    @cached_property
    def averages(self) -> tuple[Average, ...]:
        """How gradients of the last layer come from the samples of the batch."""
        return tuple(averages(self.batch, self.penalty, _AVERAGES))

    @cached_property
    def sensitivities(self) -> tuple[Sensitivity, ...]:
        """The parameters that J reacts to most."""
        return tuple(sensitivities(self.batch, self.penalty, _PARAMETERS))

    @cached_property
    def loop(self) -> SampleLoop:
        """The course's loop over the first samples of the batch."""
        return run_sample_loop(self.batch.first(self.shown_samples))

    @property
    def shown_samples(self) -> int:
        """How many samples of the batch are told one by one."""
        return self.batch.m if self.batch.m <= _SAMPLES + 1 else _SAMPLES

    # -- How it is shown ---------------------------------------------------------------------------

    def to_text(self, lang: str | None = None) -> str:
        """The explanation for a terminal of 80 columns."""
        return face(self, "text")(self, lang or self.lang)

    def to_html(self, lang: str | None = None) -> str:
        """The explanation as a page that stands alone."""
        return face(self, "page")(self, lang or self.lang)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return face(self, "fragment")(self, self.lang)

    def to_dict(self) -> dict[str, Any]:
        """Every number, as JSON values in full precision.

        ``layers`` holds x, z, a and delta of every unit. ``units`` holds the arithmetic of the
        units that are told. ``gradient`` holds Delta, the data's part Delta/m and D of every
        layer, or None if the network has more than 20,000 parameters. D is None if the m of lambda
        is not known. ``cost`` has the mean over the batch and lambda's part of J apart.
        """
        found = self._forward_numbers()
        return found | self._backward_numbers() if self.backward else found

    def _forward_numbers(self) -> dict[str, Any]:
        one, network = self.one, self.batch.network
        layers: list[dict[str, Any]] = [{"layer": 1, "a": one.a(1)[0].tolist()}]
        for l in range(2, one.n_layers + 1):
            layer = {"layer": l, "z": one.z(l)[0].tolist(), "a": one.a(l)[0].tolist()}
            if self.backward:
                layer["delta"] = one.delta(l)[0].tolist()
            layers.append(layer)
        return {
            "network": {
                "layer_sizes": list(network.layer_sizes),
                "activation": network.activation,
                "cost": network.cost,
                "regularization": network.regularization,
                "parameters": network.n_parameters,
            },
            "sample": self._names() | {"index": self.number(self.sample), "row": self.sample},
            "layers": layers,
            "units": [
                asdict(self.unit(l, unit))
                for l in range(2, one.n_layers + 1)
                for unit in self.told(l)
            ],
        }

    def _names(self) -> dict[str, Any]:
        names = asdict(self.names)
        del names["rows"]  # they are said of the batch
        return names

    def _backward_numbers(self) -> dict[str, Any]:
        one, batch = self.one, self.batch
        assert one.Y is not None
        assert one.per_output is not None
        return {
            "target": one.Y[0].tolist(),
            "cost": {
                "per_output": one.per_output[0].tolist(),
                "sample": float(one.per_output[0].sum()),
                "batch": batch.J,
                "penalty": self.penalty.J,
            },
            "batch": {
                "rows": batch.m,
                "numbers": [self.number(row) for row in range(batch.m)],
                "penalty_rows": self.penalty.rows,
            },
            "gradient": self._gradient_numbers(),
            "wishes": [asdict(wish) for wish in self.wishes],
            "together": [asdict(unit) for unit in self.together],
            "averages": [asdict(average) for average in self.averages],
            "sensitivities": [asdict(parameter) for parameter in self.sensitivities],
            "loop": {"samples": len(self.loop.turns), "difference": self.loop.difference},
        }

    def _gradient_numbers(self) -> list[dict[str, Any]] | None:
        batch = self.batch
        if batch.network.n_parameters > _IN_FULL:
            return None
        found = []
        for l in range(1, batch.n_layers):
            mean, penalty = batch.mean(l), self.penalty.block(l)  # (s_l + 1, s_{l+1}) each
            found.append(
                {
                    "layer": l,
                    "Delta": batch.Delta(l).tolist(),
                    "mean": mean.tolist(),
                    "D": None if penalty is None else (mean + penalty).tolist(),
                }
            )
        return found


def _largest(sizes: Array, n: int) -> list[int]:
    """The units (from 1) of the n largest sizes ``(s_l,)``, in the order of the layer."""
    return sorted(int(k) + 1 for k in np.argsort(-sizes, kind="stable")[:n])
