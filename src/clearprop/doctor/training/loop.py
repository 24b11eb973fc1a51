"""The learner's own loop: their data, their start, their rate, and how it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop.doctor.learner.answer import Answer
from clearprop.doctor.learner.calling import Callee, Returned
from clearprop.doctor.learner.held import held_theta
from clearprop.doctor.learner.names import roles_of
from clearprop.doctor.learner.results import read_answer
from clearprop.doctor.learner.stepping import is_step
from clearprop.doctor.learner.survey import Function, Survey
from clearprop.doctor.learner.ways import Way
from clearprop.doctor.probe import Probe, probes_for
from clearprop.network.architecture import Array

__all__ = ["Data", "Loop", "loop_of"]


@dataclass(frozen=True, eq=False)
class Data:
    """What the loop is looked at with.

    Attributes
    ----------
    probe
        The samples, and the weights at the start.
    theirs
        Whether the samples are the file's own, under `names`.
    names
        Such as ``("X_train", "y_train")``.
    outside
        Class numbers of theirs that the network has no output for.
    """

    probe: Probe
    theirs: bool
    names: tuple[str, ...] = ()
    outside: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Loop:
    """A learner's loop, as it is written.

    Attributes
    ----------
    rate, epochs
        As the file has them: the default value of a parameter, a constant, a number in the code;
        None where it does not say.
    own_start
        Whether the start of :attr:`data` is the file's own.
    """

    callee: Callee
    way: Way
    data: Data
    rate: float | None
    epochs: int | None
    own_start: bool

    def after(self, epochs: int, rate: float | None = None) -> Array | None:
        """Theta after so many epochs, by the learner's loop; None where it gives none."""
        rate = rate or self.rate or 0.1
        probe = replace(self.data.probe, rate=rate)
        answer = _asked(self.callee, self.way, probe, epochs)
        if answer is None or answer.gradient is None:
            return None
        start = probe.theta if answer.probe is None else answer.probe.theta
        step = answer.gradient
        if self.way.entry.form == "weights":  # no step of biases comes back
            step = np.where(np.isnan(step), 0, step)
        theta: Array = start - rate * step
        return theta if theta.shape == self.data.probe.theta.shape else None

    def infinite_for(self, theta: Array) -> bool:
        """Whether the learner's own J is not finite for some weights; False where none goes in."""
        if self.way.entry.form == "own":
            return False
        answer = _asked(self.callee, self.way, replace(self.data.probe, theta=theta), 1)
        return answer is not None and answer.J is not None and not np.isfinite(answer.J)


def loop_of(callee: Callee, way: Way, probes: Sequence[Probe]) -> Loop | None:
    """The loop that was asked; None where no step was taken."""
    entry = way.entry
    function = callee.survey.function(entry.name)
    if entry.reading == "gradient" or function is None or not is_step(function):
        return None
    rate = entry.rate if entry.rate is not None else _told(callee.survey, function, "rate")
    epochs = function.rounds or _told(callee.survey, function, "epochs")
    asked = max(probes, key=lambda probe: probe.m)
    if asked.m == 1:  # it was asked sample by sample
        asked = max(probes_for([asked.network]), key=lambda probe: probe.m)
    probe = replace(asked, lambda_=0.0, rate=rate or 0.1)
    data = _data(callee, way, probe) or Data(probe, False)
    start = _start(callee, way, data.probe)
    if start is not None:
        data = replace(data, probe=start)
    whole = None if epochs is None else int(epochs)
    return Loop(callee, way, data, rate, whole, start is not None)


def _told(survey: Survey, function: Function, role: str) -> float | None:
    """The number that the file gives a role: a default value, a constant."""
    class_ = survey.class_(function.name.partition(".")[0])
    made = () if class_ is None else class_.init.parameters
    for parameter in (*function.parameters, *made):
        if roles_of(parameter.name) == role and parameter.default is not None:
            return parameter.default
    return next((v for name, v in survey.constants.items() if roles_of(name) == role), None)


