"""Callbacks that compute: ours with the event's estimator, and scikit-learn's beside them."""

import importlib.util
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clearprop import EpochEnded, ParameterError, predict
from clearprop.estimators import MLPClassifier, MLPRegressor, fit_callbacks

SOLVERS = ["adam", "sgd", "gd", "lbfgs", "cg"]


# -- Ours -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_metric_of_ones_own_in_every_epoch(solver: str, digits: Any, quietly: Any) -> None:
    X, y, X_own, y_own = digits.X[:120], digits.y[:120], digits.X[120:], digits.y[120:]
    curve, estimators = [], []

    def listen(event: Any) -> None:
        if isinstance(event, EpochEnded):
            curve.append(balanced_accuracy_score(y_own, event.estimator.predict(X_own)))
            estimators.append(event.estimator)

    classifier = MLPClassifier((6,), solver=solver, max_iter=4, random_state=0)
    classifier.set_params(callbacks=[listen])
    quietly(classifier.fit, X, y, X_val=X_own, y_val=y_own)
    assert len(curve) == 4
    assert curve[-1] == balanced_accuracy_score(y_own, classifier.predict(X_own))
    assert np.array_equal(estimators[-1].predict_proba(X), classifier.predict_proba(X))
    # Each is a copy of its epoch: training that went on did not change it.
    scores = [estimator.score(X_own, y_own) for estimator in estimators]
    assert scores == classifier.validation_scores_
    plain = clone(classifier).set_params(callbacks=None)
    quietly(plain.fit, X, y)
    assert plain.theta_.tobytes() == classifier.theta_.tobytes()


def test_the_network_and_its_parameters(numbers: Any, quietly: Any) -> None:
    outputs = []

    def listen(event: Any) -> None:
        if isinstance(event, EpochEnded):
            outputs.append(predict(event.network, event.theta, numbers.X))

    regressor = MLPRegressor(hidden_layer_sizes=(4,), max_iter=3, callbacks=[listen])
    quietly(regressor.fit, *numbers)
    assert np.array_equal(outputs[-1][:, 0], regressor.predict(numbers.X))
    assert not np.array_equal(outputs[0], outputs[-1])


def test_partial_fit_and_warm_start_have_an_estimator_too(cancer: Any, quietly: Any) -> None:
    seen = []

    def listen(event: Any) -> None:
        if isinstance(event, EpochEnded):
            seen.append(event.estimator.score(*cancer))

    classifier = MLPClassifier((4,), callbacks=[listen], warm_start=True, max_iter=1)
    classifier.partial_fit(*cancer, classes=[0, 1])
    assert seen[-1] == classifier.score(*cancer)
    quietly(classifier.fit, *cancer)
    assert seen[-1] == classifier.score(*cancer)


def test_read_too_late(cancer: Any, quietly: Any) -> None:
    heard: list[Any] = []
    classifier = MLPClassifier((3,), max_iter=2, callbacks=[heard.append])
    quietly(classifier.fit, *cancer)
    first, last = (event for event in heard if isinstance(event, EpochEnded))
    assert np.array_equal(last.theta, classifier.theta_)
    for name in ("theta", "estimator"):
        with pytest.raises(ParameterError) as caught:
            getattr(first, name)
        assert str(caught.value) == (
            f"{name}: expected to be read in the callback of epoch 1, before training goes on; "
            "copy it there to keep it"
        )


def test_an_event_can_be_pickled_with_its_numbers(cancer: Any, quietly: Any) -> None:
    heard: list[Any] = []
    classifier = MLPClassifier((3,), max_iter=2, callbacks=[heard.append])
    quietly(classifier.fit, *cancer)
    again = pickle.loads(pickle.dumps(classifier)).callbacks[0].__self__
    assert [event.cost for event in again if isinstance(event, EpochEnded)] == (
        classifier.loss_curve_
    )


# -- scikit-learn's -------------------------------------------------------------------------------


