"""What both estimators share: wrong parameters, validation sets, going on, divergence."""

import math
import signal
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from clearprop.errors import DataError, DivergenceError, EngineError, GradientError, ParameterError
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.training import Ended, EpochEnded, GradientChecked, Progress

# -- Wrong parameters -----------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"hidden_layer_sizes": (5, 0)}, "expected whole numbers of at least 1; got (5, 0)"),
    ({"hidden_layer_sizes": 2.5}, "expected whole numbers of at least 1; got 2.5"),
    ({"hidden_layer_sizes": "100"}, "expected whole numbers of at least 1; got '100'"),
    (
        {"activation": "rleu"},
        "expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; "
        "got 'rleu' (did you mean \"relu\"?)",
    ),
    (
        {"activation": ["relu"]},
        "expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; got ['relu'] ",
    ),
    (
        {"solver": "adamm"},
        "expected one of adam, adamw, sgd, gd, lbfgs, cg; got 'adamm' (did you mean \"adam\"?)",
    ),
    ({"alpha": -1}, "expected a number of at least 0; got -1"),
    ({"alpha": math.nan}, "expected a number of at least 0; got nan"),
    ({"batch_size": 0}, "expected a whole number of at least 1; got 0"),
    ({"batch_size": "large"}, "expected a whole number of at least 1; got 'large'"),
    (
        {"learning_rate": "optimal"},
        "expected one of constant, invscaling, adaptive, cosine, one_cycle; got",
    ),
    ({"learning_rate_init": 0}, "expected a number above 0; got 0"),
    ({"power_t": -1}, "expected a number of at least 0; got -1"),
    ({"max_iter": 0}, "expected a whole number of at least 1; got 0"),
    ({"shuffle": "no"}, "expected True or False; got 'no'"),
    ({"tol": -1e-3}, "expected a number of at least 0; got -0.001"),
    ({"warm_start": 1}, "expected True or False; got 1"),
    ({"momentum": 2}, "expected a number of at least 0 and at most 1; got 2"),
    ({"nesterovs_momentum": "yes"}, "expected True or False; got 'yes'"),
    ({"early_stopping": "yes"}, "expected True or False; got 'yes'"),
    ({"validation_fraction": 1.0}, "expected a number of at least 0 and below 1; got 1.0"),
    ({"beta_1": 1}, "expected a number of at least 0 and below 1; got 1"),
    ({"beta_2": -1}, "expected a number of at least 0 and below 1; got -1"),
    ({"epsilon": 0}, "expected a number above 0; got 0"),
    ({"n_iter_no_change": 0}, "expected a whole number of at least 1; got 0"),
    ({"max_fun": 0}, "expected a whole number of at least 1; got 0"),
    ({"init": "xavier"}, "expected a number e for [-e, e], or one of uniform, scikit-learn, "),
]


