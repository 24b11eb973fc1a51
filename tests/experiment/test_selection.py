"""Runs of several candidates: what is chosen, averaged, trained once more, cut short, resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop
from clearprop.data.scores import score
from clearprop.data.table import Table
from clearprop.engines.choice import choose_engine
from clearprop.engines.slices import cost_of_outputs
from clearprop.errors import DivergenceError, ModelFileError, ParameterError
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.refit import refitted
from clearprop.experiment.run import Experiment
from clearprop.experiment.story import six_steps
from clearprop.network.architecture import Array
from clearprop.training import Ended, GradientChecked, Options, Progress, Training

OPTIONS = Options(
    "adam", 0.02, "cosine", batch_size=20, epochs=8, patience=10**6, early_stopping=True,
    watch="cost",
)  # fmt: skip
RECIPE = Recipe("mine", (6,), "relu", "auto", 1.0, "he", OPTIONS, (0.1, 1.0, 300.0))


def table(rows: int = 150, kind: str = "classes", **others: Any) -> Table:
    random = np.random.default_rng(4)
    X = random.normal(size=(rows, 3))
    x = X[:, 0] + 0.3 * random.normal(size=rows)
    y: Array = (
        5 + 2 * x if kind == "numbers" else np.where(x > 0.4, "a", np.where(x < -0.4, "b", "c"))
    )
    return Table("made.csv", X, y, ("p", "q", "r"), "kind", **others)


def test_the_gradient_is_checked_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, rows = type(choose_engine()), []
    gradient = engine.cost_and_gradient

    def counted(self: Any, *args: Any, **named: Any) -> Any:
        rows.append(len(args[2]))
        return gradient(self, *args, **named)

    monkeypatch.setattr(engine, "cost_and_gradient", counted)
    run = Experiment(table(), RECIPE.with_(bag=2), seconds=60, all_rows=True)
    events = list(run.train())
    assert rows == [10]
    checked = [event for event in events if isinstance(event, GradientChecked)]
    assert [event.report for event in checked] == [run.gradient_report]
    assert six_steps(run, checked[0].report)[4].facts["verdict"] == "right"
    assert [type(event) for event in events].count(Ended) == 1
    assert isinstance(events[-1], Ended)


def test_candidates_are_the_runs_of_each_lambda_alone() -> None:
    run = Experiment(table(), RECIPE).fit()
    alone = [
        Experiment(table(), RECIPE.with_(regularization=strength)).fit()
        for strength in (0.1, 1.0, 300.0)
    ]
    for candidate, other in zip(run.candidates, alone, strict=True):
        assert candidate.training.theta.tobytes() == other.training.theta.tobytes()
        assert candidate.validation_cost == other.candidates[0].validation_cost
    costs = [other.candidates[0].validation_cost for other in alone]
    assert run.choice.regularization == (0.1, 1.0, 300.0)[int(np.argmin(costs))] < 300
    assert run.model().network.regularization == run.choice.regularization
    assert run.model().trained["best_epoch"] == run.choice.members[0].best_epoch
    assert run.model().validation_costs == dict(zip((0.1, 1.0, 300.0), costs, strict=True))


def test_progress_is_that_of_all_candidates() -> None:
    events = list(Experiment(table(), RECIPE).train())
    done = [event for event in events if isinstance(event, Progress)]
    assert {event.epochs for event in done} == {24}
    assert [event.done for event in done] == sorted(event.done for event in done)
    assert done[-1].done == 24


def test_one_lambda_needs_no_choice_before_its_folds() -> None:
    run = Experiment(table(), RECIPE.with_(bag=3, regularization=1.0))
    assert [(c.regularization, c.fold) for c in run.candidates] == [(1.0, 0), (1.0, 1), (1.0, 2)]
    chosen = Experiment(table(), RECIPE.with_(bag=3, lambdas=(1.0, 1e6))).fit()
    assert chosen.choice.regularization == 1.0
    assert [t.tobytes() for t in run.fit().thetas] == [t.tobytes() for t in chosen.thetas]


# -- Bags -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["classes", "numbers"])
def test_a_bag_is_measured_on_rows_that_its_networks_have_not_seen(kind: str) -> None:
    run = Experiment(table(kind=kind), RECIPE.with_(bag=3), class_weight=None).fit()
    best = run.choice.regularization
    assert [(c.regularization, c.fold) for c in run.candidates] == [
        (0.1, 0), (1.0, 0), (300.0, 0), (best, 1), (best, 2)
    ]  # fmt: skip
    members = run.choice.members
    assert len(members) == 3
    held = np.concatenate([member.held for member in members])
    rows = run.parts["train"].n_rows + run.parts["validation"].n_rows
    assert sorted(held) == list(range(rows))
    # Each fold has validation rows that it does not learn from, and a start of its own.
    X = np.concatenate([run.prepared.inputs(part, run.dtype) for part in ("train", "validation")])
    starts = set()
    for member in members:
        validation = member.training.validation
        assert validation is not None
        assert np.array_equal(validation.X, X[member.held])
        assert len(member.training.X) == rows - len(member.held)
        starts.add(member.training.options.seed)
    assert starts == {0, 1, 2}
    # By hand: each row's output is that of the network that has not learned from it.
    h = np.zeros((rows, run.network.n_outputs))
    for member in members:
        own = clearprop.predict(run.network, member.training.theta, X[member.held])
        h[member.held] = own
    y = np.concatenate([run.parts[part].y for part in ("train", "validation")])
    Y = run.targets.encode(y, run.network.cost)
    found = run.measure("validation")
    assert found.rows == rows
    assert found.score == pytest.approx(score(run.targets, run.targets.decode(h), y), rel=1e-6)
    assert found.cost == pytest.approx(cost_of_outputs(run.network, h, Y), rel=1e-5)
    assert run.choice.costs[best] == members[0].validation_cost
    # The model is the average of all.
    model, test = run.model(), run.parts["test"]
    assert len(model.thetas) == 3
    each = [clearprop.predict(run.network, theta, model.inputs(test)) for theta in model.thetas]
    np.testing.assert_allclose(model.outputs(test), np.mean(each, axis=0), rtol=1e-5)
    assert run.measure("test").score == pytest.approx(model.score(test, test.y), rel=1e-6)


def test_groups_of_a_bag_stay_together() -> None:
    groups = np.arange(150) // 5
    recipe = RECIPE.with_(bag=3, epochs=1, regularization=1.0)
    run = Experiment(table(groups=groups), recipe)
    rows = np.concatenate([run.parts[part].groups for part in ("train", "validation")])
    held = [set(rows[c.held]) for c in run.candidates]
    assert sum(map(len, held)) == len(set(rows))


def test_a_bag_of_rows_in_order_is_refused() -> None:
    rows = table(groups=np.arange(150), in_order=True)
    with pytest.raises(ParameterError, match=r"^bag: made.csv is split in the order of its rows,"):
        Experiment(rows, RECIPE.with_(bag=2))


def test_a_bag_comes_back_from_its_file_to_the_last_bit(tmp_path: Path) -> None:
    run = Experiment(table(), RECIPE.with_(bag=2)).fit()
    clearprop.save(run.model(), tmp_path / "bag.safetensors")
    again = clearprop.load(tmp_path / "bag.safetensors")
    assert [theta.tobytes() for theta in again.thetas] == [t.tobytes() for t in run.thetas]
    rows = run.parts["test"]
    assert again.outputs(rows).tobytes() == run.model().outputs(rows).tobytes()
    assert again.validation_costs == run.model().validation_costs
    assert json.loads(json.dumps(again.trained)) == again.trained
    curves = again.trained["candidates"][0]
    assert len(curves["costs"]) == len(curves["validation_costs"]) == 8


# -- All rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("bag", [1, 2])
def test_all_rows_are_learned_with_what_was_chosen(bag: int) -> None:
    recipe = RECIPE.with_(bag=bag)
    before = Experiment(table(), recipe).fit()
    run = Experiment(table(), recipe, all_rows=True).fit()
    refit, members = run.refit, run.choice.members
    assert refit is not None
    assert (refit.rows, refit.reason) == (150, "done")
    assert refit.epochs == tuple(member.best_epoch for member in members)
    # The scores are those of the networks before.
    for part in ("train", "validation", "test"):
        assert run.measure(part).cost == before.measure(part).cost
    model = run.model()
    assert model.trained["all_rows"] == model.trained["penalty_rows"] == 150
    assert "all_rows" not in before.model().trained
    # By hand: the same start, schedule and order, on all rows, up to the chosen epoch.
    parts = [run.prepared.inputs(part, np.float32) for part in ("train", "validation", "test")]
    X = np.concatenate(parts)
    Y = np.concatenate(
        [run.prepared.encoded_labels(p, "softmax") for p in ("train", "validation", "test")]
    ).astype(np.float32)
    for member, theta in zip(members, model.thetas, strict=True):
        network = replace(run.network, regularization=run.choice.regularization)
        options = replace(OPTIONS, seed=member.fold, early_stopping=False)
        start = clearprop.initial_theta(network, member.fold, "he", np.float32)
        training = Training(network, start, X, Y, options)
        for event in training:
            if getattr(event, "epoch", 0) >= member.best_epoch:
                training.stop()
        assert theta.tobytes() == training.theta.tobytes()


def test_a_test_set_of_the_source_is_not_learned() -> None:
    rows = table()
    held = rows.take(range(0, 150, 5))
    rest = rows.take([i for i in range(150) if i % 5])
    run = Experiment(replace(rest, test=held), RECIPE, all_rows=True).fit()
    assert run.refit is not None
    assert run.refit.rows == 120
    # It is left to measure the model on. The other rows have been learned.
    model, before = run.model(), Experiment(replace(rest, test=held), RECIPE).fit()
    assert run.measure("test").cost == pytest.approx(model.cost(held, held.y), rel=1e-5)
    assert run.measure("test").cost != before.measure("test").cost
    for part in ("train", "validation"):
        assert run.measure(part).cost == before.measure(part).cost


def test_a_full_batch_run_is_refitted_too() -> None:
    recipe = RECIPES["course"].with_(hidden=(3,), epochs=5)
    run = Experiment(table(), recipe, all_rows=True).fit()
    assert run.refit is not None
    assert (run.refit.reason, run.refit.epochs, run.refit.rows) == ("done", (5,), 150)
    assert run.model().theta.tobytes() != run.training.theta.tobytes()


def test_a_refit_that_is_cut_short_leaves_the_networks_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Experiment(table(), RECIPE, callbacks=(lambda _: time.sleep(0.01),), all_rows=True)

    def late(*arguments: Any) -> Any:
        run._selection.deadline = 0.0
        return refitted(*arguments)

    monkeypatch.setattr("clearprop.experiment.selection.refitted", late)
    *_, last = run.train()
    assert isinstance(last, Ended)
    assert run.refit is not None
    assert (last.reason, run.refit.reason, run.refit.thetas) == ("time", "time", ())
    assert run.model().theta.tobytes() == run.training.theta.tobytes()
    assert "all_rows" not in run.model().trained


# -- What ends a run ------------------------------------------------------------------------------


def test_a_candidate_that_diverges_is_told_and_the_others_count() -> None:
    recipe = RECIPE.with_(
        lambdas=(1.0, 1e38), solver="sgd", learning_rate=0.1, schedule="constant", momentum=0.0
    )
    run = Experiment(table(), recipe)
    with pytest.warns(UserWarning, match=r"^lambda 1e\+38, fold 1: the cost stopped being fin"):
        run.fit()
    assert run.choice.regularization == 1.0
    assert 1e38 not in run.model().validation_costs
    with pytest.raises(DivergenceError, match=r"^the cost stopped being finite in epoch 1; take a"):
        Experiment(table(), recipe.with_(lambdas=(1e37, 1e38))).fit()


def test_a_limit_of_time_that_allows_everything_changes_nothing() -> None:
    run = Experiment(table(), RECIPE, seconds=600).fit()
    assert run.recipe == run.wanted == RECIPE
    assert run.thetas[0].tobytes() == Experiment(table(), RECIPE).fit().thetas[0].tobytes()
    for wrong in (0, -1.0, float("nan"), float("inf"), "10"):
        with pytest.raises(ParameterError, match=r"^seconds: expected a number of seconds above 0"):
            Experiment(table(), RECIPE, seconds=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("strengths", [(0.1, 1.0), (1.0,)])
def test_the_end_of_the_time_ends_training(strengths: tuple[float, ...]) -> None:
    run = Experiment(table(), RECIPE.with_(lambdas=strengths, epochs=10**5))
    events = []
    for event in run.train():
        events.append(event)
        if len(events) == 30:
            run._selection.deadline = 0.0
    assert isinstance(events[-1], Ended)
    assert events[-1].reason == "time"
    assert 0 < run.training.state.epoch < 10**5


# -- Checkpoints ----------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
import clearprop
from clearprop.training import EpochEnded
sys.path.insert(0, sys.argv[2])
from test_selection import RECIPE, table

run = clearprop.Experiment(table(), RECIPE.with_(bag=2), all_rows=True)
for n, event in enumerate(run.train(sys.argv[1], every=1e-9)):
    if run.refitting if sys.argv[3] == "refit" else n == 50:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("where", ["candidates", "refit"])
def test_a_killed_run_goes_on_to_the_same_bits(tmp_path: Path, where: str) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parent), where]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    parts = {f"candidate-{i}" for i in range(1, 5)} | {f"refit-{i}" for i in (1, 2)}
    names = [name for name in os.listdir(tmp_path) if not name.startswith(".")]
    assert names
    assert {name.rpartition("-")[0] for name in names} <= parts
    recipe = RECIPE.with_(bag=2)
    whole = Experiment(table(), recipe, all_rows=True).fit()
    again = Experiment(table(), recipe, all_rows=True)
    epochs = sum(
        1 for event in again.train(tmp_path, resume=True) if hasattr(event, "validation_cost")
    )
    assert epochs < 4 * 8  # it did not begin anew
    assert [t.tobytes() for t in again.thetas] == [t.tobytes() for t in whole.thetas]
    ours, theirs = again.model(), whole.model()
    assert [t.tobytes() for t in ours.thetas] == [t.tobytes() for t in theirs.thetas]
    assert ours.trained == theirs.trained
    names = os.listdir(tmp_path)
    assert {name.rpartition("-")[0] for name in names} == parts


def test_a_checkpoint_of_other_choices_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    Experiment(table(), RECIPE.with_(epochs=1)).fit(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert sorted(before) == [f"candidate-{i}-000001.safetensors" for i in (1, 2, 3)]
    with pytest.raises(ModelFileError, match=r"candidate-1-0+1.safetensors: .* choices: epochs"):
        Experiment(table(), RECIPE.with_(epochs=2)).fit(tmp_path, resume=True)
    with pytest.raises(ModelFileError, match=r"candidate-1-0+1.safetensors: .* other data"):
        Experiment(table(), RECIPE.with_(epochs=1, bag=2)).fit(tmp_path, resume=True)
    with pytest.raises(ParameterError, match="holds a run already"):
        Experiment(table(), RECIPE.with_(epochs=1)).fit(tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
