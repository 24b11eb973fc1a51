"""An explanation: one sample's pass, what it is called, and which units are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from clearprop.explain.batch import Average, Sensitivity, averages, sensitivities
from clearprop.explain.loop import Loop, run_loop
from clearprop.explain.trace import Trace
from clearprop.explain.units import UnitStory, unit_story
from clearprop.explain.wishes import Together, Wish, together, wish
from clearprop.network.architecture import Array

__all__ = ["Explanation", "Names"]

TERMS = 5  # of a sum that are named
_ALL_UNITS = 4  # a layer of so few units is told whole
_SAMPLES = 10  # of the batch that are told one by one; eleven, too: there is no rest of one
_PARAMETERS = 8  # that J reacts to most
_IN_FULL = 20_000  # parameters; of larger networks a dictionary leaves Delta and D out


@dataclass(frozen=True)
class Names:
    """What the sample, the inputs and the outputs are called.

    Attributes
    ----------
    source
        Where the sample comes from, such as ``"digits"``; or None.
    index
        Its number there, from 0.
    inputs, outputs
        A name for each unit of the first and of the last layer; or None.
    image_shape
        ``(height, width)`` where the inputs are the pixels of an image.
    image_order
        ``"C"`` where the pixels come row by row, ``"F"`` column by column.
    seen, truth
        What the network says and what is right, in the user's words; or None.
    encoded, standardised
        Whether the inputs and the targets are other numbers than the user's.
    """

    source: str | None = None
    index: int = 0
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    image_shape: tuple[int, int] | None = None
    image_order: Literal["C", "F"] = "C"
    seen: str | None = None
    truth: str | None = None
    encoded: bool = False
    standardised: bool = False

    def image(self, x: Array) -> Array:
        """The inputs ``(s_1,)`` as an image ``(height, width)``."""
        assert self.image_shape is not None
        return x.reshape(self.image_shape, order=self.image_order)

    def pixel(self, unit: int) -> tuple[int, int]:
        """Row and column of an input, all from 1."""
        assert self.image_shape is not None
        row, column = np.unravel_index(unit - 1, self.image_shape, order=self.image_order)
        return int(row) + 1, int(column) + 1


@dataclass(frozen=True, eq=False)
class Explanation:
    """One sample's way through the network and back; ``print`` it, or let a notebook show it.

    Attributes
    ----------
    batch
        The :class:`~clearprop.explain.trace.Trace` of the sample and those it is averaged with.
    sample
        Its row in the batch, from 0.
    asked
        ``((layer, unit), ...)``: the units that are told; none: those that matter most.
    names
        What things are called.
    lang
        ``"en"`` or ``"zh"``.
    """

    batch: Trace
    sample: int
    asked: tuple[tuple[int, int], ...] = ()
    names: Names = field(default_factory=Names)
    lang: str = "en"

    @cached_property
    def one(self) -> Trace:
        """The trace of the sample by itself."""
        return self.batch.sample(self.sample)

    @property
    def backward(self) -> bool:
        """Whether there are targets, so that something flows back."""
        return self.batch.back is not None

    def told(self, layer: int) -> list[int]:
        """The units of a layer (2 to L) that are told by themselves, from 1.

        Those that were asked for; else all of a layer of at most four; else the two with the
        largest ``|delta|``, the class that is right being one of them among outputs that are
        classes; or without targets the two with the largest ``|a|``.
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
        # Whoever asks for a unit wants to see more of it.
        most = 2 * TERMS if self.asked else TERMS
        return unit_story(self.one, layer, unit, most)

    @cached_property
    def wishes(self) -> tuple[Wish, ...]:
        """What the outputs that are told ask for."""
        last = self.one.n_layers
        outputs = self.told(last) or _largest(np.abs(self.one.delta(last)[0]), 1)
        return tuple(wish(self.one, k, TERMS) for k in outputs)

    @cached_property
    def together(self) -> tuple[Together, ...]:
        """What all outputs ask of the layer before; of hidden units alone, inputs being given."""
        return tuple(together(self.one, TERMS)) if self.one.n_layers > 2 else ()

    @cached_property
    def averages(self) -> tuple[Average, ...]:
        """How gradients of the last layer come from the samples of the batch."""
        return tuple(averages(self.batch, 3))

    @cached_property
    def sensitivities(self) -> tuple[Sensitivity, ...]:
        """The parameters that J reacts to most."""
        return tuple(sensitivities(self.batch, _PARAMETERS))

    @cached_property
    def loop(self) -> Loop:
        """The course's loop over the first samples of the batch."""
        return run_loop(self.batch.first(self.shown_samples))

    @property
    def shown_samples(self) -> int:
        """How many samples of the batch are told one by one."""
        return self.batch.m if self.batch.m <= _SAMPLES + 1 else _SAMPLES

    def to_dict(self) -> dict[str, Any]:
        """Every number, as JSON values in full precision.

        ``layers`` holds x, z, a and delta of every unit; ``units`` the arithmetic of those that are
        told; ``gradient`` Delta and D of every layer where the network has at most 20,000
        parameters, else None.
        """
        from clearprop.explain.facts import facts

        return facts(self, in_full=self.batch.network.n_parameters <= _IN_FULL)

    def to_text(self, lang: str | None = None) -> str:
        """The explanation for a terminal of 80 columns."""
        from clearprop.explain.document import document
        from clearprop.explain.text import text

        return text(document(self, lang or self.lang))

    def to_html(self, lang: str | None = None) -> str:
        """The explanation as a page that stands alone."""
        from clearprop.explain.html import page

        return page(self, lang or self.lang)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from clearprop.explain.html import fragment

        return fragment(self, self.lang)


def _largest(sizes: Any, n: int) -> list[int]:
    """The units (from 1) of the n largest sizes, in their order."""
    return sorted(int(k) + 1 for k in np.argsort(-sizes, kind="stable")[:n])
