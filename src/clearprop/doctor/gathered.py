"""Gather the evidence, above all where no known mistake gives the learner's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from clearprop.doctor.deltas import deltas
from clearprop.doctor.evidence import Evidence
from clearprop.doctor.explanation import Explanation
from clearprop.doctor.learner.answer import Part
from clearprop.doctor.localize import BlockFinding
from clearprop.doctor.search import Search

__all__ = ["gathered", "of_own_cost"]


def gathered(search: Search, cost_alone: Explanation | None = None) -> tuple[Evidence, ...]:
    """All that shows: sizes that do not fit, deltas that are wrong, what J alone would need."""
    found = _sizes(search)
    if cost_alone is not None:
        mutations = [mutant.mutation for mutant in cost_alone.mutants]
        causes = {
            lang: " ".join(mutation.description(lang).cause for mutation in mutations)
            for lang in ("en", "zh")
        }
        found.append(Evidence("cost", None, (("cost-alone", {"cause": causes}),)))
    if not search.gradient_right and _forward_is_right(search):
        with np.errstate(all="ignore"):
            found += deltas(search)
    return tuple(found)


def of_own_cost(blocks: Sequence[BlockFinding]) -> Evidence:
    """Where the gradient is, and is not, the derivative of the code's own J."""

    def named(verdict: str, comma: str) -> str:
        letter = {"bias": "b", "weights": "W"}
        mine = [b for b in blocks if b.verdict == verdict]
        return comma.join(f"{letter.get(b.block, b.block)}{b.layer}" for b in mine)

    values = {
        verdict: {"en": named(verdict, ", "), "zh": named(verdict, "、")}
        for verdict in ("right", "wrong")
    }
    return Evidence("positions", None, (("own-cost", values),))


# -- Sizes -----------------------------------------------------------------------------------------


def _sizes(search: Search) -> list[Evidence]:
    """Arrays that have another shape than the learner's own parameters."""
    found: dict[tuple[str, int, str], Evidence] = {}
    for probe, answer in zip(search.probes, search.answers, strict=True):
        for part in answer.parts:
            key = part.name, part.layer, part.block
            if key in found or part.shape == part.expected:
                continue
            says = _size(part, probe.network.layer_sizes, probe.m)
            found[key] = Evidence("size", part.layer, (says,))
    return list(found.values())


def _size(part: Part, sizes: Sequence[int], m: int) -> tuple[str, dict[str, Any]]:
    n, wanted = int(np.prod(part.shape)), int(np.prod(part.expected))
    name = part.name or f"d{'b' if part.block == 'bias' else 'W'}{part.layer}"
    values: dict[str, Any] = {
        "name": name,
        "mine": name.removeprefix("grad_").removeprefix("d"),
        "shape": _shape(part.shape),
        "expected": _shape(part.expected),
        "n": n,
        "wanted": wanted,
    }
    if n == wanted:
        return "shape-accepted", values
    if part.block == "bias":
        if n == 1:
            return "size-one", values
        return ("size-samples" if n == m * wanted else "size", values)
    l = part.layer
    own = {sizes[l - 1], sizes[l]}
    others = [k for k, size in enumerate(sizes, start=1) if size not in own]
    foreign = [k for k in others if sizes[k - 1] in part.shape]
    if len(part.shape) == 2 and part.shape[0] == part.shape[1] == sizes[l] != sizes[l - 1]:
        return "size-own-layer", {**values, "used": l + 1, "meant": l}
    if foreign and m not in part.shape:
        return "size-other-layer", {**values, "used": foreign[0], "meant": l}
    return "size", values


def _shape(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _forward_is_right(search: Search) -> bool:
    """Whether z and a can be taken for the learner's."""
    if search.cost_right and search.has_cost:
        return True
    errors = np.array(search.gradient_errors)  # (n_probes, n_blocks)
    return bool((errors[:, -2] <= search.tolerance).all())