@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize(("wrong", "text"), WRONG, ids=[str(wrong) for wrong, _ in WRONG])
def test_a_wrong_parameter_is_named(estimator: type, wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        estimator(**wrong).fit(np.eye(4), [0, 1, 0, 1])
    (name,) = wrong
    assert str(caught.value).startswith(f"{name}: {text}")
    assert len(caught.value.problems) == 1
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
def test_all_wrong_parameters_are_named_at_once(estimator: type) -> None:
    wrong = {name: value for parameters, _ in WRONG for name, value in parameters.items()}
    own = {"cost": "log"} if estimator is MLPClassifier else {"loss": "squared"}
    with pytest.raises(ParameterError) as caught:
        estimator(**wrong, **own).fit(np.eye(4), [0, 1, 0, 1])
    named = {problem.partition(":")[0] for problem in caught.value.problems}
    assert named == {*wrong, *own}
    assert str(caught.value).startswith(f"{len(named)} problems: ")


def test_an_engine_that_is_not_there() -> None:
    with pytest.raises(EngineError, match=r"engine: expected auto.*; got 'nativ'"):
        MLPClassifier(engine="nativ").fit(np.eye(4), [0, 1, 0, 1])


def test_a_wrong_gradient_is_refused(cancer: Any) -> None:
    from clearprop.engines.reference import ReferenceEngine

    class Wrong(ReferenceEngine):
        name = "wrong"

        def cost_and_gradient(self, *args: Any) -> Any:
            J, gradient = super().cost_and_gradient(*args)
            return J, 2 * gradient

    with pytest.raises(GradientError, match="the gradient of engine wrong is wrong; training was"):
        MLPClassifier(engine=Wrong()).fit(*cancer)


# -- Validation sets ------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "sgd", "gd", "lbfgs", "cg"])
def test_a_validation_set_of_ones_own(solver: str, digits: Any, quietly: Any) -> None:
    X, y, X_val, y_val = digits.X[:120], digits.y[:120], digits.X[120:], digits.y[120:]
    watched = MLPClassifier((6,), "tanh", solver=solver, max_iter=4, random_state=0, alpha=5.0)
    quietly(watched.fit, X, y, X_val=X_val, y_val=y_val)
    plain = MLPClassifier((6,), "tanh", solver=solver, max_iter=4, random_state=0, alpha=5.0)
    quietly(plain.fit, X, y)
    assert watched.theta_.tobytes() == plain.theta_.tobytes()  # it is only watched
    assert len(watched.validation_scores_) == len(watched.validation_loss_curve_) == 4
    assert watched.validation_scores_[-1] == watched.score(X_val, y_val)
    (W1, W2), (b1, b2) = watched.coefs_, watched.intercepts_
    z = np.tanh(X_val @ W1 + b1) @ W2 + b2
    J = -log_softmax(z, axis=1)[np.arange(80), y_val].mean()  # without the penalty
    assert watched.validation_loss_curve_[-1] == pytest.approx(J, rel=1e-10)
    assert watched.best_validation_score_ == max(watched.validation_scores_)
    assert plain.validation_scores_ is plain.validation_loss_curve_ is None
    assert plain.best_validation_score_ is None


def test_early_stopping_on_a_validation_set_of_ones_own(digits: Any, quietly: Any) -> None:
    X, y, X_val, y_val = digits.X[:120], digits.y[:120], digits.X[120:], digits.y[120:]
    classifier = MLPClassifier(
        (20,), early_stopping=True, max_iter=300, n_iter_no_change=3, learning_rate_init=0.02
    )
    classifier.set_params(random_state=1, batch_size=30).fit(X, y, X_val=X_val, y_val=y_val)
    scores = classifier.validation_scores_
    assert classifier.n_iter_ == len(scores) < 300
    assert classifier.score(X_val, y_val) == max(scores) == classifier.best_validation_score_
    assert classifier.best_loss_ is None
    best = int(np.argmax(scores)) + 1
    assert classifier.n_iter_ == best + 4
    assert classifier.t_ == 120 * classifier.n_iter_  # all rows are trained on, none set aside
    again = MLPClassifier((20,), max_iter=best, learning_rate_init=0.02, random_state=1)
    quietly(again.set_params(batch_size=30).fit, X, y)
    assert again.theta_.tobytes() == classifier.theta_.tobytes()


def test_the_validation_samples_can_be_weighted(cancer: Any, quietly: Any) -> None:
    weight = np.repeat([0.0, 3.0], 75)
    whole = MLPClassifier((4,), max_iter=3, random_state=0)
    quietly(whole.fit, *cancer, X_val=cancer.X, y_val=cancer.y, sample_weight_val=weight)
    half = MLPClassifier((4,), max_iter=3, random_state=0)
    quietly(half.fit, *cancer, X_val=cancer.X[75:], y_val=cancer.y[75:])
    np.testing.assert_allclose(whole.validation_loss_curve_, half.validation_loss_curve_)
    np.testing.assert_allclose(whole.validation_scores_, half.validation_scores_)


def test_a_validation_set_that_does_not_fit(cancer: Any) -> None:
    X, y = cancer
    classifier = MLPClassifier((3,), max_iter=1)
    with pytest.raises(ParameterError) as caught:
        classifier.fit(X, y, X_val=X)
    assert str(caught.value) == "X_val, y_val: expected both or neither; got one of them"
    with pytest.raises(ValueError, match="X has 29 features, but MLPClassifier is expecting 30"):
        classifier.fit(X, y, X_val=X[:, 1:], y_val=y)
    with pytest.raises(DataError, match=r"labels: 2 \(row 1\) is no known class"):
        classifier.fit(X, y, X_val=X, y_val=y + 2 - y)
    with pytest.raises(ParameterError) as caught:
        classifier.set_params(early_stopping=True).fit(X[:10], y[:10])
    assert str(caught.value) == (
        "The validation set is too small. Increase 'validation_fraction' or the size of your "
        "dataset: got 1 of 10 samples"
    )
    with pytest.raises(ParameterError) as caught:
        classifier.set_params(validation_fraction=0).fit(X, y)
    assert str(caught.value) == (
        "validation_fraction: expected a number above 0 under early_stopping, or a validation set "
        "(X_val, y_val); got 0"
    )


# -- Going on -------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
def test_full_batch_solvers_have_no_partial_fit(solver: str, estimator: type) -> None:
    full = estimator(solver=solver)
    assert not hasattr(full, "partial_fit")
    with pytest.raises(AttributeError) as caught:
        full.partial_fit(np.eye(2), [0, 1])
    assert str(caught.value.__cause__) == (
        f"partial_fit is only available for stochastic optimizers. {solver} is not stochastic."
    )
    for solver in ("adam", "sgd", "gd"):
        assert hasattr(estimator(solver=solver), "partial_fit")


def test_what_partial_fit_cannot_do(cancer: Any) -> None:
    X, y = cancer

    def refused(**parameters: Any) -> str:
        with pytest.raises(ParameterError) as caught:
            MLPClassifier(**parameters).partial_fit(X, y, classes=[0, 1])
        return str(caught.value)

    assert refused(early_stopping=True) == (
        "early_stopping: partial_fit does not support early_stopping=True"
    )
    assert refused(learning_rate="cosine") == (
        "learning_rate: cosine needs a last epoch; partial_fit has none"
    )
    assert refused(class_weight="balanced") == (
        "class_weight: 'balanced' needs all labels at once; hand partial_fit a dict of weights, "
        "or sample_weight"
    )
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        MLPClassifier().partial_fit(X, y)
    classifier = MLPClassifier((3,)).partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="is not the same as on last call to partial_fit"):
        classifier.partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ParameterError) as caught:
        classifier.partial_fit(X[:3], [0, 1, 7])
    assert str(caught.value) == (
        "`y` has classes not in `self.classes_`. `self.classes_` has [0 1]. 'y' has [0 1 7]."
    )


