"""What the chosen networks say of the rows that they were validated on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearprop.data.interval import fewest_rows
from clearprop.data.targets import Targets
from clearprop.engines.protocol import Engine
from clearprop.engines.slices import outputs_in_slices
from clearprop.errors import ParameterError
from clearprop.experiment.candidates import Candidate
from clearprop.experiment.lineup import Rows
from clearprop.network.architecture import Array

__all__ = ["calibrated", "check_enough", "held_out"]


def held_out(members: Sequence[Candidate], rows: Rows, engine: Engine) -> tuple[Array, Rows]:
    """The outputs ``(m_v, K)`` of each network on the rows that it was validated on, and these.

    Parameters
    ----------
    members
        The chosen runs.
    rows
        The rows of training, followed by those of validation.
    engine
        What computes.
    """
    h = np.empty(rows.Y.shape, rows.X.dtype)  # (m, K)
    for member in members:
        training = member.training
        h[member.held] = outputs_in_slices(
            training.network, [training.theta], rows.X[member.held], engine
        )
    held = np.sort(np.concatenate([member.held for member in members]))  # (m_v,)
    return h[held], rows.take(held)


def calibrated(
    targets: Targets, members: Sequence[Candidate], rows: Rows, engine: Engine
) -> Targets:
    """The targets; the margins of their interval are those of the rows that were held out.

    The best epoch and lambda were chosen on the same rows, so the margins are a little too small.
    For a bag each row is judged by the one network that has not learned from it, while the average
    of all networks predicts; that makes them a little too large.
    """
    assert targets.interval is not None
    h, held = held_out(members, rows, engine)
    return replace(targets, interval=targets.interval.calibrated(h, held.Y))


def check_enough(interval: float, held: int, rows: int) -> None:
    """Check that there are validation rows enough to calibrate an interval.

    Parameters
    ----------
    interval
        The coverage.
    held
        How many validation rows there are.
    rows
        How many rows they are a share of.

    Raises
    ------
    ParameterError
        For fewer than :func:`clearprop.data.interval.fewest_rows`.

    Examples
    --------
    >>> check_enough(0.9, 9, 40)
    >>> check_enough(0.9, 4, 40)
    Traceback (most recent call last):
    clearprop.errors.ParameterError: interval: 0.9 needs 9 validation rows at least; there are 4; \
take a smaller interval, more rows, or validation_fraction='0.25'
    """
    fewest = fewest_rows(interval)
    if held >= fewest:
        return
    # A part has its share of the rows to within one row.
    share = math.ceil(100 * (fewest + 1) / rows) / 100
    ways = "take a smaller interval or more rows"
    if held < rows * share <= rows / 2:
        ways = f"take a smaller interval, more rows, or validation_fraction='{share:g}'"
    raise ParameterError(
        f"interval: {interval:g} needs {fewest} validation rows at least; there are {held}; {ways}"
    )
