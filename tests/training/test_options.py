"""Every option that does not fit is named, all of them at once."""

import math

import numpy as np
import pytest

from clearprop.errors import ParameterError
from clearprop.network.updates import SGD, Adam, AdamW, Schedule
from clearprop.training import Options
from clearprop.training.options import checkpoint_problems

WRONG = [
    (
        {"solver": "lbgfs"},
        "solver: expected one of adam, adamw, sgd, gd, lbfgs, cg; "
        "got 'lbgfs' (did you mean \"lbfgs\"?)",
    ),
    ({"solver": None}, "solver: expected one of adam, adamw, sgd, gd, lbfgs, cg; got None"),
    ({"learning_rate": 0}, "learning_rate: expected a number above 0; got 0"),
    ({"learning_rate": math.nan}, "learning_rate: expected a number above 0; got nan"),
    ({"learning_rate": math.inf}, "learning_rate: expected a finite number; got inf"),
    ({"learning_rate": True}, "learning_rate: expected a number above 0; got True"),
    (
        {"schedule": "cosin"},
        "schedule: expected one of constant, invscaling, adaptive, cosine, one_cycle; got 'cosin' "
        '(did you mean "cosine"?)',
    ),
    ({"power_t": -0.5}, "power_t: expected a number of at least 0; got -0.5"),
    ({"momentum": 1.5}, "momentum: expected a number of at least 0 and at most 1; got 1.5"),
    ({"nesterov": 1}, "nesterov: expected True or False; got 1"),
    ({"beta_1": 1.0}, "beta_1: expected a number of at least 0 and below 1; got 1.0"),
    ({"beta_2": -0.1}, "beta_2: expected a number of at least 0 and below 1; got -0.1"),
    ({"epsilon": 0.0}, "epsilon: expected a number above 0; got 0.0"),
    ({"batch_size": 0}, "batch_size: expected a whole number of at least 1; got 0"),
    ({"batch_size": 2.5}, "batch_size: expected a whole number of at least 1; got 2.5"),
    ({"epochs": 0}, "epochs: expected a whole number of at least 1; got 0"),
    ({"epochs": "10"}, "epochs: expected a whole number of at least 1; got '10'"),
    ({"shuffle": "no"}, "shuffle: expected True or False; got 'no'"),
    ({"tol": -1e-4}, "tol: expected a number of at least 0; got -0.0001"),
    ({"patience": 0}, "patience: expected a whole number of at least 1; got 0"),
    ({"patience": 1.5}, "patience: expected a whole number of at least 1; got 1.5"),
    ({"early_stopping": "yes"}, "early_stopping: expected True or False; got 'yes'"),
    ({"max_evaluations": 0}, "max_evaluations: expected a whole number of at least 1; got 0"),
    ({"check_gradient": 0}, "check_gradient: expected True or False; got 0"),
    ({"seed": -1}, "seed: expected a whole number of at least 0; got -1"),
    ({"penalty_per_batch": None}, "penalty_per_batch: expected True or False; got None"),
    ({"weight_decay": -0.1}, "weight_decay: expected a number of at least 0; got -0.1"),
    ({"dropout": 1.0}, "dropout: expected a number of at least 0 and below 1; got 1.0"),
    (
        {"label_smoothing": "0.1"},
        "label_smoothing: expected a number of at least 0 and below 1; got '0.1'",
    ),
    ({"clip_norm": 0}, "clip_norm: expected a number above 0; got 0"),
    ({"warmup": 1.5}, "warmup: expected a number of at least 0 and at most 1; got 1.5"),
]


