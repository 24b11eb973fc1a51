"""Sets of mutations that explain a learner's numbers: which make sense, which are the smallest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

from clearprop.doctor.memo import Set

__all__ = ["Explanation", "distinct", "explanation_of", "in_orders", "joined"]


@dataclass(frozen=True)
class Explanation:
    """Mutations that give the learner's numbers.

    Attributes
    ----------
    mutants
        The mutations, with their places.
    match
        The largest relative difference to the learner's numbers.
    alternatives
        Other sets of the same size that give them too.
    explains_cost, explains_gradient
        Which of the two halves they explain.
    """

    mutants: Set
    match: float
    alternatives: tuple[Set, ...] = ()
    explains_cost: bool = True
    explains_gradient: bool = True


def explanation_of(
    found: list[tuple[Set, float]], cost: bool = True, gradient: bool = True
) -> Explanation | None:
    """The smallest of the sets found, and the others of its size; None if there are none."""
    found = distinct(found)
    if not found:
        return None
    fewest = min(len(mutants) for mutants, _ in found)
    smallest: dict[tuple[str, ...], tuple[Set, float]] = {}
    for mutants, match in found:
        if len(mutants) == fewest:
            names = tuple(sorted(mutant.mutation.id for mutant in mutants))
            there = smallest.get(names)
            # A further layer that makes no difference is left out.
            if there is None or _n_layers(mutants) < _n_layers(there[0]):
                smallest[names] = mutants, match
    first, *others = smallest.values()
    return Explanation(first[0], first[1], tuple(other for other, _ in others), cost, gradient)


def joined(
    forward: Set, costs: list[tuple[Set, float]], gradients: list[tuple[Set, float]]
) -> list[tuple[Set, float]]:
    """Every set of the cost with every set of the gradient, behind those of forward propagation."""
    return [
        ((*forward, *c, *g), max(c_match, g_match))
        for c, c_match in costs
        for g, g_match in gradients
    ]


def distinct(found: list[tuple[Set, float]]) -> list[tuple[Set, float]]:
    """One set for each set of names and places: variants are not told apart."""
    by_key: dict[frozenset[object], tuple[Set, float]] = {}
    for mutants, match in found:
        by_key.setdefault(frozenset(mutant.key for mutant in mutants), (mutants, match))
    return list(by_key.values())


def _n_layers(mutants: Set) -> int:
    return sum(len(mutant.layers or ()) for mutant in mutants)


def in_orders(sets: Iterable[Set]) -> Iterator[Set]:
    """The sets that make sense. If two mutations change one step, both orders are tried."""
    for mutants in sets:
        if _same_mutation(mutants):
            continue
        yield mutants
        if len(mutants) == 2 and mutants[0].meets(mutants[1]):
            yield mutants[::-1]


def _same_mutation(mutants: Set) -> bool:
    """Whether two of them are variants of one mutation, in places that overlap."""
    for a, b in combinations_with_replacement(mutants, 2):
        if a is b or a.mutation.id != b.mutation.id:
            continue
        if a.layers is None or b.layers is None or set(a.layers) & set(b.layers):
            return True
    return False
