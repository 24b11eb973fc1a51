"""The checkpoints of an experiment's runs: which part of the folder belongs to which run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clearprop.experiment.recipes import Recipe
from clearprop.storage.run_folder import RunFolder
from clearprop.training import Event, Training
from clearprop.training.resume import resumable

__all__ = ["kept", "part_names"]


def part_names(what: str, runs: int) -> list[str]:
    """The names of so many runs in the folder. The only candidate is the run.

    Examples
    --------
    >>> part_names("candidate", 2), part_names("candidate", 1), part_names("refit", 1)
    (['candidate-1', 'candidate-2'], ['run'], ['refit-1'])
    """
    if what == "candidate" and runs == 1:
        return ["run"]
    return [f"{what}-{i}" for i in range(1, runs + 1)]


def kept(
    trainings: Sequence[Training], folder: RunFolder | None, names: Sequence[str], recipe: Recipe
) -> list[Iterator[Event]]:
    """The events of each run, with checkpoints where there is a folder for them.

    All checkpoints are read before the first run trains: one that is refused changes nothing.
    """
    if folder is None:
        return [iter(training) for training in trainings]
    choices = {"init": recipe.init, "seed": recipe.options.seed}
    parts = [folder.part(name) for name in names]
    return [resumable(*run, choices) for run in zip(trainings, parts, strict=False)]
