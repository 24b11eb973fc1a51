"""Where a gradient is wrong, and how, block by block. The cause is not needed, and not guessed.

A wrong block often has something in common with the right numbers: a factor, a sign, an order, a
multiple of Theta.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.doctor.probe import Probe
from clearprop.doctor.search import Search
from clearprop.gradients.report import Block, blocks_of
from clearprop.network.architecture import Array

__all__ = ["FACTORS", "BlockFinding", "by_own_cost", "familiar", "localize", "ratio_of"]

_ALIKE = 1e-6


@dataclass(frozen=True)
class BlockFinding:
    """One block of theta over all probes.

    Attributes
    ----------
    layer, block
        l of Theta^(l), counted from 1, and ``"bias"`` or ``"weights"``; None and ``"all"`` where
        the layers are not known.
    verdict
        ``"right"`` or ``"wrong"``; for a function of theta alone also ``"unsure"``.
    error
        The largest relative difference.
    kind
        What a wrong block has in common with the right one: ``"factor"``, ``"factor-data"`` (a
        factor of all but the term with lambda), ``"sign"``, ``"permutation"``, ``"transposed"``,
        ``"zero"``, ``"not finite"``, ``"theta"`` (a multiple of Theta too much), ``"lambda"``
        (right where lambda is 0), ``"samples"`` (right for one sample), or None.
    value
        The factor, as a number or by its name (``"m"``, ``"1/m"``, ``"lambda"``, ...).
    units
        The units of layer l + 1, counted from 1, whose entries are wrong; empty if all are.
    """

    layer: int | None
    block: str
    verdict: str
    error: float
    kind: str | None = None
    value: str | None = None
    units: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {
            "layer": self.layer,
            "block": self.block,
            "verdict": self.verdict,
            "error": self.error if np.isfinite(self.error) else None,
            "kind": self.kind,
            "value": self.value,
            "units": list(self.units),
        }


def localize(search: Search) -> tuple[BlockFinding, ...]:
    """A finding for each block, in the order of theta."""
    probes, answers = search.probes, search.answers
    if any(answer.gradient is None for answer in answers):
        return ()
    blocks = [blocks_of(probe.network.layer_sizes) for probe in probes]
    errors = np.array(search.gradient_errors)  # (n_probes, n_blocks)
    findings = []
    for b, block in enumerate(blocks[0]):
        error = float(errors[:, b].max())
        if error <= search.tolerance:
            findings.append(BlockFinding(block.layer, block.name, "right", error))
            continue
        mine = [
            (answer.gradient[bs[b].start : bs[b].stop], D[bs[b].start : bs[b].stop])
            for answer, bs, (_, D) in zip(answers, blocks, search.truth, strict=True)
            if answer.gradient is not None
        ]
        thetas = [p.theta[bs[b].start : bs[b].stop] for p, bs in zip(probes, blocks, strict=True)]
        shapes = [_shape(bs[b]) for bs in blocks]
        alike = _ALIKE if search.dtype == "float64" else search.tolerance
        kind, value = _kind(probes, mine, thetas, shapes, errors[:, b], search.tolerance, alike)
        units = _units(mine[0], block, alike)
        findings.append(BlockFinding(block.layer, block.name, "wrong", error, kind, value, units))
    return tuple(findings)


def by_own_cost(search: Search, right: Sequence[bool]) -> tuple[BlockFinding, ...]:
    """A finding for each block, by finite differences of the code's own J."""
    blocks = blocks_of(search.probes[0].network.layer_sizes)
    errors = np.array(search.gradient_errors)  # (n_probes, n_blocks)
    return tuple(
        BlockFinding(block.layer, block.name, "right" if fine else "wrong", float(error))
        for block, fine, error in zip(blocks, right, errors.max(axis=0), strict=True)
    )


def _shape(block: Block) -> tuple[int, int]:
    return (block.stop - block.start) // block.columns, block.columns


def _kind(
    probes: Sequence[Probe],
    pairs: Sequence[tuple[Array, Array]],
    thetas: Sequence[Array],
    shapes: Sequence[tuple[int, int]],
    errors: Array,
    tolerance: float,
    alike: float,
) -> tuple[str | None, str | None]:
    if not all(np.isfinite(mine).all() for mine, _ in pairs):
        return "not finite", None
    if all(not mine.any() for mine, _ in pairs):
        return "zero", None
    ratios = [ratio_of(mine, true, alike) for mine, true in pairs]
    if all(ratio is not None for ratio in ratios):
        name = familiar(probes, np.array(ratios, float))
        if name == "-1":
            return "sign", None
        if name:
            return "factor", name
    data = [_without_lambda(*entry) for entry in zip(pairs, thetas, probes, strict=True)]
    ratios = [ratio_of(mine, true, alike) for mine, true in data]
    if all(ratio is not None for ratio in ratios):
        name = familiar(probes, np.array(ratios, float))
        if name:
            return "factor-data", name
    if all(_transposed(*pair, shape, alike) for pair, shape in zip(pairs, shapes, strict=True)):
        return "transposed", None
    if all(_permuted(mine, true, alike) for mine, true in pairs):
        return "permutation", None
    without = np.array([probe.lambda_ == 0 for probe in probes])
    if without.any() and errors[without].max() <= tolerance:
        steps = [
            ratio_of(mine - true, theta, alike) if probe.lambda_ else 0.0
            for (mine, true), theta, probe in zip(pairs, thetas, probes, strict=True)
        ]
        if all(step is not None for step in steps):
            name = familiar(probes, np.array(steps, float), skip=without)
            return "theta", name
        return "lambda", None
    alone = np.array([probe.m == 1 for probe in probes])
    if alone.any() and errors[alone].max() <= tolerance:
        return "samples", None
    return None, None


