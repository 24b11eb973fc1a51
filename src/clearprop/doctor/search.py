"""Find the mutations that give a learner's wrong numbers, on all probes, to rounding.

J depends on the mistakes in forward propagation and in the cost. The gradient depends on those in
forward propagation and in backward propagation. So the two halves are searched separately, once
without a mistake in forward propagation and once for each of them. Single mistakes come before
pairs. The smallest explanation of both halves is the diagnosis. Where two different ones of that
size fit, both are told.

The true algorithm is that of a base: the stated cost, or one that differs from it by conventions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import combinations, product

import numpy as np

from clearprop.doctor import algorithm
from clearprop.doctor.conventions import NO_BIAS, Base, network_of
from clearprop.doctor.differences import TOLERANCE, block_errors, cost_error
from clearprop.doctor.explanation import (
    Explanation,
    distinct,
    explanation_of,
    in_orders,
    joined,
)
from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.memo import Memo, Set, steps
from clearprop.doctor.mistakes import BY_HALF
from clearprop.doctor.mistakes.mutation import Mutant, meeting, mutants_of
from clearprop.doctor.probe import Probe
from clearprop.doctor.resized import resized_errors
from clearprop.gradients.report import blocks_of
from clearprop.network.architecture import Array

__all__ = ["Search"]

# A step that moves entries from block to block.
_MOVES = frozenset({"unroll"})


class Search:
    """The search for one learner's answers under one way of asking and one base."""

    def __init__(
        self,
        probes: Sequence[Probe],
        answers: Sequence[Answer],
        memo: Memo | None = None,
        base: Base = (),
    ) -> None:
        self.probes, self.base, self._given = probes, base, answers
        self.answers = answers
        if NO_BIAS in base:
            self.answers = [_with_biases(*pair) for pair in zip(probes, answers, strict=True)]
        self.memo = Memo() if memo is None else memo
        self.network = network_of(probes[0].network, base)
        single = all(answer.single for answer in answers)
        self.dtype = "float32" if single else "float64"
        self.tolerance = TOLERANCE[self.dtype]
        self.has_cost = any(answer.J is not None for answer in answers)
        self.starts = [
            np.array([block.start for block in blocks_of(probe.network.layer_sizes)])
            for probe in probes
        ]
        self.truth = [self.memo.truth(probe, base) for probe in probes]
        self.cost_errors = [
            cost_error(J, answer.J) for (J, _), answer in zip(self.truth, answers, strict=True)
        ]
        self.gradient_errors = [
            self._gradient_errors(k, [D]) for k, (_, D) in enumerate(self.truth)
        ]

    @cached_property
    def _mutants(self) -> dict[str, list[Mutant]]:
        """The mistakes of each half that could be made and seen."""
        with_lambda = any(probe.lambda_ for probe in self.probes)
        step = any(probe.rate for probe in self.probes)
        return {
            half: mutants_of(mutations, self.network, with_lambda, step)
            for half, mutations in BY_HALF.items()
        }

    def under(self, base: Base) -> Search:
        """The same answers under another base."""
        return Search(self.probes, self._given, self.memo, base)

    def errors_under(self, base: Base, k: int) -> tuple[float, Array]:
        """The errors of J and of each block of one probe under another base."""
        J, D = self.memo.truth(self.probes[k], base)
        return cost_error(J, self.answers[k].J), self._gradient_errors(k, [D])

    @property
    def cost_right(self) -> bool:
        """Whether J is the true one on every probe."""
        return max(self.cost_errors) <= self.tolerance

    @property
    def gradient_right(self) -> bool:
        """Whether the gradient is the true one on every probe."""
        return max(float(errors.max()) for errors in self.gradient_errors) <= self.tolerance

    @property
    def gradient_mutants(self) -> list[Mutant]:
        """The single mistakes of backward propagation."""
        return self._mutants["gradient"]

    def gradient_with(self, k: int, gradients: Set) -> Array | None:
        """The gradient of one probe with mutants in it; None if they cannot be put in."""
        Ds = self._blocks(k, (), gradients)
        return None if Ds is None else np.concatenate([D.ravel() for D in Ds])

    def block_errors(self, k: int, D: Array) -> Array:
        """The error of each block of one probe, ``(n_blocks,)``."""
        return self._gradient_errors(k, [D])

    def gradient_match(self, forward: Set, gradients: Set) -> float:
        """The largest error over the probes; infinite once one is too large."""
        return self._on_all(partial(self._gradient_error, forward, gradients))

    def decay(self, k: int) -> Array:
        """The term of lambda in the gradient of one probe, ``(n_parameters,)``."""
        p = self.memo.forward(self.probes[k], self.base, ())
        p.do = steps(self.base, ())
        return np.concatenate([p.do["decay"](p, l).ravel() for l in range(1, p.L)])

    # -- One set of mutants against one probe ------------------------------------------------------

    def _gradient_errors(self, k: int, Ds: Sequence[Array]) -> Array:
        """The error of each block, or of the whole if the learner's gradient has another size."""
        answer = self.answers[k]
        D = np.concatenate([D.ravel() for D in Ds])
        if answer.gradient is not None and D.shape == answer.gradient.shape:
            return block_errors(D, answer.gradient, self.starts[k])
        return resized_errors(Ds, answer, self.probes[k].network.block_shapes)

    def _cost_error(self, forward: Set, costs: Set, k: int) -> float:
        return cost_error(
            self.memo.cost(self.probes[k], self.base, forward, costs), self.answers[k].J
        )

    def _blocks(self, k: int, forward: Set, gradients: Set) -> list[Array] | None:
        try:
            p = self.memo.forward(self.probes[k], self.base, forward)
            return algorithm.backward(p, steps(self.base, (*forward, *gradients)))
        except (ArithmeticError, IndexError, ValueError):
            return None

    def _gradient_error(self, forward: Set, gradients: Set, k: int) -> float:
        """The largest error of a block; infinite as soon as one block cannot match."""
        do = steps(self.base, (*forward, *gradients))
        in_place = not any(m.steps & _MOVES or m.mutation.resizes for m in (*forward, *gradients))
        try:
            p = self.memo.forward(self.probes[k], self.base, forward)
            for l in algorithm.descent(p, do):
                if in_place and not self._could_match(k, l, p.D[l]):
                    return np.inf
            Ds = list(do["unroll"](p, [p.D[l] for l in range(1, p.L)]))
        except (ArithmeticError, IndexError, ValueError):
            return np.inf
        return float(self._gradient_errors(k, Ds).max())

    def _could_match(self, k: int, l: int, D: Array) -> bool:
        """Whether the D of one layer is near enough to the learner's, should all others match."""
        gradient, first = self.answers[k].gradient, 2 * (l - 1)
        if gradient is None:
            return True
        stop = self.starts[k][first + 2] if first + 2 < len(self.starts[k]) else len(gradient)
        mine = gradient[self.starts[k][first] : stop].reshape(-1, D.shape[1])
        if mine.shape != D.shape:
            return False
        floor = 1e-3 * self._sizes[k] + 1e-300
        for rows in (slice(0, 1), slice(1, None)):
            scale = max(np.abs(mine[rows]).max(), np.abs(D[rows]).max(), floor)
            # Written so that NaN cannot match.
            if not np.abs(D[rows] - mine[rows]).max() <= 1.01 * self.tolerance * scale:
                return False
        return True

    @cached_property
    def _sizes(self) -> list[float]:
        """The largest entry of each gradient of the learner's."""
        return [
            0.0 if answer.gradient is None else float(np.nanmax(np.abs(answer.gradient), initial=0))
            for answer in self.answers
        ]

    def _on_all(self, error: Callable[[int], float]) -> float:
        """The largest error over the probes; infinite once one is too large."""
        worst = 0.0
        for k in range(len(self.probes)):
            worst = max(worst, error(k))
            if worst > self.tolerance:
                return np.inf
        return worst

    # -- The halves --------------------------------------------------------------------------------

    def explain_cost(self, forward: Set, most: int = 2) -> list[tuple[Set, float]]:
        """The sets of cost mutations that give the learner's J: all of the smallest size."""
        mutants = self._mutants["cost"]
        for size in range(most + 1):
            found = []
            for costs in in_orders(combinations(mutants, size)):
                match = self._on_all(partial(self._cost_error, forward, costs))
                if match <= self.tolerance:
                    found.append((costs, match))
            if found:
                return distinct(found)
        return []

    def explain_gradient(self, forward: Set, most: int = 2) -> list[tuple[Set, float]]:
        """The sets of gradient mutations that give the learner's gradient, of the smallest size."""
        mutants = self._mutants["gradient"]
        for size in range(most + 1):
            found = []
            for gradients in self._worth_trying(forward, mutants, size):
                match = self.gradient_match(forward, gradients)
                if match <= self.tolerance:
                    found.append((gradients, match))
            if found:
                return distinct(found)
        return []

    def _worth_trying(self, forward: Set, mutants: list[Mutant], size: int) -> Iterable[Set]:
        """Sets that single blocks of the first probe do not rule out.

        A block that neither of two mutations touches must be right. A block that only the first
        one touches must be as the first alone makes it.
        """
        if size < 2:
            return combinations(mutants, size)
        base = self._blocks(0, forward, ())
        if base is None:
            return ()
        right = self._gradient_errors(0, base) <= self.tolerance  # (n_blocks,)
        n, n_blocks = len(mutants), len(self.starts[0])
        touches = np.ones((n, n_blocks), bool)
        matches = np.zeros((n, n_blocks), bool)
        sized = np.zeros(n, bool)
        for i, mutant in enumerate(mutants):
            Ds = self._blocks(0, forward, (mutant,))
            if Ds is None:
                continue
            touches[i] = _differing(Ds, base)
            errors = self._gradient_errors(0, Ds)
            matches[i], sized[i] = errors <= self.tolerance, np.isfinite(errors).any()
        reach = np.array([_reach(mutant, self.network.n_layers) for mutant in mutants])
        mine, other = touches[:, None, :], touches[None, :, :]  # (n, 1, n_blocks), (1, n, n_blocks)
        # Two changes of one step may touch a block that neither touches alone.
        together = meeting(mutants)[:, :, None] & reach[:, None, :] & reach[None, :, :]
        possible = np.where(
            (mine & other) | together,
            True,
            np.where(mine, matches[:, None, :], np.where(other, matches[None, :, :], right)),
        ).all(axis=2)  # (n, n)
        # A mistake of unrolling carries the traces of the other one to other blocks.
        moves = np.array([bool(mutant.steps & _MOVES) for mutant in mutants])
        possible |= moves[:, None] | moves[None, :]
        if self.answers[0].gradient is None:
            resizes = sized & [mutant.mutation.resizes for mutant in mutants]
            possible = resizes[:, None] | resizes[None, :]
        pairs = np.argwhere(np.triu(possible, 1)).tolist()
        return in_orders((mutants[i], mutants[j]) for i, j in pairs)

    # -- Both --------------------------------------------------------------------------------------

    def explain(self, most: int = 2) -> Explanation | None:
        """The smallest explanation of J and gradient, or of one of them if the other has none.

        None if neither can be explained. Up to `most` mutations are tried in each half.
        """
        with np.errstate(all="ignore"):
            if self.cost_right and self.has_cost:
                return explanation_of(self.explain_gradient((), most))
            return self._explain_both(most)

    def _explain_both(self, most: int) -> Explanation | None:
        none: Set = ()
        whole: list[tuple[Set, float]] = []
        costs = self.explain_cost(none, most)
        gradients = self.explain_gradient(none, most)
        if costs and gradients:
            whole += joined(none, costs, gradients)
        singles: list[Set] = [(mutant,) for mutant in self._mutants["forward"]]
        for forward in singles:
            found = self._with_forward(forward)
            # Where J is not known, a mistake of the gradient alone is the simpler one.
            whole = [*found, *whole] if self.has_cost else [*whole, *found]
        if not whole and most > 1 and self.has_cost:
            for forward, match in self._forward_pairs():
                whole += joined(forward, [((), match)], self.explain_gradient(forward, 0))
        if whole:
            return explanation_of(whole)
        if not self.has_cost:
            return None
        if costs:
            return explanation_of(costs, gradient=False)
        if gradients and not self.gradient_right:
            return explanation_of(gradients, cost=False)
        for forward in singles:
            match = self._cost_match(forward)
            if match <= self.tolerance:
                return explanation_of([(forward, match)], gradient=False)
        return None

    def _forward_pairs(self) -> Iterator[tuple[Set, float]]:
        """Two mistakes of forward propagation that give the learner's J.

        Variants that differ in the gradient alone give one J, so it is computed once.
        """
        alike: dict[tuple[object, float], list[Mutant]] = {}
        for mutant in self._mutants["forward"]:
            J = self.memo.cost(self.probes[0], self.base, (mutant,), ())
            alike.setdefault((mutant.key, J), []).append(mutant)
        for a, b in combinations(alike.values(), 2):
            for pair in in_orders([(a[0], b[0])]):
                match = self._cost_match(pair)
                if match <= self.tolerance:
                    first, second = (a, b) if pair[0] is a[0] else (b, a)
                    for forward in product(first, second):
                        yield forward, match

    def _cost_match(self, forward: Set) -> float:
        return self._on_all(partial(self._cost_error, forward, ()))

    def _with_forward(self, forward: Set) -> list[tuple[Set, float]]:
        """One mistake in forward propagation, and at most one more in one of the halves."""
        match = self._cost_match(forward)
        if match <= self.tolerance:
            most = 1 if self.has_cost or self._rights(forward) else 0
            return joined(forward, [((), match)], self.explain_gradient(forward, most))
        gradients = self.explain_gradient(forward, 0)
        return joined(forward, self.explain_cost(forward, 1), gradients) if gradients else []

    def _rights(self, forward: Set) -> bool:
        """Whether a mistake of forward propagation makes a block right that is not so without it.

        Where there is no J to choose by, that tells which one is worth a second mistake.
        """
        Ds, gradient = self._blocks(0, forward, ()), self.answers[0].gradient
        if Ds is None or gradient is None or sum(D.size for D in Ds) != gradient.size:
            return False
        there, without = self._gradient_errors(0, Ds), self.gradient_errors[0]  # (n_blocks,)
        return bool(((there <= self.tolerance) & (without > self.tolerance)).any())