def _asked(callee: Callee, way: Way, probe: Probe, epochs: int) -> Answer | None:
    arguments = way.arguments(probe)
    if "epochs" in arguments:
        arguments["epochs"] = epochs
    answer = read_answer(callee.call(arguments, way.values, way.entry.source), way, probe)
    return answer if isinstance(answer, Answer) else None


# -- The start -------------------------------------------------------------------------------------


def _start(callee: Callee, way: Way, probe: Probe) -> Probe | None:
    """The probe with the weights that the file itself starts from; None where it has none."""
    entry = way.entry
    if entry.reading == "own step":
        answer = _asked(callee, way, probe, 1)
        return None if answer is None else answer.probe
    made = [line.strip() for line in entry.source.splitlines() if line.startswith("    net = ")]
    if not entry.slots or not made:
        return None
    source = "\n    ".join(
        [
            f"def adapter({', '.join(entry.takes)}):",
            "from clearprop.doctor.learner.seeded import seeded",
            "with seeded():",
            f"    {made[0]}",
            "return net",
        ]
    )
    returned = callee.call(way.arguments(probe), way.values, source + "\n")
    if not isinstance(returned, Returned):
        return None
    theta = held_theta(returned.value, way, probe)
    return None if theta is None or np.isnan(theta).any() else replace(probe, theta=theta)


# -- The data --------------------------------------------------------------------------------------


def _data(callee: Callee, way: Way, probe: Probe) -> Data | None:
    """The samples that the file has at its top level, found by name and shape."""
    names = _named_data(callee.survey)
    if names is None or callee.octave:
        return None
    source = f"def adapter():\n    return {', '.join(names)}\n"
    returned = callee.call({}, "numpy", source)
    if not isinstance(returned, Returned):
        return None
    try:
        X, y = (np.asarray(value, np.float64) for value in returned.value)
    except (TypeError, ValueError):
        return None
    if X.ndim == 1:
        X = X[:, None]
    y = y[:, None] if y.ndim == 1 else y
    if len(X) != len(y) and X.shape[-1] == y.shape[-1]:
        X, y = X.T, y.T
    if len(X) == 1 and y.shape[1] == X.shape[1]:
        X = X.T
    if len(X) != len(y) or X.ndim != 2 or y.ndim != 2 or not np.isfinite(X).all():
        return None
    return _as_probe(X, y, way, probe, names)


def _as_probe(X: Array, y: Array, way: Way, probe: Probe, names: tuple[str, ...]) -> Data | None:
    K = probe.network.n_outputs
    labels = probe.labels
    outside: tuple[int, ...] = ()
    if y.shape[1] == K:
        Y = y
        labels = None if labels is None else (y.argmax(1) if K > 1 else y[:, 0].astype(np.int64))
    elif y.shape[1] == 1 and labels is not None:
        classes = y[:, 0].astype(np.int64) - (1 if way.labels.startswith("1") else 0)
        outside = tuple(sorted({int(c) for c in classes[(classes < 0) | (classes >= K)]}))
        labels = classes.clip(0, K - 1)
        Y = np.eye(K)[labels]
    else:
        return None
    sizes = (X.shape[1], *probe.network.layer_sizes[1:])
    network = replace(probe.network, layer_sizes=sizes)
    generator = np.random.default_rng(0)
    theta = generator.normal(0, 0.1, network.n_parameters)
    found = replace(probe, network=network, theta=theta, X=X, Y=Y, labels=labels)
    return Data(found, True, names, outside)


def _named_data(survey: Survey) -> tuple[str, str] | None:
    """The names of X and y, those of training data first."""
    inputs = [name for name in survey.arrays if roles_of(name) == "X"]
    targets = [name for name in survey.arrays if roles_of(name) == "y"]
    for X in sorted(inputs, key=lambda name: "train" not in name.lower()):
        for y in sorted(targets, key=lambda name: "train" not in name.lower()):
            m = {*survey.arrays[X][:1], *survey.arrays[X][-1:]}
            if m & {*survey.arrays[y][:1], *survey.arrays[y][-1:]} and max(m) > 1:
                return X, y
    return None
