"""A run that is killed at any event goes on from its checkpoint to the same bits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.engines.choice import available_engines, choose_engine
from clearprop.errors import ModelFileError, ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.storage.checkpoint import load_checkpoint, save_checkpoint
from clearprop.storage.run_folder import Part, RunFolder
from clearprop.training import Ended, Event, Options, Progress, Training, Validation
from clearprop.training.resume import resumable

NETWORK = Network((4, 5, 3), "tanh", "softmax", 0.5)

RUNS = {
    "adam, cosine": Options(schedule="cosine", epochs=4, batch_size=40),
    "sgd, invscaling": Options("sgd", 0.1, "invscaling", epochs=4, batch_size=40),
    "sgd, adaptive": Options("sgd", 0.1, "adaptive", tol=10, patience=1, epochs=7, batch_size=60),
    "gd, converges": Options("gd", 0.1, tol=10, patience=2, epochs=9),
    "early stopping": Options(early_stopping=True, patience=1, tol=0.1, epochs=9, batch_size=60),
}


def part(path: Path, every: float = 1e-9, resume: bool = False) -> Part:
    """A folder with a checkpoint at each event."""
    folder = RunFolder(path, every, resume)
    folder.begin("run")
    return folder.part("run")


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
    iris: tuple[Array, Array], name: str, tmp_path: Path
) -> None:
    options = RUNS[name]
    whole = make(iris, options)
    events = list(whole)
    for killed in range(1, len(events)):
        kept = part(tmp_path / str(killed), every=1e9)
        first = make(iris, options)
        run = resumable(first, kept)
        for _ in range(killed - 1):
            next(run)
        kept.folder.every = 1e-9
        next(run)  # the event that a checkpoint is written at
        run.close()  # type: ignore[attr-defined]
        second = make(iris, options)
        again = RunFolder(kept.folder.path, resume=True).part("run")
        rest = list(resumable(second, again))
        assert second.theta.tobytes() == whole.theta.tobytes(), killed
        assert second.state.epoch == whole.state.epoch
        ours, theirs = second.history, whole.history
        assert ours.costs == pytest.approx(theirs.costs, rel=1e-14)
        assert ours.validation_scores == theirs.validation_scores
        assert (ours.best_epoch, ours.stalled) == (theirs.best_epoch, theirs.stalled)
        if killed > 1:  # before that nothing had been written
            assert [said(e)[:2] for e in rest[1:]] == [said(e)[:2] for e in events[killed:]]


def test_a_finished_run_is_not_run_again(iris: tuple[Array, Array], tmp_path: Path) -> None:
    for name in ("adam, cosine", "gd, converges", "early stopping"):
        first = make(iris, RUNS[name])
        *_, last = resumable(first, part(tmp_path / name, every=1e9))  # the end counts anyway
        again = make(iris, RUNS[name])
        events = list(resumable(again, part(tmp_path / name, resume=True)))
        assert [type(event).__name__ for event in events] == ["GradientChecked", "Ended"]
        assert isinstance(last, Ended)
        assert said(events[-1]) == said(last)
        assert again.theta.tobytes() == first.theta.tobytes()


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
def test_scipys_solvers_cannot_go_on(
    iris: tuple[Array, Array], solver: str, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError) as caught:
        list(resumable(make(iris, Options(solver)), part(tmp_path / "run")))
    assert str(caught.value) == (
        f"checkpoint: solver {solver} cannot go on from one; use adam, adamw, sgd or gd"
    )


def test_it_writes_now_and_then_and_at_the_end(iris: tuple[Array, Array], tmp_path: Path) -> None:
    kept = part(tmp_path, every=1e9)
    for event in resumable(make(iris, Options(epochs=2, batch_size=60)), kept):
        assert kept.file.exists() is isinstance(event, Ended)


def test_the_last_two_are_kept(iris: tuple[Array, Array], tmp_path: Path) -> None:
    events = list(resumable(make(iris, Options(epochs=3, batch_size=60)), part(tmp_path)))
    n = len(events) - 1  # none at the gradient check
    names = [f"run-{n - 1:06}.safetensors", f"run-{n:06}.safetensors"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    list(resumable(make(iris, Options(epochs=3, batch_size=60)), part(tmp_path, resume=True)))
    names = [f"run-{n:06}.safetensors", f"run-{n + 1:06}.safetensors"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names


def test_other_choices_are_refused(iris: tuple[Array, Array], tmp_path: Path) -> None:
    list(resumable(make(iris, Options(epochs=2)), part(tmp_path)))
    kept = part(tmp_path, resume=True)
    written = kept.file.read_bytes()
    other = make(iris, Options(epochs=2, learning_rate=0.5, batch_size=7))
    with pytest.raises(ModelFileError) as caught:
        resumable(other, kept)
    assert str(caught.value) == (
        f"{kept.file}: was made with other choices: learning_rate was 0.001 and is 0.5; batch_size "
        "was None and is 7. Train with the same ones, or afresh in another folder"
    )
    network = Network((4, 6, 3), "tanh", "softmax", 0.5)
    with pytest.raises(ModelFileError, match=r"layer_sizes was \[4, 5, 3\] and is \[4, 6, 3\]"):
        resumable(make(iris, Options(epochs=2), network), kept)
    with pytest.raises(ModelFileError, match=r"init was None and is 'he'\. Train"):
        resumable(make(iris, Options(epochs=2)), kept, {"init": "he"})
    assert kept.file.read_bytes() == written


@pytest.mark.parametrize("engine", ["native", "reference", "jax"])
def test_what_decides_the_bits_of_an_engine_is_named(
    iris: tuple[Array, Array], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    if engine not in available_engines():
        pytest.skip(f"the engine {engine} does not load here")

    def run() -> Training:
        X, y = iris
        start = initial_theta(NETWORK, 0, dtype=np.float32)
        return Training(NETWORK, start, X, y, Options(epochs=1), engine=engine)

    list(resumable(run(), part(tmp_path)))
    kept = part(tmp_path, resume=True)
    choices = load_checkpoint(kept.file).values["choices"]
    names = {"engine", "clearprop", "numpy", "machine", "dtype"}
    kind = type(choose_engine(engine))
    own = kind().decided_by()  # type: ignore[attr-defined]
    expected = {
        "native": {"instruction_set"},
        "reference": {"blas"},
        "jax": {"device", "jax", "jaxlib"},
    }
    assert set(own) == expected[engine]
    assert names | set(own) <= set(choices)
    assert choices["dtype"] == "float32"
    name = next(iter(own))
    monkeypatch.setattr(kind, "decided_by", lambda self: own | {name: "abacus"})
    with pytest.raises(ModelFileError) as caught:
        resumable(run(), kept)
    assert str(caught.value) == (
        f"{kept.file}: was made with other choices: {name} was {own[name]!r} and is 'abacus'. "
        "Train with the same ones, or afresh in another folder"
    )


def test_other_data_are_refused(iris: tuple[Array, Array], tmp_path: Path) -> None:
    list(resumable(make(iris, Options(epochs=2)), part(tmp_path)))
    kept = part(tmp_path, resume=True)
    X, y = iris
    moved = X.copy()
    moved[3, 2] = np.nextafter(moved[3, 2], 9)
    with pytest.raises(ModelFileError) as caught:
        resumable(make((moved, y), Options(epochs=2)), kept)
    assert str(caught.value) == (
        f"{kept.file}: was made with other data: X holds other values; hand in the same data, or "
        "train afresh in another folder"
    )
    other = make(iris, Options(epochs=2))
    other.state.theta[0] += 1
    with pytest.raises(ModelFileError, match="other data: initial_theta holds other values; hand"):
        resumable(other, kept)
    other = make(iris, Options(epochs=2))
    assert other.validation is not None
    other.validation.X[0] += 1
    with pytest.raises(ModelFileError, match="other data: validation_X holds other values; hand"):
        resumable(other, kept)


# -- Checkpoints that no run has written, under a right checksum -----------------------------------

STOPPING = RUNS["early stopping"]

HOSTILE: dict[str, tuple[Callable[[Any], object], str]] = {
    "position": (
        lambda c: setattr(c.state, "position", 3),
        "position: expected at most 2; got 3",
    ),
    "step": (
        lambda c: setattr(c.state, "step", 7),
        "step: expected at most 4; got 7",
    ),
    "rows seen": (
        lambda c: setattr(c.state, "rows_seen", 61),
        "rows_seen: expected at most 60; got 61",
    ),
    "epoch": (
        lambda c: setattr(c.state, "epoch", 10**9),
        "epoch: expected at most 9; got 1000000000",
    ),
    "seed": (lambda c: setattr(c.state, "seed", 5), "seed: expected 0; got 5"),
    "moments": (
        lambda c: setattr(c.state, "moments", c.state.moments[:1]),
        "moments: expected 2; got 1",
    ),
    "costs of two dimensions": (
        lambda c: c.arrays.update(costs=np.zeros((1, 1))),
        "costs: expected float64 of shape (1,); got float64 of shape (1, 1)",
    ),
    "a cost that is not finite": (
        lambda c: c.arrays.update(costs=np.array([np.inf])),
        "costs: expected finite numbers",
    ),
    "no scores": (
        lambda c: c.arrays.pop("validation_scores"),
        "validation_scores: is not in it",
    ),
    "one array more": (
        lambda c: c.arrays.update(extra=np.zeros(1)),
        "extra: is no array of this run",
    ),
    "theta of another dtype": (
        lambda c: (
            setattr(c.state, "theta", c.state.theta.astype("f4")),
            setattr(c.state, "moments", tuple(m.astype("f4") for m in c.state.moments)),
        ),
        "theta: expected float64 of shape (43,); got float32 of shape (43,)",
    ),
    "best theta": (
        lambda c: c.arrays["best_theta"].__setitem__(0, np.nan),
        "best_theta: expected finite numbers",
    ),
    "no best theta": (
        lambda c: c.arrays.pop("best_theta"),
        "best_theta: is not in it",
    ),
    "best": (
        lambda c: c.arrays["numbers"].__setitem__(0, np.nan),
        "best: expected a number; got nan",
    ),
    "best epoch": (
        lambda c: c.arrays["numbers"].__setitem__(1, 2),
        "best_epoch: expected a whole number from 0 to 1; got 2.0",
    ),
    "stalled": (
        lambda c: c.arrays["numbers"].__setitem__(2, 0.5),
        "stalled: expected a whole number from 0 to 1; got 0.5",
    ),
    "rate divisor": (
        lambda c: c.arrays["numbers"].__setitem__(3, 0),
        "rate_divisor: expected a number of at least 1; got 0.0",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_checkpoint_that_no_run_has_written(
    iris: tuple[Array, Array], tmp_path: Path, case: str
) -> None:
    run = resumable(make(iris, STOPPING), part(tmp_path))
    for event in run:
        if isinstance(event, Progress) and event.done > 1:  # the first minibatch of epoch 2
            break
    run.close()  # type: ignore[attr-defined]
    kept = part(tmp_path, resume=True)
    checkpoint = load_checkpoint(kept.file)
    assert (checkpoint.state.epoch, checkpoint.state.position, checkpoint.state.step) == (1, 1, 4)
    change, message = HOSTILE[case]
    object.__setattr__(checkpoint, "arrays", dict(checkpoint.arrays))
    change(checkpoint)
    save_checkpoint(checkpoint, kept.file)
    with pytest.raises(ModelFileError) as caught:
        resumable(make(iris, STOPPING), kept)
    assert str(caught.value) == f"{kept.file}: {message}; train afresh in another folder"