def _with_biases(probe: Probe, answer: Answer) -> Answer:
    """Zeros for the biases that a network without biases does not have."""
    if answer.gradient is None:
        return answer
    gradient = answer.gradient.copy()
    for block in blocks_of(probe.network.layer_sizes):
        part = gradient[block.start : block.stop]
        if block.name == "bias" and np.isnan(part).all():
            part[:] = 0
    return replace(answer, gradient=gradient)


def _reach(mutant: Mutant, n_layers: int) -> Array:
    """Which blocks a mutation of backward propagation could change, ``(n_blocks,)``."""
    l = np.repeat(np.arange(1, n_layers), 2)  # (n_blocks,)
    if not mutant.layers or mutant.mutation.everywhere:
        return np.ones(len(l), bool)
    if mutant.mutation.place == "delta":  # of a layer: it goes on to all layers before it
        return l < max(mutant.layers)
    return np.isin(l, mutant.layers)


def _differing(Ds: Sequence[Array], base: Sequence[Array]) -> Array:
    """Which blocks differ, in their numbers or in their shape, ``(n_blocks,)``."""
    found = []
    for D, B in zip(Ds, base, strict=True):
        for rows in (slice(0, 1), slice(1, None)):
            same = D[rows].shape == B[rows].shape
            scale = np.abs(B[rows]).max(initial=1e-300)
            found.append(not same or not np.abs(D[rows] - B[rows]).max() <= 1e-9 * scale)
    return np.array(found)
