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

# So many of the probes tell under which activation most is right.
_ASKED = 3


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
    expected = found.probes[0].network.activation
    worths = {name: _worth(found, name, base) for name in (expected, *_OTHERS)}
    names = [name for name in _OTHERS if worths[name] > worths[expected] + 1e-9]
    names.sort(key=lambda name: -worths[name])
    if not names and found.verdict == "unknown" and not worths[expected]:
        names = ["tanh", "relu"]  # nothing is right anywhere, so that a search has to tell
    for name in names:
        other = examined(name)
        if other.raised is None and other.verdict != "unknown":
            return replace(other, notes=(*other.notes, ("activation-found", name)))
    return found


def _worth(found: Diagnosis, activation: ActivationName, base: Base) -> float:
    """How much of the answers is right under an activation; a step uphill counts as one down."""
    total = 0.0
    for probe, answer in list(zip(found.probes, found.answers, strict=True))[:_ASKED]:
        asked = replace(probe, network=replace(probe.network, activation=activation))
        total += max(promises(asked, [answer], base) + promises(asked, [answer.turned()], base))
    return total
