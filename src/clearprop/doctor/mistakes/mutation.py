"""Mistakes as changes of the true algorithm.

A :class:`Mutation` replaces one or two steps of :mod:`clearprop.doctor.algorithm`, in some layers
or in all. Two mistakes at once are both replacements at once. All that is known of a mistake stands
in its :class:`Mutation`: the changed steps, the equation, the corrected line, and the sentences in
both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from clearprop.doctor.algorithm import LAYERED, STEPS, Pass, Step
from clearprop.language import Sentences
from clearprop.network.architecture import Array, Network

__all__ = [
    "Change",
    "Description",
    "Mutant",
    "Mutation",
    "block_names",
    "changed",
    "meeting",
    "mutants_of",
]

# Steps that do something only where there is regularization.
_OF_LAMBDA = frozenset({"penalty_of", "penalty", "decayed", "decay", "regularize"})

Change = Callable[..., Any]
"""``(step, p, *arguments) -> value``: it replaces `step`, which is handed in."""


@dataclass(frozen=True)
class Description:
    """What is said about a mistake in one language.

    Attributes
    ----------
    symptom
        What the learner sees.
    cause
        What the mistake is.
    hint
        A question or a task that leads to it and does not tell it.
    """

    symptom: str
    cause: str
    hint: str


@dataclass(frozen=True, eq=False)
class Mutation:
    """One known mistake: what it changes, and what is said about it.

    Attributes
    ----------
    id
        Its name, in reports and in JSON.
    half
        ``"forward"`` (it shows in J and in the gradient), ``"cost"`` or ``"gradient"``.
    place
        What it can be pinned to: ``"hidden"`` layers, ``"delta"`` of the hidden layers, ``"Theta"``
        (every matrix), ``"inner Theta"`` (every matrix but the first), ``"sloped Theta"`` (every
        matrix that leads to units whose slope is in delta), ``"layer"`` (every layer but the
        inputs), ``"cost"``, ``"output"``, ``"all"``. A mistake with layers is made in one of them,
        or in all. ``"block"``: the `blocks` of one learner's gradient.
    variants
        The ways in which people write it: the steps that change, each by a :data:`Change`.
    equation
        The right equation. What the learner's code lacks, or has wrong, stands in ``[[ ]]``.
    line
        The corrected line in NumPy.
    en, zh
        The :class:`Description` in English and in Chinese.
    fits
        Which networks the mistake can be made in.
    everywhere
        Steps that it changes in every layer, even where it is pinned to one.
    resizes
        Whether it gives the gradient another size than theta's.
    blocks
        Where it was read off single blocks: l of Theta^(l), and ``"bias"`` or ``"weights"``.
    asked
        ``"both"``, or whether it shows only in a gradient that the code gives itself
        (``"gradient"``), or only in one that is read off a step of training (``"step"``).
    """

    id: str
    _: KW_ONLY
    half: str
    place: str
    variants: tuple[Mapping[str, Change], ...]
    equation: str
    line: str
    en: Description
    zh: Description
    fits: Callable[[Network], bool] = lambda network: True
    everywhere: frozenset[str] = frozenset()
    resizes: bool = False
    blocks: tuple[tuple[int, str], ...] = ()
    asked: str = "both"

    def needs_lambda(self, variant: int) -> bool:
        """Whether a variant changes nothing but regularization: without lambda it cannot show."""
        return _OF_LAMBDA.issuperset(self.variants[variant])

    def description(self, lang: str) -> Description:
        """What is said about it in a language."""
        return {"en": self.en, "zh": self.zh}[lang]

    def layers(self, network: Network) -> list[int]:
        """The layers that it can be pinned to; none where its place is no layer."""
        L = network.n_layers
        sloped = L if network.cost == "quadratic" else L - 1
        ranges = {
            "hidden": (2, L),
            "delta": (2, L),
            "inner Theta": (2, L),
            "sloped Theta": (1, sloped),
            "Theta": (1, L),
            "layer": (2, L + 1),
        }
        return list(range(*ranges[self.place])) if self.place in ranges else []


@dataclass(frozen=True)
class Mutant:
    """A mutation in one of its variants, pinned to layers; None where its place is no layer."""

    mutation: Mutation
    variant: int
    layers: tuple[int, ...] | None

    @property
    def key(self) -> tuple[str, tuple[int, ...] | None]:
        """What a diagnosis names. It does not name the variant."""
        return self.mutation.id, self.layers

    @property
    def steps(self) -> frozenset[str]:
        """The names of the steps that it changes."""
        return frozenset(self.mutation.variants[self.variant])

    def where(self, lang: str) -> str:
        """The place in words.

        Examples
        --------
        >>> from clearprop.doctor.mistakes import CATALOGUE
        >>> (slope,) = (mutation for mutation in CATALOGUE if mutation.id == "slope-missing")
        >>> Mutant(slope, 0, (2, 3)).where("en")
        'the gradient, delta^(2), delta^(3)'
        """
        place = "Theta" if "Theta" in self.mutation.place else self.mutation.place
        symbol = {"delta": "delta^({})", "Theta": "Theta^({})"}.get(place, "{}")
        layers = ", ".join(symbol.format(l) for l in self.layers or ())
        if self.mutation.blocks:
            names = block_names(self.mutation.blocks, lang)
            return Sentences("clearprop.doctor", lang)("where.gradient-Theta", layers=names)
        key = f"where.{self.mutation.half}-{place.replace('layer', 'hidden')}"
        return Sentences("clearprop.doctor", lang)(key, layers=layers)

    def meets(self, other: Mutant) -> bool:
        """Whether the two change one step in one layer. Then either may wrap the other."""
        apart = self.layers and other.layers and not set(self.layers) & set(other.layers)
        return not apart and any(_family(a) == _family(b) for a in self.steps for b in other.steps)


def block_names(blocks: Iterable[tuple[int, str]], lang: str) -> str:
    """Blocks of the gradient in words.

    Examples
    --------
    >>> block_names([(1, "bias"), (2, "weights")], "en")
    'the biases of Theta^(1), the weights of Theta^(2)'
    """
    say = Sentences("clearprop.doctor", lang)
    return say("where.and").join(say(f"where.{name}-of", layer=layer) for layer, name in blocks)


def _family(step: str) -> str:
    """Steps count as one where the first is called within the second."""
    return {"decayed": "decay", "back": "flow"}.get(step, step)


def meeting(mutants: Sequence[Mutant]) -> Array:
    """Which of them meet: :meth:`Mutant.meets` of every two, ``(n, n)``."""
    bit: dict[str, int] = {}
    steps = np.zeros(len(mutants), np.int64)
    layers = np.zeros(len(mutants), np.int64)
    for i, mutant in enumerate(mutants):
        for step in mutant.steps:
            steps[i] |= 1 << bit.setdefault(_family(step), len(bit))
        layers[i] = sum(1 << l for l in mutant.layers) if mutant.layers else -1
    return np.asarray(((steps[:, None] & steps) != 0) & ((layers[:, None] & layers) != 0))


def mutants_of(
    mutations: Iterable[Mutation], network: Network, with_lambda: bool = True, step: bool = False
) -> list[Mutant]:
    """Every mutation in every variant and place that `network` allows. Wide places come first.

    Without `with_lambda`, none that changes nothing but regularization. `step`: the gradient is
    read off a step of training.
    """
    mutants = []
    for mutation in mutations:
        if not mutation.fits(network) or mutation.asked == ("gradient" if step else "step"):
            continue
        variants = [
            v for v in range(len(mutation.variants)) if with_lambda or not mutation.needs_lambda(v)
        ]
        mutants += [
            Mutant(mutation, v, where) for where in _places(mutation, network) for v in variants
        ]
    # A mistake in the step is nearer than one of the gradient that happens to give its numbers.
    return sorted(mutants, key=lambda mutant: mutant.mutation.asked != "step") if step else mutants


def _places(mutation: Mutation, network: Network) -> list[tuple[int, ...] | None]:
    layers = mutation.layers(network)
    if mutation.place in ("cost", "output", "all"):
        return [None]
    return [
        *([tuple(layers)] if layers else []),
        *([(l,) for l in layers] if len(layers) > 1 else []),
    ]


def changed(
    mutants: Iterable[Mutant], base: Iterable[Mapping[str, Change]] = ()
) -> dict[str, Step]:
    """The table of steps with these mutants in it. The first one is the innermost.

    `base` are changes of every layer that belong to the true algorithm.
    """
    do: dict[str, Step] = dict(STEPS)
    for changes in base:
        for name, change in changes.items():
            do[name] = _replaced(do[name], change, None)
    for mutant in mutants:
        for name, change in mutant.mutation.variants[mutant.variant].items():
            pinned = name in LAYERED and name not in mutant.mutation.everywhere
            layers = mutant.layers if pinned else None
            do[name] = _replaced(do[name], change, layers)
    return do


def _replaced(step: Step, change: Change, layers: tuple[int, ...] | None) -> Step:
    def new(p: Pass, *arguments: Any) -> Any:
        if layers is not None and arguments[0] not in layers:
            return step(p, *arguments)
        return change(step, p, *arguments)

    return new
