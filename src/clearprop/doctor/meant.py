"""The activation of hidden layers that a learner means and did not state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clearprop.doctor.conventions import Base
from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.settle import promises
from clearprop.names import ActivationName

__all__ = ["as_meant"]

# Where none is stated, the sigmoid is expected. "identity" is not among the others: to leave the
# activation out is a mistake.
_OTHERS: tuple[ActivationName, ...] = ("tanh", "relu", "silu")


def as_meant(
    found: Diagnosis, base: Base, examined: Callable[[ActivationName], Diagnosis]
) -> Diagnosis:
    """The diagnosis under the activation that fits the answers best, with a remark on it.

    Parameters
    ----------
    found
        The diagnosis under the sigmoid.
    base
        What is stated beyond the network.
    examined
        The diagnosis under another activation.
    """
    if found.raised is not None or found.verdict not in ("wrong", "unknown"):
        return found
    for name in _likely(found, base):
        other = examined(name)
        if other.raised is None and other.verdict != "unknown":
            return replace(other, notes=(*other.notes, ("activation-found", name)))
    return found


def _likely(found: Diagnosis, base: Base) -> list[ActivationName]:
    """Other activations that the code may have, the likeliest first."""
    causes = [cause.id for cause in found.causes]
    named = [name for name in _OTHERS if f"forward-{name}" in causes]
    if named or (found.causes and found.explained):
        return named
    if found.cost_right or any(block.verdict == "right" for block in found.blocks):
        return []  # nothing is right by chance
    worths = {name: _worth(found, name, base) for name in _OTHERS}
    return sorted((name for name in _OTHERS if worths[name]), key=lambda name: -worths[name])


def _worth(found: Diagnosis, activation: ActivationName, base: Base) -> float:
    """How much of the first answer is right under an activation; a step uphill counts, too."""
    probe, answer = found.probes[0], found.answers[0]
    asked = replace(probe, network=replace(probe.network, activation=activation))
    ways = [answer, answer.turned()] if probe.rate else [answer]
    return max(promises(asked, ways, base))
