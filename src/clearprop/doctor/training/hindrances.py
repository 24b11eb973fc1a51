"""What keeps a loop from learning: one look after the other, in the order a tutor would ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from clearprop.doctor import algorithm
from clearprop.doctor.conventions import Base
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.ways import Way, ways
from clearprop.doctor.memo import Memo
from clearprop.doctor.probe import Probe
from clearprop.doctor.training.hindrance import Hindrance
from clearprop.doctor.training.loop import Loop, loop_of
from clearprop.doctor.training.measures import descent, equal_units, largest_rate, layers_of
from clearprop.network.equations import split

__all__ = ["hindrances"]

# The causes of a verdict that keep a loop from learning by themselves.
_OF_CAUSES = {
    "update-sign": "step-uphill",
    "update-lost": "update-lost",
    "update-assigned": "update-lost",
    "delta-labels-shifted": "labels-off-by-one",
    "labels-shifted": "labels-off-by-one",
}

_HALF = 0.5  # of a layer's units or slopes
_TINY = 1e-6  # a rate whose steps do not change the gradient
_APART = 1e-2  # of a step that is not that of the samples
_SAME = 1e-3  # outputs that differ less are the same


def hindrances(
    callee: Callee,
    way: Way,
    probes: Sequence[Probe],
    base: Base,
    causes: Sequence[str],
    right: bool,
) -> tuple[Hindrance, ...]:
    """What is seen on the learner's own loop; nothing where no loop was asked.

    `causes` are the ids of the verdict's causes, and `right` is whether the gradient is.
    """
    loop = loop_of(callee, way, probes)
    if loop is None:
        return ()
    known = dict.fromkeys(_OF_CAUSES[cause] for cause in causes if cause in _OF_CAUSES)
    found = [Hindrance(name) for name in known if name in ("step-uphill", "update-lost")]
    looks = (_rounds, _pairs, _rate, _start, _layers, _inputs, _labels, _targets, _finite, _outputs)
    with np.errstate(all="ignore"):
        for look in looks:
            if look is not _pairs or right:  # a wrong gradient is not that of the samples anyway
                found += look(loop, base)
    found += [Hindrance(name) for name in known if name == "labels-off-by-one"]
    kept: dict[str, Hindrance] = {}
    for hindrance in found:
        kept.setdefault(hindrance.id, hindrance)
    return tuple(kept.values())


def _rounds(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Does every epoch go on where the last one ended?"""
    if "epochs" not in loop.way.entry.takes or loop.epochs == 1:
        return
    start, rate = loop.data.probe.theta, loop.rate or 0.1
    one, two = loop.after(1), loop.after(2)
    if one is None or two is None or not (np.isfinite(one).all() and np.isfinite(two).all()):
        return
    if np.array_equal(one, start):
        return
    if np.array_equal(one, two):
        yield Hindrance("one-epoch-only")
        return
    still = loop.after(2, 1e-12)
    if loop.own_start and still is not None and np.abs(still - start).max() > 1e-6:
        yield Hindrance("start-anew")
        return
    # The second step, as a share of the gradients of both: c of the first one.
    first, second = (start - one) / rate, (one - two) / rate
    D = Memo().truth(replace(loop.data.probe, theta=one), base)[1]
    if np.abs(second - D - first).max() <= 1e-5 * np.abs(first).max():
        yield Hindrance("gradients-pile-up")