def test_partial_fit_goes_on_from_the_best_parameters(digits: Any, quietly: Any) -> None:
    """After early stopping: from what the estimator predicts with, not from the last epoch."""
    classifier = MLPClassifier(
        (10,), early_stopping=True, solver="sgd", learning_rate_init=0.5, max_iter=60
    )
    classifier.set_params(n_iter_no_change=8, random_state=0).fit(*digits)
    best = classifier.theta_.copy()
    assert not np.array_equal(best, classifier._state.theta)
    classifier.set_params(early_stopping=False, learning_rate_init=1e-300, momentum=0.0)
    classifier.partial_fit(*digits)
    np.testing.assert_array_equal(classifier.theta_, best)


def test_partial_fit_after_an_interruption_trains_a_whole_epoch(digits: Any) -> None:
    pressed = MLPClassifier(
        (5,),
        batch_size=20,
        random_state=0,
        # The first slice of a run is one minibatch.
        callbacks=[lambda e: isinstance(e, Progress) and signal.raise_signal(signal.SIGINT)],
    )
    with pytest.warns(UserWarning, match="Training interrupted by user."):
        pressed.fit(*digits)
    assert (pressed.n_iter_, pressed.loss_curve_, pressed.t_) == (0, [], 0)
    assert math.isnan(pressed.loss_)
    assert pressed.predict(digits.X).shape == (200,)
    pressed.set_params(callbacks=None).partial_fit(digits.X[:60], digits.y[:60])
    assert (pressed.n_iter_, pressed.t_, pressed._state.step) == (1, 60, 1 + 3)


