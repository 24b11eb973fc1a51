"""The training loop: it yields events and prints nothing."""

from clearprop.training.events import Ended, EpochEnded, Event, GradientChecked, Progress
from clearprop.training.loop import Training, Validation
from clearprop.training.options import Options

__all__ = [
    "Ended",
    "EpochEnded",
    "Event",
    "GradientChecked",
    "Options",
    "Progress",
    "Training",
    "Validation",
]
