"""Compare a gradient with derivatives that are computed from the cost alone, block by block.

Each entry has its own bound, so the check gives no false alarm. Rounding, curvature and kinks are
measured at each entry, and an entry is wrong only if none of them explains its difference.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from clearprop.gradients.numerical import (
    COMPLEX_STEP,
    SAFETY,
    Estimate,
    smaller_steps,
    taylor_remainder,
    two_sided,
)
from clearprop.gradients.report import Block, BlockReport, Entry, GradientReport
from clearprop.gradients.subjects import Line, Subject
from clearprop.network.architecture import Array

__all__ = ["METHODS", "check", "unsure"]

METHODS = ("differences", "complex")

# The tolerance of a whole block is smaller by this factor than that of an entry, since one wrong
# entry shows less among many.
_FINER = {"float64": 1e-2, "float32": 1e-1}


class _Compared(NamedTuple):
    """A derivative from both sides. `error` bounds their difference if both are right."""

    analytic: float
    estimate: Estimate
    error: float
    relative: float


def _compare(
    line: Line,
    analytic: float,
    subject: Subject,
    method: str,
    step: float,
    rounding: float,
    tolerance: float,
    size: float = 0.0,
) -> _Compared:
    """Compare a derivative along a line: by one difference first, and closer if that differs.

    `rounding` is the rounding error of the analytic value. `size` is a size that the difference is
    measured against, beside the two values.
    """

    def compared(estimate: Estimate) -> _Compared:
        error = estimate.error + SAFETY * rounding
        apart = abs(analytic - estimate.value)
        if not math.isfinite(apart):
            relative = math.inf
        elif apart == 0 or (estimate.at_kink and apart <= error):  # between one-sided slopes
            relative = 0.0
        else:
            known = max(abs(analytic), abs(estimate.value), size)
            relative = apart / max(known, error / tolerance)
        return _Compared(analytic, estimate, error, relative)

    noise = subject.numerical_noise
    if method == "complex":
        exact = compared(line.exact())
    else:
        first = compared(two_sided(line.curve, step, noise))
        n = first.estimate.value
        if not subject.complex_decides:
            near = first.relative <= tolerance
            return first if near else compared(smaller_steps(line.curve, step, noise))
        clear = first.error <= tolerance * max(abs(analytic), abs(n), size)
        if (clear and first.relative <= tolerance / 100) or n == analytic:
            return first
        estimate = line.exact()
        missed = abs(estimate.value - n) > first.error + 1e-2 * abs(estimate.value)
        exact = compared(estimate._replace(at_kink=subject.has_kinks and missed))
    if exact.relative <= tolerance or not subject.complex_decides:
        return exact
    # A second opinion before the verdict "wrong". If theta is exactly between two branches of the
    # equations, the complex step follows one of them. So it has to agree with smaller differences.
    other = compared(smaller_steps(line.curve, step, noise))
    contradicted = abs(exact.estimate.value - other.estimate.value) > other.estimate.error
    return other if contradicted else exact


def check(
    subject: Subject, blocks: list[Block], method: str, sample: int | None, seed: int
) -> GradientReport:
    """Compare `sample` entries of each block (None: all), and each block as a whole."""
    generator = np.random.default_rng(seed)
    direction = generator.standard_normal(len(subject.gradient))  # (n,)
    found = [_check_block(subject, block, method, sample, direction, generator) for block in blocks]
    reports = tuple(report for report, _, _ in found)
    a = np.concatenate([analytic for _, analytic, _ in found])
    n = np.concatenate([numerical for _, _, numerical in found])

    whole = subject.towards(direction, 0)
    taylor = taylor_remainder(
        whole.curve,
        float(subject.gradient @ direction),
        subject.numerical_noise,
        float(np.linalg.norm(subject.rounding * direction)),
    )
    problems = [problem for report in reports if (problem := _problem(report, method))]
    if not abs(subject.J - subject.numerical_cost) <= subject.cost_error:
        problems.insert(
            0,
            f"cost: J is {subject.J:.9g}, by the reference equations {subject.numerical_cost:.9g}",
        )
    verdicts = {report.verdict for report in reports}
    verdict = "wrong" if problems else "right" if "right" in verdicts else "unsure"
    if verdict == "unsure":
        problems.append(_hidden(subject))
    return GradientReport(
        verdict=verdict,
        largest_relative_difference=max(r.largest_relative_difference for r in reports),
        tolerance=subject.tolerance,
        vector_difference=_vector_difference(n, a),
        taylor_slope=taylor.slope,
        cost=subject.J,
        numerical_cost=subject.numerical_cost,
        penalty=subject.penalty,
        gradient_norm=float(np.linalg.norm(subject.gradient)),
        method=method,
        step=COMPLEX_STEP if method == "complex" else subject.step,
        engine=subject.engine,
        dtype=subject.dtype,
        n_parameters=len(subject.gradient),
        n_rows=subject.n_rows,
        blocks=reports,
        problems=tuple(problems),
        dropout=subject.dropout,
    )


def unsure(subject: Subject, problem: str) -> GradientReport:
    """The report if nothing could be compared."""
    return GradientReport(
        verdict="unsure",
        largest_relative_difference=math.nan,
        tolerance=subject.tolerance,
        vector_difference=math.nan,
        taylor_slope=None,
        cost=subject.J,
        numerical_cost=subject.numerical_cost,
        penalty=subject.penalty,
        gradient_norm=float(np.linalg.norm(subject.gradient)),
        method="differences",
        step=subject.step,
        engine=subject.engine,
        dtype=subject.dtype,
        n_parameters=len(subject.gradient),
        n_rows=subject.n_rows,
        blocks=(),
        problems=(problem,),
        dropout=subject.dropout,
    )


def _vector_difference(n: Array, a: Array) -> float:
    """The course's ``norm(n - a) / norm(n + a)``, and 0 for 0/0."""
    apart, together = float(np.linalg.norm(n - a)), float(np.linalg.norm(n + a))
    if apart == 0:
        return 0.0
    return apart / together if together else math.inf


