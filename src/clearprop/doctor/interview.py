"""Ask a learner's code the probes, and find out how it wants to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from clearprop.doctor.closer import look_closer
from clearprop.doctor.conventions import Base
from clearprop.doctor.explanation import Explanation
from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.autograd import LIBRARIES
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.learner.results import read_answer
from clearprop.doctor.learner.ways import Way, ways
from clearprop.doctor.memo import Memo
from clearprop.doctor.patience import Patience
from clearprop.doctor.probe import Probe, probes_for
from clearprop.doctor.search import Search
from clearprop.doctor.settle import promises, settle
from clearprop.doctor.sizes import networks_for
from clearprop.network.architecture import Network

__all__ = ["Interview", "interview"]

# Ways of asking whose answers differ are followed up to this many.
_MOST = 6

# Where nothing is right under any way of asking, only so many are followed.
_BLIND = 6

# Ways that are asked about a single sample, where many samples do not tell.
_ALONE = 40

# One entry is asked in so many ways at most, and for so many CPU seconds.
_WAYS, _SECONDS = 240, 4.0

# The code ended, or must be ended: no other way of asking helps.
_FATAL = ("Timeout", "ProcessEnded", "Memory", "Protocol")


@dataclass
class Interview:
    """What the code answered: a search with its explanation, or why there is none.

    Each note is the key of a sentence (``report.note-KEY``), and the values that go into it with
    ``"|"`` between them. `tried` holds each way of asking that failed, with its exception.
    """

    probes: list[Probe]
    way: Way | None = None
    search: Search | None = None
    explanation: Explanation | None = None
    cost_alone: Explanation | None = None
    raised: Raised | None = None
    consistent: bool | None = None
    own_blocks: tuple[bool, ...] = ()
    notes: list[tuple[str, str]] = field(default_factory=list)
    tried: list[tuple[str, Raised]] = field(default_factory=list)


def interview(
    callee: Callee,
    entries: Sequence[Entry],
    network: Network,
    labels: str,
    seed: int,
    base: Base = (),
) -> Interview:
    """Ask about small networks. If the code cannot take them, ask about its own sizes."""
    told = not entries or entries[0].told_sizes  # the likeliest way of calling it decides
    failed: Interview | None = None
    for networks in networks_for(told, network):
        found = _asked(callee, entries, networks, labels, seed, base)
        if found.raised is None:
            if failed is not None and failed.raised is not None:
                sizes = "-".join(map(str, failed.probes[0].network.layer_sizes))
                found.notes.append(("raised-elsewhere", f"{sizes}: {failed.raised}"))
            return found
        if failed is None or networks[0] == network:
            failed = found
        if found.raised.kind in _FATAL:
            break
    assert failed is not None
    return failed


def _asked(
    callee: Callee,
    entries: Sequence[Entry],
    networks: Sequence[Network],
    labels: str,
    seed: int,
    base: Base,
) -> Interview:
    """Ask in every way about these networks, and follow the ways that promise most."""
    tried: list[tuple[str, Raised]] = []
    best: _Group | None = None
    probes: list[Probe] = []
    slow = callee.survey.values in LIBRARIES
    patience = Patience(callee, _SECONDS * (5 if slow else 1))
    for group in _alike(entries):
        other = best is not None and group[0].name != best.name
        if best is not None and ((other and best.worth[1] > 0) or patience.over):
            break  # a piece of code that gives a gradient has been found
        alone = group[0].each or group[0].single
        if best is not None and alone and best.worth[1] == 1:
            continue  # it takes all samples at once; one at a time, no mistake in a mean shows
        probes = _probes(group[0], networks, seed)
        asked: list[tuple[Way, Answer]] = []
        for way, answer in _first_answers(callee, group, probes[0], labels, patience):
            if isinstance(answer, Raised):
                tried.append((_told(way), answer))
                if answer.kind in _FATAL:
                    return Interview(probes, way, raised=answer, tried=_summary(tried))
            else:
                asked.append((way, answer))
        if not asked or any(_in_sequence(callee, pair, probes[0]) for pair in asked[:3]):
            continue
        worths = _worths(callee, probes, asked, base)
        found = _Group(group[0].name, probes, asked, worths)
        if best is None or found.worth > best.worth:
            best = found
        if best.worth[0] > 2 - 1e-9:
            break
    if best is None:
        _, error = _telling(tried)
        return Interview(probes, raised=error, tried=_summary(tried))
    chosen = _chosen(callee, best, base)
    chosen.tried = _summary(tried)
    return chosen


def _worths(
    callee: Callee, probes: Sequence[Probe], asked: Sequence[tuple[Way, Answer]], base: Base
) -> list[float]:
    """How much of each way's answers is right: for many samples and, where that does not tell, for
    a single one, where no mistake in a sum or a mean shows.
    """
    if any(answer.probe for _, answer in asked):  # each makes weights of its own
        return [promises(a.probe or probes[0], [a], base)[0] for _, a in asked]
    answers = [answer for _, answer in asked]
    worths = promises(probes[0], answers, base)
    if probes[0].rate:  # a step uphill tells the way of asking as well as one downhill
        turned = promises(probes[0], [answer.turned() for answer in answers], base)
        worths = [max(pair) for pair in zip(worths, turned, strict=True)]
    if max(worths) > 1 or len(asked) == 1:
        return worths
    single = next(probe for probe in probes if probe.m == 1)
    again = [(i, _answer(callee, way, single)) for i, (way, _) in enumerate(asked[:_ALONE])]
    there = [(i, answer) for i, answer in again if isinstance(answer, Answer)]
    for (i, _), more in zip(
        there, promises(single, [answer for _, answer in there], base), strict=True
    ):
        worths[i] += more
    return [worth / 2 for worth in worths]


@dataclass(frozen=True)
class _Group:
    """What one piece of code answered to the first probe, and how much of each answer is right."""

    name: str
    probes: list[Probe]
    asked: list[tuple[Way, Answer]]
    worths: list[float]

    @property
    def worth(self) -> tuple[float, ...]:
        """Of its best answer: what is right of it, and what of the gradient could be read."""
        return max(map(self.of, range(len(self.asked))))

    def of(self, index: int) -> tuple[float, ...]:
        """Of one answer."""
        answer = self.asked[index][1]
        gradient = answer.gradient
        read = 0.0 if gradient is None else 1 - float(np.isnan(gradient).mean())
        return (self.worths[index], read, float(answer.J is not None))

    def likeliest(self) -> list[int]:
        """The answers of which most is right; where none is, those of which most could be read."""
        order = sorted(range(len(self.asked)), key=self.of, reverse=True)
        top = self.of(order[0])
        if top[0] > 0:
            return [i for i in order if self.of(i)[0] >= top[0] - 1e-9][:_MOST]
        return [i for i in order if self.of(i)[:2] >= top[:2]][:_BLIND]


def _alike(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries that are asked the same probes, those of one piece of code together."""
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        key = (entry.takes_lambda, entry.reading, entry.each, entry.single, entry.rate, entry.name)
        groups.setdefault(key, []).append(entry)
    names = list(dict.fromkeys(entry.name for entry in entries))
    return sorted(groups.values(), key=lambda group: names.index(group[0].name))


