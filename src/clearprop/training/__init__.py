"""The training loop: it yields events and prints nothing."""

from clearprop.training.events import Ended, EpochEnded, Event, GradientChecked, Progress
from clearprop.training.loop import Training
from clearprop.training.options import Options
from clearprop.training.validation import Validation

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