def _without_lambda(pair: tuple[Array, Array], theta: Array, probe: Probe) -> tuple[Array, Array]:
    decay = probe.lambda_ / probe.m * theta
    return pair[0] - decay, pair[1] - decay


def ratio_of(mine: Array, true: Array, alike: float) -> float | None:
    """The one number that takes `true` to `mine`, if there is one."""
    size = float(true @ true)
    if size == 0:
        return None
    ratio = float(mine @ true) / size
    if np.abs(mine - ratio * true).max() > 10 * alike * max(np.abs(mine).max(), 1e-300):
        return None
    return ratio


FACTORS: dict[str, Callable[[Probe], float]] = {
    "-1": lambda probe: -1.0,
    "2": lambda probe: 2.0,
    "1/2": lambda probe: 0.5,
    "-2": lambda probe: -2.0,
    "m": lambda probe: probe.m,
    "1/m": lambda probe: 1 / probe.m,
    "-m": lambda probe: -probe.m,
    "-1/m": lambda probe: -1 / probe.m,
    "m/2": lambda probe: probe.m / 2,
    "2/m": lambda probe: 2 / probe.m,
    "1/(2m)": lambda probe: 1 / (2 * probe.m),
    "m/(m-1)": lambda probe: probe.m / max(probe.m - 1, 0.5),
    "lambda": lambda probe: probe.lambda_,
    "-lambda": lambda probe: -probe.lambda_,
    "lambda/m": lambda probe: probe.lambda_ / probe.m,
    "-lambda/m": lambda probe: -probe.lambda_ / probe.m,
    "-lambda/(2m)": lambda probe: -probe.lambda_ / (2 * probe.m),
    "lambda/(2m)": lambda probe: probe.lambda_ / (2 * probe.m),
    "s_1": lambda probe: probe.network.n_inputs,
    "1/s_1": lambda probe: 1 / probe.network.n_inputs,
    "m/s_1": lambda probe: probe.m / probe.network.n_inputs,
    "K": lambda probe: probe.network.n_outputs,
    "1/K": lambda probe: 1 / probe.network.n_outputs,
}
"""Factors by name, in the order in which they are tried."""

_OF_SIZES = ("s_1", "1/s_1", "K", "1/K")


def familiar(probes: Sequence[Probe], ratios: Array, skip: Array | None = None) -> str | None:
    """The name of a factor that fits on every probe; a plain number where it is constant."""
    kept = np.ones(len(ratios), bool) if skip is None else ~skip
    found = ratios[kept]
    for name, factor in FACTORS.items():
        values = np.array([factor(probe) for probe in probes])[kept]
        if name in _OF_SIZES and np.ptp(values) == 0:
            continue  # a plain number says what is known
        if np.allclose(found, values, rtol=1e-4, atol=0):
            return name
    if np.allclose(found, found[0], rtol=1e-4, atol=0):
        return f"{found[0]:.6g}"
    return None


def _transposed(mine: Array, true: Array, shape: tuple[int, int], alike: float) -> bool:
    turned: list[Callable[[], Array]] = [
        lambda: true.reshape(shape).T.ravel(),
        lambda: true.reshape(shape[::-1]).T.ravel(),
    ]
    scale = np.abs(true).max() if len(true) else 0.0
    different = min(shape) > 1
    return different and any(np.abs(mine - f()).max() <= 10 * alike * scale for f in turned)


def _permuted(mine: Array, true: Array, alike: float) -> bool:
    scale = np.abs(true).max() if len(true) else 0.0
    return len(true) > 1 and bool(np.abs(np.sort(mine) - np.sort(true)).max() <= 10 * alike * scale)


def _units(pair: tuple[Array, Array], block: Block, alike: float) -> tuple[int, ...]:
    mine, true = (vector.reshape(-1, block.columns) for vector in pair)
    scale = max(float(np.abs(true).max()), 1e-300)
    wrong = (np.abs(mine - true) > 10 * alike * scale).any(axis=0)  # (s_{l+1},)
    return () if wrong.all() else tuple((np.flatnonzero(wrong) + 1).tolist())
