"""The sizes of a network that were not stated: the diagnosis under those that fit best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from clearprop.doctor.diagnosis import Diagnosis
from clearprop.network.architecture import Network

__all__ = ["likeliest"]

# With one output the sum over the outputs is that of the one.
_SUMS_OF_OUTPUTS = ("accumulate-bias-total", "cost-averaged-over-outputs")


def likeliest(choices: Sequence[Network], examined: Callable[[Network], Diagnosis]) -> Diagnosis:
    """The diagnosis under the sizes that fit best, with a remark on the sizes that were chosen."""
    tried: list[Diagnosis] = []
    for choice, before in zip(choices, (choices[0], *choices), strict=False):
        if choice.n_layers != before.n_layers:
            if any(diagnosis.raised is None for diagnosis in tried):
                break  # what gave an answer has so many layers
            tried = [min(tried, key=_doubt)]
        tried.append(examined(choice))
        if _doubt(tried[-1]) <= 2 and not _of_several(tried[-1]):
            break
    best = min(tried, key=lambda diagnosis: (_doubt(diagnosis), len(diagnosis.causes)))
    notes = [*best.notes]
    if sizes := _sizes(best):
        notes.append(("sizes-chosen", ", ".join(sizes)))
    for other in tried[: tried.index(best)]:
        if _depth(other) != _depth(best):
            continue
        if other.raised is None:
            notes.append(("sizes-wrong", ", ".join(_sizes(other))))
        else:
            notes.append(("raised-elsewhere", f"{_sizes(other)[0]}: {other.raised}"))
    return replace(best, notes=tuple(notes))


def _depth(diagnosis: Diagnosis) -> int:
    """The number of layers that were asked about; 0 where nothing was asked."""
    return diagnosis.probes[0].network.n_layers if diagnosis.probes else 0


def _of_several(diagnosis: Diagnosis) -> bool:
    """Whether the mistake may be none, since the code is meant for one output."""
    return any(cause.id in _SUMS_OF_OUTPUTS for cause in diagnosis.causes)


def _doubt(diagnosis: Diagnosis) -> int:
    """Orders diagnoses: right, other cost, wrong, half explained, unknown, without an answer."""
    if diagnosis.raised is not None:
        return 5
    if diagnosis.verdict == "wrong":
        return 2 if diagnosis.explained else 3
    return {"right": 0, "other-cost": 1, "unknown": 4}[diagnosis.verdict]


def _sizes(diagnosis: Diagnosis) -> list[str]:
    """The layers that were asked about, as 4-7-3."""
    asked = ("-".join(map(str, probe.network.layer_sizes)) for probe in diagnosis.probes)
    return list(dict.fromkeys(asked))