@pytest.mark.parametrize("first", ["adam", "sgd", "gd", "lbfgs"])
@pytest.mark.parametrize("then", ["adam", "sgd", "gd"])
def test_another_solver_can_go_on(first: str, then: str, cancer: Any, quietly: Any) -> None:
    """It starts with moments of its own: another solver's mean nothing to it."""
    switched = MLPClassifier((5,), solver=first, max_iter=3, random_state=0)
    quietly(switched.fit, *cancer)
    theta = switched.theta_.copy()
    switched.set_params(solver=then, shuffle=False, batch_size=150, learning_rate_init=0.01)
    switched.partial_fit(*cancer)
    afresh = MLPClassifier(
        (5,), solver=then, shuffle=False, batch_size=150, learning_rate_init=0.01, init="zeros"
    )
    with pytest.warns(UserWarning, match="symmetry"):
        afresh.partial_fit(*cancer, classes=[0, 1])
    afresh._state.moments = tuple(np.zeros_like(moment) for moment in afresh._state.moments)
    afresh._state.step = 0
    afresh.theta_[:] = theta
    afresh.partial_fit(*cancer)
    if first != then:
        assert switched.theta_.tobytes() == afresh.theta_.tobytes()
    elif then != "gd":  # which has no moments
        assert switched.theta_.tobytes() != afresh.theta_.tobytes()


def test_momentum_can_be_taken_up_between_calls(cancer: Any) -> None:
    classifier = MLPClassifier((5,), solver="sgd", momentum=0.0, random_state=0)
    classifier.partial_fit(*cancer, classes=[0, 1])
    classifier.set_params(momentum=0.9).partial_fit(*cancer)
    (velocity,) = classifier._state.moments
    assert np.abs(velocity).max() > 0


def test_warm_start_refuses_another_network(cancer: Any, quietly: Any) -> None:
    X, y = cancer
    classifier = MLPClassifier((5,), warm_start=True, max_iter=2)
    quietly(classifier.fit, X, y)
    theta = classifier.theta_.copy()
    with pytest.raises(ParameterError) as caught:
        classifier.fit(X, np.arange(150) % 3)
    assert str(caught.value) == (
        "warm_start can only be used where `y` has the same classes as in the previous call to "
        "fit. Previously got [0 1], `y` has [0 1 2]"
    )
    with pytest.raises(ParameterError) as caught:
        classifier.set_params(hidden_layer_sizes=(6,)).fit(X, y)
    assert str(caught.value) == (
        "hidden_layer_sizes, cost: training goes on from a network with layers (30, 5, 1); these "
        "make one with (30, 6, 1)"
    )
    with pytest.raises(ValueError, match="X has 29 features"):
        classifier.set_params(hidden_layer_sizes=(5,)).fit(X[:, 1:], y)
    assert np.array_equal(classifier.theta_, theta)
    regressor = MLPRegressor(hidden_layer_sizes=(5,), warm_start=True, max_iter=2)
    quietly(regressor.fit, X, y)
    with pytest.raises(ParameterError, match="y: expected 1 outputs, as in the last fit; got 2"):
        regressor.fit(X, np.column_stack([y, y]))