def _probes(entry: Entry, networks: Sequence[Network], seed: int) -> list[Probe]:
    step = entry.reading != "gradient"
    single = entry.single or (entry.reading == "step" and entry.each)
    probes = probes_for(networks, seed, entry.takes_lambda, steps=step, single=single)
    return probes if entry.rate is None else [replace(p, rate=entry.rate) for p in probes]


def _first_answers(
    callee: Callee, entries: Sequence[Entry], probe: Probe, labels: str, patience: Patience
) -> Iterator[tuple[Way, Answer | Raised]]:
    """What each way of asking answers to the first probe. One that is right ends the search."""
    own = callee.survey.values
    kinds = [own, "torch float32"] if own == "torch" else [own, "numpy"]
    values = ["octave"] if callee.octave else list(dict.fromkeys([*kinds, "numpy"]))
    seen: set[bytes] = set()
    for value in [*values, "lists"]:
        if value == "lists" and (seen or callee.octave):
            return
        for entry in entries:
            count = 0
            refused: Way | None = None
            for way in ways(entry, probe.network, labels, [value]):
                if refused is not None and replace(refused, returned=way.returned) == way:
                    continue  # it raises before anything returns
                answer = _answer(callee, way, probe)
                count += 1
                refused = way if isinstance(answer, Raised) else None
                if isinstance(answer, Answer):
                    key = _key(answer)
                    if key in seen:
                        continue
                    seen.add(key)
                yield way, answer
                if isinstance(answer, Answer) and _settled(answer, probe, own in LIBRARIES):
                    return
                if patience.over or count >= _WAYS:
                    break
        if seen:
            return