def _check_block(
    subject: Subject,
    block: Block,
    method: str,
    sample: int | None,
    direction: Array,
    generator: np.random.Generator,
) -> tuple[BlockReport, Array, Array]:
    """The report on a block, and the analytic and numerical derivatives behind it."""

    def entry(index: int) -> _Compared:
        return _compare(
            subject.along(index),
            float(subject.gradient[index]),
            subject,
            method,
            subject.step_at(index),
            float(subject.rounding[index]),
            subject.tolerance,
        )

    indices = _choose(np.abs(subject.gradient[block.start : block.stop]), sample, generator)
    entries = {int(i): entry(int(i)) for i in block.start + indices}
    whole = _whole(subject, block.start, block.stop, method, direction)
    # At a kink the slopes on the two sides of a direction give no bound. Only the complex step can
    # judge then.
    judged = subject.complex_decides or not any(
        c.estimate.at_kink for c in (whole, *entries.values())
    )
    whole_wrong = judged and not whole.relative <= subject.tolerance * _FINER[subject.dtype]
    wrong = [i for i, found in entries.items() if not found.relative <= subject.tolerance]
    if whole_wrong and not wrong:
        index = _locate(subject, block, method, direction)
        entries[index] = entry(index)
        wrong = [index] if not entries[index].relative <= subject.tolerance else []

    worst = max(entries, key=lambda i: (entries[i].relative, abs(entries[i].analytic)))
    known = [c.error < max(abs(c.analytic), abs(c.estimate.value)) / 2 for c in entries.values()]
    blind = not any(known) and any(c.analytic != 0 for c in entries.values())
    report = BlockReport(
        layer=block.layer,
        block=block.name,
        verdict="wrong" if wrong or whole_wrong else "unsure" if blind else "right",
        n_checked=len(entries),
        n_wrong=len(wrong),
        n_at_kinks=sum(c.estimate.at_kink for c in entries.values()),
        largest_relative_difference=entries[worst].relative,
        whole_difference=whole.relative,
        worst=Entry(
            index=worst,
            name=block.entry_name(worst),
            analytic=entries[worst].analytic,
            numerical=entries[worst].estimate.value,
            relative_difference=entries[worst].relative,
        ),
        wrong=tuple(sorted(wrong)),
    )
    analytic = np.array([c.analytic for c in entries.values()])
    return report, analytic, np.array([c.estimate.value for c in entries.values()])


def _choose(sizes: Array, sample: int | None, generator: np.random.Generator) -> Array:
    """Positions in a block: all of them, or half a sample of the largest and half at random."""
    if sample is None or sample >= len(sizes):
        return np.arange(len(sizes))
    at_random = sample // 2
    largest = np.argpartition(sizes, len(sizes) - (sample - at_random))[at_random - sample :]
    others = np.setdiff1d(generator.choice(len(sizes), sample, replace=False), largest)
    return np.sort(np.concatenate([largest, others[:at_random]]))


def _whole(subject: Subject, start: int, stop: int, method: str, direction: Array) -> _Compared:
    """Compare the derivatives in a direction through theta from `start` to `stop`.

    The difference is measured against the length of the gradient, since D.d may vanish by chance.
    """
    d, D = direction[start:stop], subject.gradient[start:stop]
    return _compare(
        subject.towards(d, start),
        float(D @ d),
        subject,
        method,
        subject.step,
        float(np.linalg.norm(subject.rounding[start:stop] * d)),
        subject.tolerance * _FINER[subject.dtype],
        size=float(np.linalg.norm(D)),
    )


def _locate(subject: Subject, block: Block, method: str, direction: Array) -> int:
    """The wrong entry of a block that is wrong as a whole: the worse half, again and again."""

    def apart(start: int, stop: int) -> float:
        found = _whole(subject, start, stop, method, direction)
        return abs(found.analytic - found.estimate.value)

    start, stop = block.start, block.stop
    while stop - start > 1:
        middle = (start + stop) // 2
        if apart(start, middle) > apart(middle, stop):
            stop = middle
        else:
            start = middle
    return start


def _problem(report: BlockReport, method: str) -> str | None:
    if report.verdict != "wrong":
        return None
    worst = report.worst
    by = "complex step" if method == "complex" else "differences"
    sentence = f"{report.place}: "
    if not report.n_wrong:
        return sentence + (
            f"no entry compared is wrong by itself, but all together differ by "
            f"{report.whole_difference:.1e} of the gradient's length"
        )
    return sentence + (
        f"{worst.name} is {worst.analytic:.6e}, by {by} {worst.numerical:.6e}; "
        f"{report.n_wrong} of {report.n_checked} compared differ"
    )


def _hidden(subject: Subject) -> str:
    if subject.engine is None:
        return (
            f"cost: J is known to {SAFETY * subject.numerical_noise:.1e} only, which hides every "
            "derivative; compute it in float64, or leave large constant parts out of it"
        )
    return (
        f"gradient: rounding in {subject.dtype} hides all of it, since units are saturated or J is "
        f"very large ({subject.J:.3g}); scale X, or take a smaller theta"
    )