def test_warm_start_may_change_what_is_watched(cancer: Any, quietly: Any) -> None:
    classifier = MLPClassifier((5,), warm_start=True, max_iter=3, random_state=0)
    quietly(classifier.fit, *cancer)
    quietly(classifier.set_params(early_stopping=True).fit, *cancer)
    assert len(classifier.loss_curve_) == 6
    assert len(classifier.validation_scores_) == 3
    assert classifier.best_loss_ is None
    assert classifier.best_validation_score_ == max(classifier.validation_scores_)
    quietly(classifier.set_params(early_stopping=False).fit, *cancer)
    assert classifier.best_loss_ == min(classifier.loss_curve_)
    assert len(classifier.loss_curve_) == 9
    assert classifier.t_ == 150 * 3 + 135 * 3 + 150 * 3


# -- Events ---------------------------------------------------------------------------------------


def test_callbacks(cancer: Any, quietly: Any) -> None:
    heard: list[Any] = []
    classifier = MLPClassifier((4,), max_iter=3, callbacks=[heard.append])
    quietly(classifier.fit, *cancer)
    assert [type(e) for e in heard if not isinstance(e, Progress)] == [
        GradientChecked,
        *[EpochEnded] * 3,
        Ended,
    ]
    assert classifier.gradient_check_ is heard[0].report
    assert classifier.gradient_check_.verdict == "right"
    assert [e.cost for e in heard if isinstance(e, EpochEnded)] == classifier.loss_curve_
    classifier.set_params(callbacks=[lambda e: isinstance(e, EpochEnded) and e.epoch == 2])
    classifier.fit(*cancer)  # stopped on purpose: no warning
    assert classifier.n_iter_ == 2


def test_ctrl_c_keeps_the_model(cancer: Any) -> None:
    def press(event: object) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 3:
            signal.raise_signal(signal.SIGINT)

    classifier = MLPClassifier((4,), callbacks=[press], random_state=0)
    with pytest.warns(UserWarning, match="interrupted") as caught:
        classifier.fit(*cancer)
    assert [str(warning.message) for warning in caught] == ["Training interrupted by user."]
    assert caught[0].filename == __file__
    assert classifier.n_iter_ == 3
    assert classifier.predict(cancer.X).shape == (150,)


# -- A cost that is lost --------------------------------------------------------------------------


@pytest.mark.parametrize("early_stopping", [False, True])
def test_divergence_keeps_finite_parameters(early_stopping: bool, numbers: Any) -> None:
    regressor = MLPRegressor(
        hidden_layer_sizes=(5,), solver="sgd", learning_rate_init=1e3, random_state=0
    )
    regressor.set_params(early_stopping=early_stopping)
    with pytest.raises(DivergenceError) as caught:
        regressor.fit(*numbers)
    epoch = caught.value.epoch
    assert str(caught.value) == (
        f"the cost stopped being finite in epoch {epoch}; take a smaller learning rate than 1000, "
        "scale the inputs, or add regularization. The parameters are those of the last epoch that "
        "was finite"
    )
    assert np.isfinite(regressor.theta_).all()
    assert regressor.n_iter_ == len(regressor.loss_curve_) == epoch - 1
    assert all(np.isfinite(moment).all() for moment in regressor._state.moments)
    assert (regressor._state.epoch, regressor._state.position) == (epoch - 1, 0)


@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_divergence_in_the_first_epoch(estimator: type, early_stopping: bool, cancer: Any) -> None:
    diverging = estimator(
        hidden_layer_sizes=(5,), early_stopping=early_stopping, activation="identity"
    )
    with pytest.raises(DivergenceError) as caught:
        diverging.fit(np.full((150, 30), 1.7e308), cancer.y)
    assert caught.value.epoch == 1
    assert np.isfinite(diverging.theta_).all()
    assert diverging.loss_curve_ == []
    assert diverging.best_validation_score_ == (-math.inf if early_stopping else None)
    assert diverging.gradient_check_.verdict == "unsure"
