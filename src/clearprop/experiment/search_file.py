"""Checkpoints of a search: its finished trials, and the parameters of the best one so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from clearprop.engines.bits import decided_by
from clearprop.engines.protocol import TrainingState
from clearprop.errors import ModelFileError
from clearprop.experiment.halving import Space
from clearprop.experiment.run import Experiment
from clearprop.experiment.trial import Trial
from clearprop.network.architecture import Array
from clearprop.storage.checkpoint import Checkpoint, refuse_other_choices, refuse_other_data
from clearprop.storage.run_folder import Part, RunFolder
from clearprop.training import Event, Training
from clearprop.training.resume import data_of, resumable

__all__ = ["Found", "kept_trials", "load_search", "made_from", "put_back", "save_search"]


@dataclass(frozen=True, eq=False)
class Found:
    """What a search has found.

    Attributes
    ----------
    space
        What it chooses from.
    trials
        The finished trials.
    best, theta
        The best one, and its parameters ``(n_parameters,)``; before the first one None, and the
        initial values of the recipe's network.
    over
        Whether the search came to its end. Resumed, it tries no more.
    choices, data
        What it was made from, as JSON values: the choices, and the fingerprint of the data.
    """

    space: Space
    trials: list[Trial]
    best: Trial | None
    theta: Array
    over: bool
    choices: Mapping[str, Any]
    data: Mapping[str, Any]


def made_from(run: Experiment, space: Space) -> tuple[dict[str, Any], dict[str, Any]]:
    """The choices and the data that decide a search's bits, as JSON values.

    Parameters
    ----------
    run
        The recipe on its rows.
    space
        What is chosen from, if there is time enough.
    """
    recipe = asdict(run.recipe)
    options = recipe.pop("options")
    options["patience"] = str(options["patience"])  # may be infinite
    own = {"lambdas": space.lambdas, "rates": space.rates, "dropouts": space.dropouts}
    choices = {**recipe, **options, **own, **decided_by(run.engine)}
    return {name: _json(choices[name]) for name in choices}, data_of(run.candidates[0].training)


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def save_search(found: Found, part: Part) -> None:
    """Write what was found, whole or not at all. A trial's floats are read back as the same bits.

    Where it cannot be written a warning says so: see :meth:`Part.save`.
    """
    trials = [trial.to_dict(curves=True) for trial in found.trials]
    values = {
        "search": {
            "space": asdict(found.space),
            "trials": trials,
            "best": None if found.best is None else found.trials.index(found.best),
            "over": found.over,
        },
        "choices": found.choices,
        "data": found.data,
    }
    part.save(Checkpoint(TrainingState(found.theta, (), seed=0), values=values))


def load_search(part: Part, choices: Mapping[str, Any], data: Mapping[str, Any]) -> Found | None:
    """Read what a search with these choices and these data had found; None if there is nothing.

    Raises
    ------
    ModelFileError
        For a checkpoint that is damaged, or of other choices or data.
    """
    checkpoint = part.newest()
    if checkpoint is None:
        return None
    path, values = part.file, checkpoint.values
    if "search" not in values:
        raise ModelFileError(f"{path}: holds no search; it is a checkpoint of another command")
    refuse_other_data(path, values.get("data"), data)
    before = values.get("choices")
    refuse_other_choices(path, before if isinstance(before, dict) else {}, choices, "Search")
    try:
        search = values["search"]
        made = search["space"]
        tuples = {
            name: tuple(made[name]) for name in ("widths", "own", "lambdas", "rates", "dropouts")
        }
        space = Space(**{**made, **tuples})
        trials = [Trial.of(trial) for trial in search["trials"]]
        best = None if search["best"] is None else trials[search["best"]]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ModelFileError(
            f"{path}: does not hold a search as choose writes it ({error!r}); delete it and search "
            "afresh"
        ) from None
    over = search.get("over") is True
    return Found(space, trials, best, checkpoint.state.theta, over, choices, data)


def kept_trials(
    trainings: Sequence[Training],
    places: Sequence[int],
    folder: RunFolder,
    choices: Mapping[str, Any],
    data: Mapping[str, Any],
) -> list[Iterator[Event]]:
    """The events of trials under way, each with checkpoints of its own.

    Parameters
    ----------
    places
        The number of each trial, which names its files.
    choices, data
        What the search is made from. All trials have the same rows.
    """
    parts = [folder.part(f"trial-{place}") for place in places]
    own = {"init": choices["init"]}
    return [resumable(*run, own, data) for run in zip(trainings, parts, strict=True)]


def put_back(part: Part, training: Training, best: Trial, theta: Array) -> None:
    """Put the best trial back into a run of its configuration.

    Raises
    ------
    ModelFileError
        For parameters that are not those of its network.
    """
    like = training.theta
    if (theta.shape, theta.dtype) != (like.shape, like.dtype):
        raise ModelFileError(
            f"{part.file}: theta: expected {like.dtype} of shape {like.shape}, as the best network "
            f"has; got {theta.dtype} of shape {theta.shape}; delete it and search afresh"
        )
    training.state.theta, training.state.epoch = theta, best.ran
    history = training.history
    history.costs, history.validation_costs = list(best.costs), list(best.validation_costs)
    if training.options.early_stopping:
        history.best_theta, history.best_epoch = theta, best.best_epoch
