"""A run that is killed at any event goes on from its checkpoint to the same bits."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.errors import ModelFileError, ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.storage.checkpoint import fingerprint, load_checkpoint
from clearprop.training import Ended, EpochEnded, Event, Options, Training, Validation
from clearprop.training.resume import resumable

NETWORK = Network((4, 5, 3), "tanh", "softmax", 0.5)

RUNS = {
    "adam, cosine": Options(schedule="cosine", epochs=4, batch_size=40),
    "sgd, invscaling": Options("sgd", 0.1, "invscaling", epochs=4, batch_size=40),
    "sgd, adaptive": Options("sgd", 0.1, "adaptive", tol=10, patience=1, epochs=7, batch_size=60),
    "gd, converges": Options("gd", 0.1, tol=10, patience=2, epochs=9),
    "early stopping": Options(early_stopping=True, patience=1, tol=0.1, epochs=9, batch_size=60),
}


@pytest.fixture(autouse=True)
def _every_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint at each event."""
    monkeypatch.setattr("clearprop.training.resume.SECONDS_BETWEEN", -1.0)


def make(iris: tuple[Array, Array], options: Options, network: Network = NETWORK) -> Training:
    X, y = iris
    rows = slice(0, 150, 3)
    validation = Validation(X[rows], y[rows], lambda h: float((h.argmax(1) == y[rows]).mean()))
    start = initial_theta(network, 0)
    # slice_seconds: events come after each minibatch.
    return Training(network, start, X, y, options, validation=validation, slice_seconds=0)


def said(event: Event) -> tuple[Any, ...]:
    """What an event says, without the clock."""
    values = {k: v for k, v in vars(event).items() if k not in ("seconds", "report")}
    return type(event).__name__, *values.values()


@pytest.mark.parametrize("name", RUNS)
def test_killed_at_any_event_it_ends_with_the_same_bits(
    iris: tuple[Array, Array], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = RUNS[name]
    whole = make(iris, options)
    events = list(whole)
    for killed in range(1, len(events)):
        path = tmp_path / f"{killed}.safetensors"
        first = make(iris, options)
        run = resumable(first, path)
        monkeypatch.setattr("clearprop.training.resume.SECONDS_BETWEEN", 1e9)
        for _ in range(killed - 1):
            next(run)
        monkeypatch.setattr("clearprop.training.resume.SECONDS_BETWEEN", -1.0)
        next(run)  # the event that a checkpoint is written at
        run.close()
        monkeypatch.setattr("clearprop.training.resume.SECONDS_BETWEEN", 1e9)
        second = make(iris, options)
        rest = list(resumable(second, path))
        assert second.theta.tobytes() == whole.theta.tobytes(), killed
        assert second.state.epoch == whole.state.epoch
        ours, theirs = second.history, whole.history
        assert ours.costs == pytest.approx(theirs.costs, rel=1e-14)
        assert ours.validation_scores == theirs.validation_scores
        assert (ours.best_epoch, ours.stalled) == (theirs.best_epoch, theirs.stalled)
        if killed > 1:  # before that nothing had been written
            assert [said(e)[:2] for e in rest[1:]] == [said(e)[:2] for e in events[killed:]]


def test_a_finished_run_is_not_run_again(
    iris: tuple[Array, Array], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearprop.training.resume.SECONDS_BETWEEN", 1e9)  # the end counts anyway
    path = tmp_path / "run.safetensors"
    for name in ("adam, cosine", "gd, converges", "early stopping"):
        path.unlink(missing_ok=True)
        first = make(iris, RUNS[name])
        *_, last = resumable(first, path)
        again = make(iris, RUNS[name])
        events = list(resumable(again, path))
        assert [type(event).__name__ for event in events] == ["GradientChecked", "Ended"]
        assert isinstance(last, Ended)
        assert said(events[-1]) == said(last)
        assert again.theta.tobytes() == first.theta.tobytes()


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
def test_scipys_solvers_cannot_go_on(
    iris: tuple[Array, Array], solver: str, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError) as caught:
        list(resumable(make(iris, Options(solver)), tmp_path / "run.safetensors"))
    assert str(caught.value) == (
        f"checkpoint: solver {solver} cannot go on from one; use adam, adamw, sgd or gd"
    )


def test_a_checkpoint_knows_the_targets_that_training_follows(
    iris: tuple[Array, Array], tmp_path: Path
) -> None:
    """As in checkpoints of earlier versions, where Training kept the smoothed labels."""
    path = tmp_path / "run.safetensors"
    whole = make(iris, Options(epochs=2, batch_size=60, label_smoothing=0.2))
    run = resumable(whole, path)
    for event in run:
        if isinstance(event, EpochEnded):
            break
    run.close()
    soft = 0.8 * np.eye(3)[iris[1]] + 0.2 / 3
    made_from = fingerprint(X=iris[0], Y=soft, sample_weight=None)
    assert load_checkpoint(path).values["data"] == made_from
    again, alone = make(iris, whole.options), make(iris, whole.options)
    list(resumable(again, path))
    alone.run()
    assert again.theta.tobytes() == alone.theta.tobytes()


def test_it_writes_every_few_seconds_and_at_the_end(
    iris: tuple[Array, Array], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearprop.training.resume.SECONDS_BETWEEN", 1e9)
    path = tmp_path / "run.safetensors"
    for event in resumable(make(iris, Options(epochs=2, batch_size=60)), path):
        assert path.exists() is isinstance(event, Ended)


def test_other_choices_are_refused(iris: tuple[Array, Array], tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    list(resumable(make(iris, Options(epochs=2)), path))
    written = path.read_bytes()
    other = make(iris, Options(epochs=2, learning_rate=0.5, batch_size=7))
    with pytest.raises(ModelFileError) as caught:
        list(resumable(other, path))
    assert str(caught.value) == (
        f"{path}: was made with other choices: learning_rate was 0.001 and is 0.5; batch_size was "
        "None and is 7. Train with the same ones, or afresh without the checkpoint"
    )
    network = Network((4, 6, 3), "tanh", "softmax", 0.5)
    with pytest.raises(ModelFileError, match=r"layer_sizes was \[4, 5, 3\] and is \[4, 6, 3\]"):
        list(resumable(make(iris, Options(epochs=2), network), path))
    assert path.read_bytes() == written


def test_other_data_are_refused(iris: tuple[Array, Array], tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    list(resumable(make(iris, Options(epochs=2)), path))
    X, y = iris
    moved = X.copy()
    moved[3, 2] = np.nextafter(moved[3, 2], 9)
    with pytest.raises(ModelFileError) as caught:
        list(resumable(make((moved, y), Options(epochs=2)), path))
    text = str(caught.value)
    assert text.startswith(f"{path}: was made with other data: X")
    assert text.endswith("; hand in the same data, or train afresh without the checkpoint")