def _in_sequence(callee: Callee, asked: tuple[Way, Answer], probe: Probe) -> bool:
    """Whether a step is taken after each sample: it depends on their order, unless it is small.

    A gradient that depends on their order at any rate is a mistake, such as that of one sample.
    """
    way, _ = asked
    if way.entry.reading == "gradient" or way.entry.each or probe.m == 1:
        return False
    small = replace(probe, rate=min(probe.rate, 1e-4))
    return not _alike_turned(callee, way, probe, 1e-4) and _alike_turned(callee, way, small, 1e-2)


def _alike_turned(callee: Callee, way: Way, probe: Probe, near: float) -> bool:
    """Whether the samples in the reverse order give the same gradient."""
    labels = None if probe.labels is None else probe.labels[::-1]
    turned = replace(probe, X=probe.X[::-1].copy(), Y=probe.Y[::-1].copy(), labels=labels)
    one, other = _answer(callee, way, probe), _answer(callee, way, turned)
    if isinstance(one, Raised) or isinstance(other, Raised):
        return True
    if one.gradient is None or other.gradient is None:
        return True
    size = near * float(np.abs(np.nan_to_num(one.gradient)).max(initial=0.0))
    return bool(np.allclose(other.gradient, one.gradient, rtol=near, atol=size, equal_nan=True))


def _answered(callee: Callee, way: Way, probe: Probe, after: bool) -> Answer | Raised:
    """The answer to a probe; where J comes back `after` the step, with that of before it."""
    answer = _answer(callee, way, probe)
    return _before(callee, way, probe, answer) if after and isinstance(answer, Answer) else answer


def _before(callee: Callee, way: Way, probe: Probe, answer: Answer) -> Answer:
    """The answer with the J of the weights before the step: that of a step with a tiny rate."""
    still = _answer(callee, way, replace(probe, rate=1e-13))
    return replace(answer, J=None if isinstance(still, Raised) else still.J)


def _told_after(callee: Callee, way: Way, probe: Probe, answer: Answer) -> bool:
    """Whether the J that comes back is that of the weights after the step."""
    if answer.J is None or not probe.rate or "rate" not in way.entry.takes or answer.probe:
        return False
    before = _before(callee, way, probe, answer).J
    return before is not None and abs(before - answer.J) > 1e-9 * abs(before)


def _key(answer: Answer) -> bytes:
    J = np.float64(np.nan if answer.J is None else answer.J)
    gradient = answer.raw if answer.gradient is None else answer.gradient
    return np.round(J, 12).tobytes() + np.round(gradient, 12).tobytes()


