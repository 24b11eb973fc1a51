"""A slope that was read off the learner's deltas, as a mistake made for one learner.

The slope is what the learner's delta is of what flows back. If a formula, or a number on each side
of 0, gives it in every wrong layer, it is planted into the true algorithm and proved on all probes
like any mistake of the catalogue.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clearprop.doctor.algorithm import Pass, Step
from clearprop.doctor.explanation import Explanation
from clearprop.doctor.layer import close, layers_alone
from clearprop.doctor.memo import Set
from clearprop.doctor.mistakes.mutation import Change, Description, Mutant, Mutation
from clearprop.doctor.search import Search
from clearprop.doctor.slopes import Slope, read_off
from clearprop.network.architecture import Array

__all__ = ["explained_by_slopes"]


def explained_by_slopes(search: Search) -> Explanation | None:
    """The gradient by the slopes that were read off its wrong hidden layers, if they explain it."""
    if not search.cost_right or search.answers[0].gradient is None:
        return None
    found: dict[str, tuple[dict[str, str], Slope, list[int]]] = {}
    with np.errstate(all="ignore"):
        for l, layers in layers_alone(search).items():
            if all(close(layer.yours, layer.right) for layer in layers):
                continue
            read = None if l == search.network.n_layers else read_off(layers)
            if read is None:
                return None
            words, slope = read
            found.setdefault(words["en"], (words, slope, []))[2].insert(0, l)
        mutants: Set = tuple(_mutant(*entry) for entry in found.values())
        match = search.gradient_match((), mutants) if mutants else np.inf
    return Explanation(mutants, match) if match <= search.tolerance else None


def _mutant(words: dict[str, str], slope: Slope, layers: list[int]) -> Mutant:
    mutation = replace(
        _SLOPE,
        variants=({"slope": _used(slope)},),
        en=replace(_SLOPE.en, cause=_SLOPE.en.cause.format(slope=words["en"])),
        zh=replace(_SLOPE.zh, cause=_SLOPE.zh.cause.format(slope=words["zh"])),
    )
    return Mutant(mutation, 0, tuple(layers))


def _used(slope: Slope) -> Change:
    def change(step: Step, p: Pass, l: int) -> Array:
        return slope(p.z[l], p.a[l])  # (m, s_l)

    return change


_SLOPE = Mutation(
    "slope-read-off",
    half="gradient",
    place="delta",
    variants=(),
    equation="delta^(l) = Theta^(l)' delta^(l+1) .* [[g'(z^(l))]]",
    line="delta = (delta @ Theta[:, 1:]) * g_prime(z)",
    en=Description(
        symptom="The last Theta's gradient is right; those before it are wrong.",
        cause="The slope in delta is {slope}, which is not g'(z).",
        hint="Differentiate the activation of your forward pass. What do you get for z below 0, "
        "and for z above?",
    ),
    zh=Description(
        symptom="最后一个 Theta 的梯度是对的，前面各层的不对。",
        cause="delta 中用的导数是 {slope}，而不是 g'(z)。",
        hint="把前向传播所用的激活函数求一次导。z 小于 0 和大于 0 时，分别是多少？",
    ),
)