def _pairs(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Does every sample keep its target? With a tiny rate the order of the steps does not count."""
    probe = loop.data.probe
    if not loop.way.entry.single or probe.m < 3 or loop.data.theirs:
        return
    D = Memo().truth(probe, base)[1]
    errors = []
    # One sample does not tell how y is laid out.
    for way in ways(loop.way.entry, probe.network, "auto", [loop.way.values]):
        after = replace(loop, way=way).after(1, _TINY)
        if after is None or not np.isfinite(after).all():
            continue
        moved = (probe.theta - after) / _TINY
        share = float(moved @ D) / float(D @ D)
        errors.append(np.abs(moved - share * D).max() / max(np.abs(moved).max(), 1e-12))
    if errors and min(errors) > _APART:
        yield Hindrance("targets-apart")


def _rate(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Does the step go downhill, with this rate?"""
    if loop.rate is None:
        return
    probe = loop.data.probe
    largest = largest_rate(probe, base)
    if largest is None:
        return
    rate = float(loop.rate)
    if rate > largest:
        numbers = {"rate": rate, "largest": float(largest), "samples": _samples(loop)}
        yield Hindrance("rate-too-large", numbers)
    elif loop.epochs and loop.epochs > 1:
        J, D = Memo().truth(probe, base)
        fall = rate * loop.epochs * float(D @ D)
        if fall < 0.01 * J and largest > 10 * rate:
            numbers = {"rate": rate, "largest": float(largest), "samples": _samples(loop)}
            share = float(100 * fall / J)
            yield Hindrance("rate-too-small", {**numbers, "epochs": loop.epochs, "share": share})


def _samples(loop: Loop) -> str:
    """The name of the samples; empty where they are ours."""
    return loop.data.names[0] if loop.data.theirs else ""


def _start(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Do the units start differently?"""
    probe = loop.data.probe
    if not loop.own_start or probe.network.n_layers < 3:
        return
    if not any(B[1:].any() for B in split(probe.network, probe.theta)):
        yield Hindrance("start-zero")
    elif layers := equal_units(probe):
        yield Hindrance("start-equal", {"layers": ", ".join(map(str, layers))})


def _layers(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Does the error get through the hidden layers, from the learner's own start?"""
    if not loop.own_start:
        return
    probe = loop.data.probe
    *hidden, last = layers_of(probe, base)
    for layer in hidden:
        numbers = {"layer": layer.l}
        if probe.network.activation in ("sigmoid", "tanh") and layer.saturated > _HALF:
            yield Hindrance("saturated", {**numbers, "share": round(100 * layer.saturated)})
        if probe.network.activation == "relu" and layer.dead > _HALF:
            yield Hindrance("dead-relu", {**numbers, "share": round(100 * layer.dead)})
    bounded = probe.network.activation in ("sigmoid", "tanh")
    if hidden and bounded and 0 < hidden[0].gradient < 1e-3 * last.gradient:
        times = float(last.gradient / hidden[0].gradient)
        yield Hindrance("vanishing", {"times": times})


def _inputs(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Are the inputs scaled?"""
    if not loop.data.theirs:
        return
    X = loop.data.probe.X
    spread = X.std(axis=0)
    spread = spread[spread > 0]
    largest = float(np.abs(X).max())
    unlike = len(spread) > 0 and spread.max() > 30 * spread.min()
    if largest > 20 or unlike:
        numbers = {"name": loop.data.names[0], "least": float(X.min()), "most": float(X.max())}
        yield Hindrance("inputs-unscaled", numbers)


def _labels(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Has every label an output?"""
    if loop.data.outside:
        yield Hindrance("labels-off-by-one")


def _targets(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Can the outputs reach the targets?"""
    network, Y = loop.data.probe.network, loop.data.probe.Y
    ends = {"sigmoid": (0, 1), "tanh": (-1, 1), "softmax": (0, 1)}
    own = {"logistic": "sigmoid", "quadratic": "sigmoid", "softmax": "softmax"}.get(network.cost)
    if not loop.data.theirs or own is None or base:
        return
    low, high = ends[own]
    if Y.min() < low or Y.max() > high:
        numbers = {"least": float(Y.min()), "most": float(Y.max()), "low": low, "high": high}
        yield Hindrance("targets-out-of-reach", numbers)


def _finite(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Are J and the step finite, from the start?"""
    if loop.own_start and not np.isfinite(_cost(loop.data.probe, base)):
        yield Hindrance("cost-log-zero")
    if loop.infinite_for(20 * loop.data.probe.theta):
        yield Hindrance("cost-log-zero")
    one = None if loop.way.entry.single else loop.after(1)
    if one is not None and not np.isfinite(one).all():
        yield Hindrance("cost-not-finite")


def _cost(probe: Probe, base: Base) -> float:
    """J as a learner writes it, with the logarithm of h."""
    network = probe.network
    if network.cost not in ("logistic", "softmax") or base:
        return Memo().truth(probe, base)[0]
    p = algorithm.forward(probe)
    terms = algorithm.per_output(network.cost, p.a[p.L], p.Y)
    return float(np.sum(terms))


def _outputs(loop: Loop, base: Base) -> Iterator[Hindrance]:
    """Do the outputs differ between samples, after some steps?"""
    probe = loop.data.probe
    if probe.m < 2 or np.ptp(probe.Y, axis=0).max() == 0 or not loop.own_start:
        return
    costs, theta = descent(probe, base, loop.rate or 0.1, min(loop.epochs or 50, 200))
    if not np.isfinite(costs[-1]):
        return
    last = layers_of(replace(probe, theta=theta), base)[-1]
    if last.spread < _SAME:
        yield Hindrance("outputs-alike", {"spread": last.spread})