@pytest.mark.parametrize(("wrong", "text"), WRONG, ids=[str(wrong) for wrong, _ in WRONG])
def test_a_wrong_option_is_named(wrong: dict, text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Options(**wrong)
    assert str(caught.value) == text


def test_all_wrong_options_are_named_at_once() -> None:
    wrong = {name: value for options, _ in WRONG for name, value in options.items()}
    with pytest.raises(ParameterError) as caught:
        Options(**wrong)
    named = {problem.partition(":")[0] for problem in caught.value.problems}
    assert named == set(wrong)
    assert str(caught.value).startswith(f"{len(wrong)} problems: solver: ")


def test_the_edges_of_what_is_allowed() -> None:
    Options(momentum=0, power_t=0, beta_1=0, beta_2=0, tol=0, patience=math.inf, seed=0)
    Options(momentum=1, learning_rate=np.float32(0.1), epochs=np.int64(3), shuffle=np.False_)


def test_defaults_are_scikit_learns() -> None:
    from sklearn.neural_network import MLPClassifier

    theirs, ours = MLPClassifier(), Options()
    assert (ours.solver, ours.learning_rate, ours.schedule, ours.power_t) == (
        theirs.solver,
        theirs.learning_rate_init,
        theirs.learning_rate,
        theirs.power_t,
    )
    assert (ours.momentum, ours.nesterov, ours.beta_1, ours.beta_2, ours.epsilon) == (
        theirs.momentum,
        theirs.nesterovs_momentum,
        theirs.beta_1,
        theirs.beta_2,
        theirs.epsilon,
    )
    assert (ours.epochs, ours.tol, ours.patience, ours.max_evaluations, ours.shuffle) == (
        theirs.max_iter,
        theirs.tol,
        theirs.n_iter_no_change,
        theirs.max_fun,
        theirs.shuffle,
    )


def test_rules_and_batches() -> None:
    assert Options("adam", beta_1=0.8, epsilon=1e-7).rule() == Adam(0.8, 0.999, 1e-7)
    assert Options("sgd", momentum=0.5, nesterov=False).rule() == SGD(0.5, nesterov=False)
    assert Options("gd").rule() == SGD()  # no momentum: the course's
    schedule = Options(schedule="invscaling", learning_rate=0.3, power_t=0.2).rate_schedule()
    assert schedule == Schedule("invscaling", 0.3, 0.2)
    assert Options("sgd").rows_per_batch(1000) == 200
    assert Options("sgd").rows_per_batch(50) == 50
    assert Options("sgd", batch_size=64).rows_per_batch(1000) == 64
    assert Options("sgd", batch_size=64).rows_per_batch(10) == 10
    for solver in ("gd", "lbfgs", "cg"):
        assert Options(solver, batch_size=64).rows_per_batch(1000) == 1000


def test_what_is_for_minibatches_is_refused_by_the_full_batch_solvers() -> None:
    with pytest.raises(ParameterError) as caught:
        Options("lbfgs", dropout=0.2, label_smoothing=0.1, clip_norm=1.0, warmup=0.1)
    said = (
        "is for the solvers that take steps of minibatches (adam, adamw, sgd, gd) and not for lbfgs"
    )
    assert caught.value.problems == (
        f"dropout: {said}; got 0.2",
        f"label_smoothing: {said}; got 0.1",
        f"clip_norm: {said}; got 1.0",
        f"warmup: {said}; got 0.1",
    )


def test_one_cycle_has_its_own_warm_up() -> None:
    with pytest.raises(ParameterError) as caught:
        Options(schedule="one_cycle", warmup=0.1)
    assert str(caught.value) == (
        "warmup: the schedule one_cycle has a rise of its own, 30 % of the steps; leave warmup at "
        "0, or take another schedule; got 0.1"
    )


def test_adamw_has_its_decay_and_the_schedule_its_warm_up() -> None:
    options = Options("adamw", weight_decay=0.2, warmup=0.1)
    assert options.rule() == AdamW(weight_decay=0.2)
    assert options.rate_schedule().warmup == 0.1
    assert Options(weight_decay=0.2).rule() == Adam()


def test_numbers_that_overflow_a_float_are_told() -> None:
    huge = 10**400
    with pytest.raises(ParameterError) as caught:
        Options(learning_rate=huge, tol=-huge, beta_1=huge, batch_size=-(10**5000), patience=-huge)
    assert [problem.partition("; got ")[0] for problem in caught.value.problems] == [
        "learning_rate: expected a finite number",
        "beta_1: expected a number of at least 0 and below 1",
        "batch_size: expected a whole number of at least 1",
        "tol: expected a number of at least 0",
        "patience: expected a whole number of at least 1",
    ]


def test_what_is_wrong_by_itself_is_not_compared_with_others() -> None:
    with pytest.raises(ParameterError) as caught:
        Options("lbfgs", dropout=2.0, clip_norm=1.0)
    assert str(caught.value) == "dropout: expected a number of at least 0 and below 1; got 2.0"
    with pytest.raises(ParameterError) as caught:
        Options(schedule="one_cycle", warmup="0.1")  # type: ignore[arg-type]
    assert str(caught.value) == ("warmup: expected a number of at least 0 and at most 1; got '0.1'")


def test_all_solvers_of_minibatches_go_on_from_a_checkpoint() -> None:
    for solver in ("adam", "adamw", "sgd", "gd"):
        assert checkpoint_problems(solver) == []
    for solver in ("lbfgs", "cg"):
        assert checkpoint_problems(solver) == [
            f"checkpoint: solver {solver} cannot go on from one; use adam, adamw, sgd or gd"
        ]
