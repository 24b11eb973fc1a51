"""The path of a training through theta."""

from __future__ import annotations

from clearprop.network.architecture import Array
from clearprop.training import EpochEnded, Training

__all__ = ["trained_path"]


def trained_path(training: Training) -> list[Array]:
    """Train, and return theta before the first epoch and after each one.

    Examples
    --------
    >>> from clearprop import Network
    >>> from clearprop.training import Options
    >>> options = Options("gd", epochs=2, learning_rate=1.0)
    >>> training = Training(Network((1, 1)), [0.0, 0.0], [[1.0]], [1], options)
    >>> [theta.round(3).tolist() for theta in trained_path(training)]
    [[0.0, 0.0], [0.5, 0.5], [0.769, 0.769]]
    """
    thetas = [training.theta.copy()]
    thetas += [training.state.theta.copy() for e in training if isinstance(e, EpochEnded)]
    return thetas
