"""The gradient doctor: from a learner's wrong gradient to its cause.

It asks the learner's function a few small questions whose answers it knows (:mod:`.probe`), and
looks for the mistake that turns the true numbers into the learner's (:mod:`.search`,
:mod:`.mutations`). Where nothing fits, it says where the gradient is wrong (:mod:`.localize`), and
that it does not know why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.errors import ParameterError, one_of, raise_problems
from clearprop.gradients.calling import Callee, InProcess, Raised, Returned
from clearprop.gradients.diagnosis import Cause, Diagnosis
from clearprop.gradients.interview import Interview, interview
from clearprop.gradients.localize import BlockFinding, localize
from clearprop.gradients.signature import LABELS, Roles, check_numbered, recognise
from clearprop.language import LANGUAGES
from clearprop.names import ActivationName, CostName
from clearprop.network.architecture import Array, Network

__all__ = ["Diagnosis", "diagnose", "diagnose_callee"]


def diagnose(
    function: Callable[..., Any],
    layer_sizes: Sequence[int] | None = None,
    *,
    activation: ActivationName = "sigmoid",
    cost: CostName = "logistic",
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
        unrolled, or as matrices; NumPy's, torch's or JAX's values. A function of `theta` alone is
        checked and localised, without a cause.
    layer_sizes
        ``(s_1, ..., s_L)``, bias units not counted. A function that is told its sizes, or gets
        matrices, is asked about smaller networks of as many layers.
    activation, cost
        Of the network that the function is meant to compute, as for :class:`~clearprop.Network`.
    labels
        How y is given: ``"0"`` or ``"1"`` (class numbers from there), ``"one-hot"``, or ``"auto"``.
    theta
        For a function of theta alone: where it is checked; default: drawn by `seed`.
    seed
        Of the probes.
    lang
        ``"en"`` or ``"zh"``: of the report.

    Returns
    -------
    Diagnosis
        ``verdict``, ``causes``, ``localised``; printed, it is a report.

    Raises
    ------
    ParameterError
        For parameters that cannot be recognised, and options that do not fit.

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
    if not callable(function):
        raise ParameterError(
            f"function: expected a function that returns (J, gradient); got {function!r}"
        )
    return diagnose_callee(
        InProcess(function),
        layer_sizes,
        activation=activation,
        cost=cost,
        labels=labels,
        theta=theta,
        seed=seed,
        lang=lang,
    )


def diagnose_callee(
    callee: Callee,
    layer_sizes: Sequence[int] | None = None,
    *,
    activation: ActivationName = "sigmoid",
    cost: CostName = "logistic",
    labels: str = "auto",
    theta: Any = None,
    seed: int = 0,
    lang: str = "en",
) -> Diagnosis:
    """The same for a function that may live in a process of its own."""
    problems = [*one_of("labels", labels, LABELS), *one_of("lang", lang, LANGUAGES)]
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        problems.append(f"seed: expected a whole number of at least 0; got {seed!r}")
    raise_problems(problems)
    network = None if layer_sizes is None else Network(tuple(layer_sizes), activation, cost)
    broken = getattr(callee, "broken", None)
    if broken is not None:
        return Diagnosis(callee.name, "unknown", seed, lang, raised=broken)
    n_layers = None if network is None else network.n_layers
    roles = recognise(callee.parameters, callee.name, n_layers)
    if roles.theta == "alone":
        return _of_theta_alone(callee, roles, network, theta, seed, lang)
    if network is None:
        raise ParameterError(
            f"layer_sizes: {callee.name} takes X and y; expected the sizes of its layers, "
            "such as 400,25,10"
        )
    if theta is not None:
        raise ParameterError("theta: is for functions of theta alone; got one for one with X and y")
    check_numbered(roles, callee.name, network.n_layers)
    return _diagnosis(
        callee.name, roles, interview(callee, roles, network, labels, seed), seed, lang
    )


def _diagnosis(name: str, roles: Roles, found: Interview, seed: int, lang: str) -> Diagnosis:
    if found.raised is not None or found.search is None:
        return Diagnosis(
            name,
            "unknown",
            seed,
            lang,
            raised=found.raised,
            convention=found.convention,
            probes=tuple(found.probes),
            roles=roles,
            notes=tuple(found.notes),
        )
    search = found.search
    right = search.cost_right and search.gradient_right
    explanation = None if right else found.explanation
    causes: tuple[Cause, ...] = ()
    if explanation is not None:
        causes = tuple(
            Cause(
                mutant,
                explanation.match,
                tuple(
                    other
                    for alternative in explanation.alternatives
                    for other in alternative
                    if other.key not in {m.key for m in explanation.mutants}
                ),
            )
            for mutant in explanation.mutants
        )
    return Diagnosis(
        name,
        "right" if right else "wrong" if causes else "unknown",
        seed,
        lang,
        causes=causes,
        blocks=localize(search),
        cost_right=search.cost_right,
        gradient_right=search.gradient_right,
        explained=explanation is None
        or (explanation.explains_cost and explanation.explains_gradient),
        consistent=found.consistent,
        convention=found.convention,
        probes=tuple(search.probes),
        answers=tuple(search.answers),
        dtype=search.dtype,
        roles=roles,
        notes=tuple(found.notes),
    )


def _of_theta_alone(
    callee: Callee, roles: Roles, network: Network | None, theta: Any, seed: int, lang: str
) -> Diagnosis:
    """Check, localisation and Taylor slope of a function that brings its own data."""
    from clearprop.gradients.check import check_gradient

    at = _theta_for(callee, network, theta, seed)
    failure: list[Raised] = []

    def function(theta: Array) -> Any:
        returned = callee.call({roles.names["vector"]: theta}, callee.values)
        if isinstance(returned, Returned):
            return returned.value
        failure.append(returned)
        raise RuntimeError(returned.message)

    sizes = None if network is None else network.layer_sizes
    try:
        check = check_gradient(function, at, seed=seed, layer_sizes=sizes)
    except ParameterError as error:
        raised = failure[-1] if failure else Raised("ReturnValue", str(error))
        return Diagnosis(callee.name, "unknown", seed, lang, raised=raised)
    blocks = tuple(
        BlockFinding(b.layer, b.block, b.verdict, b.largest_relative_difference)
        for b in check.blocks
    )
    return Diagnosis(
        callee.name,
        "right" if check.right else "unknown",
        seed,
        lang,
        blocks=blocks,
        gradient_right=check.right,
        dtype=check.dtype,
        check=check,
        roles=roles,
    )


def _theta_for(callee: Callee, network: Network | None, theta: Any, seed: int) -> Array:
    if theta is not None:
        return np.asarray(theta)
    if network is None:
        raise ParameterError(
            f"theta: {callee.name} takes theta alone; expected its length (--parameters 12), or "
            "the layer sizes"
        )
    return np.random.default_rng(seed).uniform(-1, 1, network.n_parameters)
