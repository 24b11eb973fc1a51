"""From a learner's function to a diagnosis.

The function is asked a few small questions whose answers are known (:mod:`.probe`,
:mod:`.interview`). A search finds the mistake that turns the true numbers into the learner's
(:mod:`.search`). Where none fits, the report says where the gradient is wrong (:mod:`.localize`),
and that the cause is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.doctor.conventions import unstated
from clearprop.doctor.diagnosis import Cause, Diagnosis
from clearprop.doctor.gathered import gathered, of_own_cost
from clearprop.doctor.interview import Interview, interview
from clearprop.doctor.labels import counted_from_elsewhere, starts_at_1
from clearprop.doctor.learner.autograd import LIBRARIES
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.entries import entries_of, layers_told, theta_alone
from clearprop.doctor.learner.local import Local
from clearprop.doctor.learner.raised import Raised
from clearprop.doctor.localize import by_own_cost, localize
from clearprop.doctor.meant import as_meant
from clearprop.doctor.sizes import unstated_networks
from clearprop.doctor.stated import Stated
from clearprop.doctor.theta_alone import checked_alone, drawn_theta
from clearprop.doctor.told import adapter_for, chosen
from clearprop.doctor.training.hindrances import hindrances
from clearprop.doctor.unstated import likeliest
from clearprop.errors import ParameterError, raise_problems
from clearprop.names import ActivationName, CostName
from clearprop.network.architecture import Network

__all__ = ["STATED_SIZES", "STATED_THETA", "diagnose", "diagnose_callee"]

_TRIED = 8  # ways of asking that failed and are told

# How sizes and theta are stated in Python. The command line puts its own options in their place.
STATED_SIZES = "diagnose(f, (400, 25, 10))"
STATED_THETA = "diagnose(f, theta=...)"


def diagnose(
    function: Callable[..., Any],
    layer_sizes: Sequence[int] | None = None,
    *,
    activation: ActivationName | None = None,
    cost: CostName = "logistic",
    output: str | None = None,
    no_bias: bool = False,
    labels: str = "auto",
    theta: Any = None,
    seed: int = 0,
    lang: str = "en",
) -> Diagnosis:
    """Examine a learner's cost and gradient, and name the mistake.

    Parameters
    ----------
    function
        Yours: ``f(theta, X, y, lambda_)``, the course's ``nnCostFunction(nn_params,
        input_layer_size, hidden_layer_size, num_labels, X, y, lambda_)``, or one that takes
        matrices (``thetas``; ``Theta1, Theta2``; ``weights, biases``; ``W1, b1, W2, b2``). Its
        parameters are recognised by their names, in any order. It returns J and the gradient:
        unrolled, or as matrices; with values of NumPy, torch or JAX. A function of `theta` alone is
        checked and localised, without a cause.
    layer_sizes
        ``(s_1, ..., s_L)``, bias units not counted. A function of an unrolled theta needs them
        here, unless sizes are among its parameters. Every other function is asked about smaller
        networks with as many layers. Without `layer_sizes` the number of layers is what the
        function's parameters tell, or else three.
    activation, cost
        Of the network that the function is meant to compute, as for :class:`~clearprop.Network`.
        Where no activation is stated the sigmoid is expected; if another one fits the answers
        better, the function is judged under that one, and a note says so.
        Huber's cost has the threshold 1; the quantile cost has the level 0.5.
    output
        The activation of the output layer, where the squares go with another one than the cost's
        own: ``"sigmoid"``, ``"tanh"``, ``"softmax"`` or ``"identity"``.
    no_bias
        Whether the network is meant to have no biases.
    labels
        How y is given: ``"0"`` or ``"1"`` (class numbers from there), ``"one-hot"``, or ``"auto"``.
    theta
        For a function of theta alone: the point at which it is checked. Default: drawn with `seed`,
        for a network of `layer_sizes`.
    seed
        The seed of the probes.
    lang
        The language of the report, ``"en"`` or ``"zh"``.

    Returns
    -------
    Diagnosis
        It has ``verdict``, ``causes`` and ``localised``. ``print`` shows it as a report.

    Raises
    ------
    ParameterError
        For parameters whose roles are unknown, for sizes that are needed, and for options that do
        not fit.

    Examples
    --------
    >>> def mine(theta, X, y, lambda_):  # logistic regression, without 1/m in the gradient
    ...     h = 1 / (1 + np.exp(-(theta[0] + X @ theta[1:])))
    ...     J = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    ...     J += lambda_ / (2 * len(y)) * theta[1:] @ theta[1:]
    ...     gradient = np.r_[np.sum(h - y), X.T @ (h - y)]
    ...     gradient[1:] += lambda_ / len(y) * theta[1:]
    ...     return J, gradient
    >>> diagnosis = diagnose(mine, (3, 1))
    >>> diagnosis.verdict, [cause.id for cause in diagnosis.causes]
    ('wrong', ['average-missing'])
    """
    pieces = function if isinstance(function, tuple) else (function,)
    if not pieces or not all(map(callable, pieces)):
        raise ParameterError(
            "function: expected a function, a class or a method, or (cost, gradient); got "
            f"{function!r}"
        )
    stated = Stated(layer_sizes, activation, cost, labels, seed, lang, output, no_bias)
    return diagnose_callee(Local(function), stated, theta)


def diagnose_callee(callee: Callee, stated: Stated, theta: Any = None) -> Diagnosis:
    """Examine code that may live in a process of its own, as :func:`diagnose` does."""
    if callee.broken is not None:
        return Diagnosis(callee.name, "unknown", stated.seed, stated.lang, raised=callee.broken)
    network = stated.network
    if theta_alone(callee.survey, callee.entries) is not None:
        raise_problems(_theta_problems(callee.name, network, theta))
        if theta is None and network is not None:
            theta = drawn_theta(network.n_parameters, stated.seed)
        return checked_alone(callee, stated, np.asarray(theta))
    if theta is not None:
        raise ParameterError(
            f"theta: only for a function of theta alone; {callee.name} takes X and y too"
        )
    if network is not None:
        found = _examined(callee, network, stated)
    else:
        found = _of_unstated_sizes(callee, stated)
    library = _missing_library(callee.failed)
    if library is None or found.verdict != "unknown":
        return found
    raised = Raised.said(
        "ModuleNotFoundError",
        "library-missing",
        file=library.file,
        line=library.line,
        code=library.code,
        name=re.split("['.]", library.message)[1],
    )
    return Diagnosis(callee.name, "unknown", stated.seed, stated.lang, raised=raised)


def _of_unstated_sizes(callee: Callee, stated: Stated) -> Diagnosis:
    """Ask about sizes that the code may take.

    What takes theta as one vector can be asked without sizes only if it has no hidden layer.
    """
    choices = unstated_networks(
        *layers_told(callee.survey, callee.entries), stated.hidden, stated.cost
    )
    entries = entries_of(callee, choices[0])
    unsized = [entry for entry in entries if not entry.told_sizes]
    if unsized and len(unsized) == len(entries):
        choices = [choice for choice in choices if choice.layer_sizes == (4, 1)]
    if choices:
        found = likeliest(choices, lambda choice: _examined(callee, choice, stated))
        if not unsized or found.verdict != "unknown":
            return found
    raise ParameterError(
        f"layer_sizes: {callee.name} takes theta as one vector and is not told the sizes of its "
        f"layers; state them, as in {STATED_SIZES}"
    )


def _missing_library(failed: Raised | None) -> Raised | None:
    """What failed while the file was loaded, if that is a library that computes the gradient."""
    if failed is None or failed.kind != "ModuleNotFoundError":
        return None
    return failed if any(f"'{name}" in failed.message for name in LIBRARIES) else None


def _theta_problems(name: str, network: Network | None, theta: Any) -> list[str]:
    if network is not None or theta is not None:
        return []
    return [
        f"theta: {name} takes theta alone; state where to check it, as in {STATED_THETA}, or "
        f"the sizes of its layers, as in {STATED_SIZES}"
    ]


def _examined(callee: Callee, network: Network, stated: Stated) -> Diagnosis:
    """Ask the code about networks like this one, with the activation that it means."""
    found = _asked(callee, network, stated)
    if stated.activation is not None or network.n_layers == 2:
        return found

    def examined(activation: ActivationName) -> Diagnosis:
        return _asked(callee, replace(network, activation=activation), stated)

    return as_meant(found, stated.base, examined)


def _asked(callee: Callee, network: Network, stated: Stated) -> Diagnosis:
    """Ask the code about networks like this one."""
    entries = entries_of(callee, network)
    if stated.network is None and network.n_layers > 2:
        entries = [entry for entry in entries if entry.told_sizes]
    if not entries:
        raised = Raised.said("Signature", "no-way")
        adapter = adapter_for((), network, stated.lang)
        return Diagnosis(
            callee.name, "unknown", stated.seed, stated.lang, raised=raised, adapter=adapter
        )
    found = interview(callee, entries, network, stated.labels, stated.seed, stated.base)
    asked = Diagnosis(
        callee.name,
        "unknown",
        stated.seed,
        stated.lang,
        way=found.way,
        probes=tuple(found.probes),
        notes=tuple(found.notes),
        entry=chosen(callee, found.way, stated.lang),
    )
    if found.raised is not None or found.search is None:
        tried = tuple(f"{how}: {error.told(stated.lang)}" for how, error in found.tried)
        lines = None if callee.octave else adapter_for(entries, network, stated.lang)
        asked = replace(asked, raised=found.raised, tried=tried[:_TRIED], adapter=lines)

        def ask(labels: str) -> Interview:
            return interview(callee, entries, network, labels, stated.seed, stated.base)

        return counted_from_elsewhere(asked, stated.labels, ask) or asked
    search = found.search
    right = search.cost_right and search.gradient_right
    explanation = None if right else found.explanation
    causes = () if right else _causes(found)
    conventions = unstated(search.base, stated.base)
    notes = [("log-epsilon", c.value) for c in search.base if c.silent]
    if right and starts_at_1(found, stated.labels):
        notes.append(("labels-from-1", ""))
    if [cause.id for cause in causes] == ["cost-half-missing"]:
        notes.append(("factor-between", ""))
    blocks = localize(search)
    evidence = () if right else gathered(search, found.cost_alone)
    # A block that is the derivative of the code's own J shows that J is the cost that is meant.
    own = found.own_blocks if not search.gradient_right and not causes else ()
    partly = 0 < sum(own) < len(own)
    if partly and not search.cost_right:  # its equations are not ours: only its own J can tell
        blocks = by_own_cost(search, own)
        evidence = (*evidence, of_own_cost(blocks))
    assert found.way is not None
    ids = [cause.id for cause in causes]
    return replace(
        asked,
        notes=(*asked.notes, *notes),
        training=hindrances(
            callee, found.way, search.probes, search.base, ids, search.gradient_right
        ),
        verdict=_verdict(right, bool(causes) or partly, bool(conventions)),
        causes=causes,
        conventions=conventions,
        base=search.base,
        evidence=evidence,
        blocks=blocks,
        cost_right=search.cost_right if search.has_cost else None,
        gradient_right=search.gradient_right,
        explained=explanation is None
        or (explanation.explains_cost and explanation.explains_gradient),
        consistent=found.consistent,
        probes=tuple(search.probes),
        answers=tuple(search.answers),
        dtype=search.dtype,
    )


def _verdict(right: bool, known: bool, other: bool) -> str:
    if right:
        return "other-cost" if other else "right"
    return "wrong" if known else "unknown"


def _causes(found: Interview) -> tuple[Cause, ...]:
    explanation = found.explanation
    if explanation is None:
        return ()
    told = {mutant.key for mutant in explanation.mutants}
    others = tuple(
        other for mutants in explanation.alternatives for other in mutants if other.key not in told
    )
    return tuple(Cause(mutant, explanation.match, others) for mutant in explanation.mutants)
