"""Adapters: a few lines of Python that call a learner's pieces and return what they compute.

An adapter is what a learner would otherwise have to write to have the doctor look at their code. It
is handed values under fixed names (:data:`GIVEN`) and calls the learner's functions with them. The
child process runs it beside the learner's own names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from clearprop.doctor.learner.forms import adapter_of, form_of, go_together
from clearprop.doctor.learner.names import is_cost
from clearprop.doctor.learner.pieces import Lines, arguments_of, calls_of
from clearprop.doctor.learner.slots import Slot
from clearprop.doctor.learner.stepping import (
    constants,
    is_step,
    known_rate,
    own_body,
    step_body,
)
from clearprop.doctor.learner.survey import Function, Survey

__all__ = ["Entry", "function_entries"]


@dataclass(frozen=True)
class Entry:
    """A piece of the learner's code, and how it is called.

    Attributes
    ----------
    name
        The function, method or class that is judged.
    source
        The adapter.
    form
        How theta goes in: ``"vector"``, ``"list"``, ``"pairs"``, ``"weights"`` (no biases), or
        ``"own"`` where the code makes its own weights.
    takes
        The names of :data:`GIVEN` that the adapter is handed.
    returns
        The name of each value that comes back; ``""`` where it has none.
    reading
        ``"gradient"``; ``"step"`` where weights come back after one step of gradient descent;
        ``"own step"`` where the code makes its own, and they come back from before and after;
        ``"state"`` where an object comes back that may hold either.
    each
        Whether the samples are handed in one at a time.
    arguments
        The expression that each parameter of the entry is given, for direct calls.
    steps
        What is called, in words of code, for the report.
    cost_apart
        Whether the adapter returns J beside what the entry returns.
    layouts
        Those of theta that the code can take; empty where its form alone decides.
    slots
        Where an object keeps its weights.
    rate
        The learning rate of a step, where it stands in the code and cannot be set.
    single
        Whether it is asked with one sample, since it may update after each.
    own_sizes
        Whether it has the sizes that the file gives it, and no others: it is an object of the file.
    """

    name: str
    source: str
    form: str
    takes: tuple[str, ...]
    returns: tuple[str, ...] = ()
    reading: str = "gradient"
    each: bool = False
    arguments: tuple[tuple[str, str], ...] = ()
    steps: str = ""
    cost_apart: bool = False
    layouts: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    rate: float | None = None
    single: bool = False
    own_sizes: bool = False

    @property
    def told_sizes(self) -> bool:
        """Whether the code is told its layer sizes, or sees them in its matrices."""
        return not self.own_sizes and self._sees_sizes

    @property
    def _sees_sizes(self) -> bool:
        return self.form != "vector" or "sizes" in self.takes

    @property
    def takes_lambda(self) -> bool:
        """Whether lambda goes in."""
        return "lambda_" in self.takes

    def one_by_one(self) -> Entry:
        """The same code, handed one sample at a time."""
        head, _, body = self.source.partition("\n")
        *lines, last = body.rstrip().split("\n")
        last = f"    found.append(({last.removeprefix('    return ')}))"
        looped = "\n".join("    " + line for line in [*lines, last])
        source = f"{head}\n    found = []\n    for X, y in zip(X, y):\n{looped}\n    return found\n"
        return replace(self, source=source, each=True)


def function_entries(survey: Survey, function: Function, n: int) -> list[Entry]:
    """The ways in which a function of the file can be called, the likeliest first.

    `n` is the number of weight matrices of the network.
    """
    entries = []
    for lines, values in calls_of(survey, function, n, Lines(), ()):
        entries.append(_entry(survey, function, n, lines.copy(), values))
        if "" in function.returns and not is_step(function):  # a cost may be without a name
            entries.append(_entry(survey, function, n, lines.copy(), values, cost_there=True))
    kept: dict[str, Entry] = {}
    for entry in entries:
        kept.setdefault(entry.source, entry)
    return list(kept.values())


def _entry(
    survey: Survey,
    function: Function,
    n: int,
    lines: Lines,
    values: dict[str, str],
    cost_there: bool = False,
) -> Entry:
    call = f"{function.name}({arguments_of(function, values)})"
    step = is_step(function)
    text = " ".join([*lines.lines, *values.values()])
    apart, cost = False, None
    if not step and not cost_there and not _has_cost(function):
        cost = _cost_call(survey, function, n, lines, text)
    own = step and form_of(text) == "own"
    if own:
        body = own_body(survey, function, call, lines.lines)
    elif step:
        body = step_body(survey, function, values, call, lines.lines)
    else:
        body = [*constants(survey, "1.0"), *lines.lines]
        if cost is not None:
            body.append(f"return {cost}, {call}")  # no name for it: theirs may be the same
            apart = True
        else:
            body.append(f"return {call}")
    inside = " ".join(body)
    takes, source = adapter_of(body)
    return Entry(
        function.name,
        source,
        form_of(inside),
        takes,
        function.returns,
        "own step" if own else "step" if step else "gradient",
        arguments=tuple(values.items()),
        steps="; ".join([*lines.lines, call]),
        cost_apart=apart,
        rate=known_rate(survey, function) if step else None,
    )


def _has_cost(function: Function) -> bool:
    """Whether the function returns its cost, as far as its source tells."""
    if not function.returns:
        return True  # unknown: what comes back tells
    return any(is_cost(name) for name in function.returns)


def _cost_call(survey: Survey, function: Function, n: int, lines: Lines, text: str) -> str | None:
    """A call of the file's own cost, from what the adapter has; adds the lines that it needs."""
    form = form_of(text)
    for cost in survey.functions:
        if cost.name == function.name or not is_cost(cost.short) or is_step(cost):
            continue
        if not cost.required:
            continue  # it takes no data, so it is no cost of theirs
        if len(cost.returns) > 1 and not is_cost(cost.returns[0]):
            continue
        for made, given in calls_of(survey, cost, n, lines.copy(), (function.name,)):
            if not go_together(form, form_of(" ".join(given.values()))):
                continue
            lines.lines[:], lines.made = made.lines, made.made
            call = f"{cost.name}({arguments_of(cost, given)})"
            return f"{call}[0]" if len(cost.returns) > 1 else call
    return None