def _settled(answer: Answer, probe: Probe, differentiated: bool) -> bool:
    """Whether no other way of asking is needed: all is right. The cost is enough where a library
    gives the gradient, in the form in which theta went in.
    """
    if answer.J is None or answer.gradient is None:
        return False
    J, D = (answer.probe or probe).truth()
    near = 1e-9 if not answer.single else 1e-4
    if abs(J - answer.J) > near * abs(J):
        return False
    return differentiated or bool(
        D.shape == answer.gradient.shape
        and np.abs(D - answer.gradient).max() <= near * np.abs(D).max()
    )


def _answer(callee: Callee, way: Way, probe: Probe) -> Answer | Raised:
    try:
        arguments = way.arguments(probe)
    except (KeyError, IndexError) as error:
        return Raised.said("Signature", "no-value", name=str(error.args[0]))
    returned = callee.call(arguments, way.values, way.entry.source)
    try:
        return read_answer(returned, way, probe)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        return Raised.said("ReturnValue", "unreadable", why=str(error))


def _chosen(callee: Callee, group: _Group, base: Base) -> Interview:
    """The way under which the numbers are right, or are best explained."""
    candidates, searches, afters, memo = [], [], [], Memo()
    probes = group.probes
    for index in group.likeliest():
        way, answer = group.asked[index]
        candidate = Interview(probes, way)
        after = _told_after(callee, way, probes[0], answer)
        answers, kept = [], []
        for probe in probes:
            more = _answered(callee, way, probe, after)
            if isinstance(more, Raised):
                if way.entry.reading == "own step" and probe.m == 1 and more.kind not in _FATAL:
                    continue  # one sample does not tell such code how many classes there are
                candidate.notes.append(("raised-on-probe", f"{probe.m}|{more}"))
                if more.kind in _FATAL:
                    return Interview(probes, way, raised=more)
            else:
                answers.append(more)
                kept.append(more.probe or probe)
        candidate.probes = kept
        candidates.append(candidate)
        afters.append(after)
        searches.append(Search(kept, answers, memo, base))
    asks = [
        partial(_answered, callee, candidate.way, after=after)
        for candidate, after in zip(candidates, afters, strict=True)
        if candidate.way
    ]
    settled = settle(searches, base, asks)
    best = candidates[settled.way]
    best.search, best.explanation = settled.search, settled.explanation
    best.cost_alone = settled.cost_alone
    closer = look_closer(asks[settled.way], settled.search, settled.explanation is not None)
    best.raised, best.consistent = closer.raised, closer.consistent
    best.own_blocks = closer.own_blocks
    best.notes += closer.notes
    return best


def _told(way: Way) -> str:
    """What is called, in one line."""
    each = "for each sample: " if way.entry.each else ""
    return each + way.entry.steps


def _summary(tried: Sequence[tuple[str, Raised]]) -> list[tuple[str, Raised]]:
    """One line for each call: the exception that tells most of it."""
    calls = dict.fromkeys(told for told, _ in tried)
    return [_telling([pair for pair in tried if pair[0] == told]) for told in calls]


_OF_SHAPES = ("ValueError", "IndexError", "TypeError", "AttributeError", "KeyError", "Signature",
              "ReturnValue", "RuntimeError", "NothingChanged")  # fmt: skip


def _telling(tried: Sequence[tuple[str, Raised]]) -> tuple[str, Raised]:
    """The exception that is likely the code's own fault.

    A wrong way of asking ends in shapes and indices that do not fit. Any other exception is the
    code's own; else it is the one that came furthest, and most often.
    """
    if not tried:
        return "", Raised.said("Signature", "no-way")
    counts: dict[str, int] = {}
    for _, error in tried:
        counts[str(error)] = counts.get(str(error), 0) + 1

    def own(pair: tuple[str, Raised]) -> tuple[object, ...]:
        error = pair[1]
        other = error.kind not in _OF_SHAPES
        lists = "'list' " in error.message
        return (other, error.line > 0, not lists, error.line, counts[str(error)])

    return max(tried, key=own)
