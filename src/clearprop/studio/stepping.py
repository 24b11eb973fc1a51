"""A training that is stopped anywhere, changed, and taken up again: with the same bits each time.

The studio trains with these functions, and *copy as Python* gives lines that call them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from clearprop.errors import as_float, is_whole, raise_problems, shown
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_theta
from clearprop.training import EpochEnded, Training

__all__ = ["SLICE_SECONDS", "advance", "again", "weight_problems"]

# An epoch is cut into slices of about so many seconds: a pause comes after one of them.
SLICE_SECONDS = 0.03


def again(
    training: Training,
    edits: Mapping[int, float] | None = None,
    slice_seconds: float = SLICE_SECONDS,
    *,
    theta: Array | None = None,
) -> Training:
    """A training that goes on where another one stands, with some weights replaced.

    The other one stays as it is, so that one can go back to it. A gradient that was checked is not
    checked again. SciPy's solvers begin their search anew, since their memory is their own.

    Parameters
    ----------
    training
        A run between two of its events.
    edits
        New values of parameters by their index in theta, from 0.
    slice_seconds
        As in :class:`clearprop.training.Training`; 0: an event after every minibatch (after every
        unit of several, where the engine computes them as one).
    theta
        New values of all parameters, ``(n_parameters,)``, as a model file has them.

    Raises
    ------
    ParameterError
        For edits that do not fit, or a theta of another length.

    Examples
    --------
    >>> from clearprop.training import Options
    >>> first = Training(Network((1, 1)), [0.0, 1.0], [[3.0]], [1.0], Options(epochs=2))
    >>> second = again(first, {0: 5.0})
    >>> second.state.theta, first.state.theta
    (array([5., 1.]), array([0., 1.]))
    """
    state, history = copy.deepcopy((training.state, training.history))
    if theta is not None:
        state.theta = as_theta(training.network, theta).astype(state.theta.dtype)
    if edits:
        raise_problems(weight_problems(training.network, edits))
        new = state.theta.copy()
        new[np.fromiter(edits.keys(), np.int64)] = list(edits.values())
        state.theta = new
    check = training.options.check_gradient and training.gradient_report is None
    made = Training(
        training.network,
        state.theta,
        training.X,
        training.Y,
        replace(training.options, check_gradient=check),
        sample_weight=training.sample_weight,
        validation=training.validation,
        engine=training.engine,
        state=state,
        history=history,
        slice_seconds=slice_seconds,
    )
    made.gradient_report = training.gradient_report
    return made


def advance(training: Training, epoch: int, position: int = 0) -> Training:
    """Train until so many epochs are done, and so many minibatches of the next one.

    Returns
    -------
    The training that stands there; or where it ended, if that came first.

    Examples
    --------
    >>> from clearprop.training import Options
    >>> network, options = Network((1, 1)), Options(batch_size=1, epochs=9)
    >>> run = Training(network, [0.0, 1.0], [[3.0], [1.0]], [1.0, 0.0], options)
    >>> state = advance(run, 2, 1).state
    >>> state.epoch, state.position, state.step
    (2, 1, 5)
    """
    if training.state.epoch < epoch:
        for event in training:
            if isinstance(event, EpochEnded) and event.epoch >= epoch:
                break
    if position:
        training = again(training, slice_seconds=0)
        for _ in training:
            if (training.state.epoch, training.state.position) >= (epoch, position):
                break
    return training


def weight_problems(network: Network, edits: Mapping[int, float]) -> list[str]:
    """What is wrong with new values of parameters.

    Examples
    --------
    >>> weight_problems(Network((1, 1)), {2: float("nan")})
    ['weights: expected an index from 0 to 1; got 2', 'weights: expected finite numbers; got nan']
    """
    last = network.n_parameters - 1
    problems = [
        f"weights: expected an index from 0 to {last}; got {shown(index)}"
        for index in edits
        if not is_whole(index) or not 0 <= index <= last
    ]
    problems += [
        f"weights: expected finite numbers; got {shown(value)}"
        for value in edits.values()
        if not np.isfinite(as_float(value))
    ]
    return problems