class Recorder:
    """Writes down each hook; asks to stop at the end of one epoch."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.scores: list[float] = []
        self.stop_at = stop_at

    def setup(self, estimator: Any, context: Any) -> None:
        self.heard.append(("setup",))

    def teardown(self, estimator: Any, context: Any) -> None:
        self.heard.append(("teardown",))

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        self.heard.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, X: Any = None, y: Any = None,
        fitted_estimator: Any = None,
    ) -> bool:  # fmt: skip
        self.heard.append(("end", context.task_name, context.task_id))
        if fitted_estimator is not None:
            self.scores.append(fitted_estimator.score(X, y))
        return context.task_name == "epoch" and context.task_id == self.stop_at


@pytest.fixture
def callback() -> Any:
    return pytest.importorskip("sklearn.callback")


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_hooks_of_a_fit(solver: str, cancer: Any, callback: Any, quietly: Any) -> None:
    recorder, heard = Recorder(), []
    classifier = MLPClassifier((4,), solver=solver, max_iter=2, random_state=0)
    classifier.set_params(callbacks=[heard.append]).set_callbacks(recorder)
    quietly(classifier.fit, *cancer)
    assert recorder.heard == [
        ("setup",),
        ("begin", "fit", 0),
        ("begin", "epoch", 0),
        ("end", "epoch", 0),
        ("begin", "epoch", 1),
        ("end", "epoch", 1),
        ("end", "fit", 0),
        ("teardown",),
    ]
    assert recorder.scores[-2:] == [classifier.score(*cancer)] * 2
    assert sum(isinstance(event, EpochEnded) for event in heard) == 2
    plain = MLPClassifier((4,), solver=solver, max_iter=2, random_state=0)
    quietly(plain.fit, *cancer)
    assert plain.theta_.tobytes() == classifier.theta_.tobytes()
    assert not hasattr(classifier, "_callback_fit_ctx")


def test_a_callback_of_scikit_learn_can_stop(cancer: Any, callback: Any) -> None:
    recorder = Recorder(stop_at=1)
    classifier = MLPClassifier((4,)).set_callbacks(recorder).fit(*cancer)
    assert classifier.n_iter_ == 2
    assert recorder.heard[-3:] == [("end", "epoch", 1), ("end", "fit", 0), ("teardown",)]


def test_an_epoch_that_was_begun_and_not_run_ends(cancer: Any, callback: Any) -> None:
    recorder = Recorder()
    classifier = MLPClassifier((4,), tol=10, n_iter_no_change=1).set_callbacks(recorder)
    classifier.fit(*cancer)
    epochs = [task for kind, *task in recorder.heard if kind == "end" and task[0] == "epoch"]
    assert len(epochs) == classifier.n_iter_ + 1
    assert len(recorder.scores) == classifier.n_iter_ + 1  # the whole fit has one too


def test_callbacks_are_torn_down_after_an_error(numbers: Any, callback: Any) -> None:
    def fail(event: Any) -> None:
        if isinstance(event, EpochEnded):
            raise RuntimeError("a bug of a callback")

    recorder = Recorder()
    regressor = MLPRegressor(callbacks=[fail]).set_callbacks(recorder)
    with pytest.raises(RuntimeError, match="a bug of a callback"):
        regressor.fit(*numbers)
    assert recorder.heard[-1] == ("teardown",)
    assert not hasattr(regressor, "theta_")


def test_partial_fit_is_one_epoch(cancer: Any, callback: Any) -> None:
    recorder = Recorder()
    classifier = MLPClassifier((4,)).set_callbacks(recorder)
    classifier.partial_fit(*cancer, classes=[0, 1])
    assert [hook[0] for hook in recorder.heard] == [
        "setup", "begin", "begin", "end", "end", "teardown",
    ]  # fmt: skip


@pytest.mark.parametrize("framed", [False, True])
def test_scoring_monitor(framed: bool, cancer: Any, callback: Any, quietly: Any) -> None:
    X, y = cancer
    if framed:
        X = pytest.importorskip("pandas").DataFrame(X).rename(columns=str)
    monitor = callback.ScoringMonitor(scoring=["accuracy", "neg_log_loss"])
    classifier = MLPClassifier((4,), max_iter=3, random_state=0).set_callbacks(monitor)
    quietly(classifier.fit, X, y, sample_weight=np.ones(len(y)), X_val=X, y_val=y)
    rows = monitor.get_logs().data
    epochs = [row["accuracy"] for row in rows if row["task_name"] == "epoch"]
    assert epochs == classifier.validation_scores_


def test_progress_bar(cancer: Any, callback: Any, quietly: Any, capsys: Any) -> None:
    quietly(MLPClassifier((4,), max_iter=3).set_callbacks(callback.ProgressBar()).fit, *cancer)
    assert "MLPClassifier - fit" in capsys.readouterr().out


def test_in_a_pipeline_in_a_grid_search(cancer: Any, callback: Any, quietly: Any) -> None:
    monitor = callback.ScoringMonitor(scoring="accuracy")
    pipe = make_pipeline(
        StandardScaler(), MLPClassifier((3,), max_iter=2, random_state=0).set_callbacks(monitor)
    )
    pipe.set_callbacks(callback.ProgressBar(max_propagation_depth=None))
    quietly(pipe.fit, *cancer)
    epochs = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert len(epochs) == 2
    assert epochs[-1]["accuracy"] == pipe.score(*cancer)
    other = callback.ScoringMonitor(scoring="accuracy")
    search = GridSearchCV(
        MLPClassifier((3,), max_iter=2).set_callbacks(other), {"alpha": [1e-4, 1]}, cv=2
    )
    quietly(search.set_callbacks(callback.ProgressBar(max_propagation_depth=None)).fit, *cancer)
    tasks = [row["task_name"] for row in other.get_logs().data]
    assert tasks.count("epoch") == 2 * (2 * 2 + 1)


def test_an_older_scikit_learn_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    path = Path(fit_callbacks.__file__)
    spec = importlib.util.spec_from_file_location("fit_callbacks_of_old", path)
    assert spec is not None
    assert spec.loader is not None
    old: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(old)

    class Estimator(old.CallbackSupportMixin):
        @old.with_callbacks
        def fit(self, number: int, *, more: int) -> int:
            tasks = old.FitTasks(self, 3, X=None, y=None)
            tasks.epoch_ended(None, dict, last=False)
            tasks.ended()
            return number + more

    assert Estimator().fit(1, more=2) == 3
    assert not hasattr(Estimator(), "set_callbacks")
