"""The story of a run: facts that the run has computed, and sentences that hold nothing else."""

import json
import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import clearprop
from clearprop.data import read
from clearprop.data.table import Table
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.experiment.story import Step, ending, learning, opening, refit, selection, six_steps
from clearprop.experiment.telling import Told, counted, number_text, told
from clearprop.gradients.report import GradientReport
from clearprop.language import LANGUAGES, Sentences
from clearprop.training import GradientChecked

SMALL = {"hidden": (4,), "epochs": 2, "regularization": 1.0}


def steps_of(run: Experiment) -> tuple[list[Step], GradientReport]:
    """Everything that a run has to tell."""
    report = None
    for event in run.train():
        if isinstance(event, GradientChecked):
            report = event.report
            steps = [*opening(run), *six_steps(run, report)]
    assert report is not None
    return [*steps, ending(run, event)], report  # type: ignore[arg-type]


def facts_of(run: Experiment) -> dict[str, Any]:
    return {step.name: step.facts for step in steps_of(run)[0]}


@pytest.fixture(scope="module")
def digits() -> Table:
    return read("digits").take(range(400))


def test_steps_are_the_courses_and_their_facts_are_json(digits: Table) -> None:
    steps, _ = steps_of(Experiment(digits, RECIPES["modern"].with_(**SMALL)))
    assert [(step.number, step.name) for step in steps] == [
        (None, "data"), (None, "network"), (None, "engine"), (1, "initial"), (2, "forward"),
        (3, "cost"), (4, "backward"), (5, "check"), (6, "minimise"), (None, "ended"),
    ]  # fmt: skip
    for step in steps:
        assert json.loads(json.dumps(step.facts)) == step.facts


def test_what_is_told_of_j_is_what_the_gradient_check_computed(digits: Table) -> None:
    run = Experiment(digits, RECIPES["course"].with_(**SMALL))
    theta = run.training.theta.copy()
    steps, report = steps_of(run)
    facts = {step.name: step.facts for step in steps}
    assert facts["forward"]["rows"] == report.n_rows == 10
    assert facts["cost"]["J"] == report.cost
    assert facts["backward"]["norm"] == report.gradient_norm
    assert facts["check"]["difference"] == report.largest_relative_difference
    # And that is J at the initial values, which the check moves by about 0.001.
    J, _ = clearprop.cost_and_gradient(
        replace(run.network, regularization=0.0), theta, run.training.X, run.training.Y
    )
    assert facts["cost"]["J"] - facts["cost"]["penalty"] == pytest.approx(J, rel=0.05)


@pytest.mark.parametrize(
    ("recipe", "formula", "J"),
    [
        ({"cost": "softmax"}, "ln 10", math.log(10)),
        ({"cost": "logistic"}, "10 ln 2", 10 * math.log(2)),
        ({"cost": "quadratic"}, None, None),
    ],
)
def test_what_guessing_costs(digits: Table, recipe: Any, formula: Any, J: Any) -> None:
    run = Experiment(digits, RECIPES["modern"].with_(**SMALL, **recipe))
    guess = facts_of(run)["cost"]["guess"]
    assert guess == (None if formula is None else {"formula": formula, "J": J})
    if guess is not None:  # all outputs equal
        network = replace(run.network, regularization=0.0)
        zeros = np.zeros(network.n_parameters)
        X, Y = run.training.X, run.training.Y
        assert clearprop.cost_and_gradient(network, zeros, X, Y)[0] == pytest.approx(guess["J"])


def test_facts_of_solvers(digits: Table) -> None:
    found = {}
    for solver in ("adam", "gd", "cg"):
        recipe = RECIPES["modern"].with_(
            **SMALL, solver=solver, learning_rate=0.003, batch_size=64, patience=math.inf
        )
        found[solver] = facts_of(Experiment(digits, recipe))["minimise"]
    assert found["adam"] == {
        "solver": "adam", "rate": 0.003, "schedule": "cosine", "batch_size": 64, "epochs": 2,
        "candidates": 1, "epoch_name": "epoch", "at_most": False, "cut": None,
        "shift": {"pixels": 1, "images": 1400},
    }  # fmt: skip
    assert (found["gd"]["batch_size"], found["gd"]["rate"]) == (None, 0.003)
    assert (found["cg"]["rate"], found["cg"]["epoch_name"], found["cg"]["at_most"]) == (
        None, "iteration", True,
    )  # fmt: skip


# -- Sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_is_told_in_every_language(digits: Table, lang: str) -> None:
    for solver in ("adam", "gd", "cg"):
        for step in steps_of(Experiment(digits, RECIPES["3b1b"].with_(**SMALL, solver=solver)))[0]:
            words = told(step, lang)
            assert bool(words.label) == (step.name != "ended")
            assert all(phrase for phrases in words.lines for phrase in phrases)


@pytest.mark.parametrize(
    ("learned", "english", "chinese"),
    [
        (("class", 2, "kind"), "2 classes of kind", "kind（2 个类别）"),
        (("class", 10, None), "10 classes", "10 个类别"),
        (("number", 1, "price"), "1 number a row of price", "price（每行 1 个数）"),
        (("number", 3, "y"), "3 numbers a row of y", "y（每行 3 个数）"),
        (("label", 4, "y"), "4 labels a row of y", "y（每行 4 个标签）"),
        (("class", 2, "a\nb¦c"), "2 classes of a\\nb|c", "a\\nb|c（2 个类别）"),
    ],
)
def test_what_is_learned(learned: Any, english: str, chinese: str) -> None:
    kind, n, target = learned
    step = Step(
        None,
        "data",
        {
            "source": "a.csv",
            "rows": {"train": 1200, "validation": 1, "test": 30},
            "learned": {"kind": kind, "n": n, "target": target},
            "dropped": 1,
            "notes": [],
        },
    )
    assert told(step, "en") == Told(
        "data",
        (
            ("a.csv",),
            ("1,200 train,", "1 validation,", "30 test rows;", f"to learn: {english}"),
            ("1 row with empty cells left out",),
        ),
    )
    assert told(step, "zh").lines[1][-1] == f"学习目标：{chinese}"
    assert told(step, "zh").lines[2] == ("有空单元格的 1 行已略去",)


def test_other_sentences() -> None:
    def lines(name: str, lang: str = "en", **facts: Any) -> list[str]:
        return [" ".join(phrases) for phrases in told(Step(None, name, facts), lang).lines]

    assert lines("initial", init=0.5, seed=3, after=0) == ["uniform in [-0.5, 0.5], seed 3"]
    assert lines("initial", init="he", seed=3, after=2) == [
        "he, seed 3",
        "going on after epoch 2",
    ]
    guess = {"formula": "ln 2", "J": math.log(2)}
    assert lines("cost", J=3.5, penalty=3.0, guess=guess) == [
        "J = 0.5000 without lambda (guessing costs ln 2 = 0.6931)"
    ]
    assert lines("cost", J=3.5, penalty=0.0, guess=None) == ["J = 3.5000"]
    assert lines("check", verdict="unsure", parameters=0, difference=math.nan) == [
        "unsure: 0 parameters within nan; now off"
    ]
    ended = {"epochs": 1, "epoch_name": "epoch", "seconds": 1.25, "cost": 0.5}
    assert lines("ended", **ended, reason="converged") == [
        "1 epoch in 1.2 s, cost 0.5000, converged"
    ]
    assert lines("ended", "zh", **ended, reason="interrupted") == [
        "1 轮，用时 1.2 秒，代价 0.5000",
        "已中断：训练到此为止，模型已保留",
    ]


def test_numbers() -> None:
    say = Sentences("clearprop.experiment", "en")
    assert counted(say, 1, "parameter") == "1 parameter"
    assert counted(say, 1000, "iteration") == "1,000 iterations"
    assert (number_text(-9999.5), number_text(10000.0)) == ("-9999.5000", "1.000e+04")


# -- Several candidates ---------------------------------------------------------------------------


def lines(name: str, lang: str, **facts: Any) -> list[str]:
    """The lines of a step, their phrases joined as a terminal joins them."""
    space = " " if lang == "en" else ""
    return [space.join(phrases) for phrases in told(Step(None, name, facts), lang).lines]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                "validation cost without lambda, by lambda: 0.3 gives 0.5000, 3 gives 0.4000",
                "chosen: lambda 3, the parameters of epoch 7/20, 9/20",
            ],
        ),
        (
            "zh",
            [
                "各个 λ 的验证代价（不含 λ 项）：λ = 0.3 时 0.5000，λ = 3 时 0.4000",
                "选定 λ = 3，取第 7/20，9/20 轮的参数",
            ],
        ),
    ],
)
def test_what_was_chosen_is_told(lang: str, expected: list[str]) -> None:
    facts = {"regularization": 3.0, "best_epochs": [9, 7, 9], "epochs": [20, 20, 20]}
    facts |= {"epoch_name": "epoch"}
    costs = {0.3: 0.5, 3.0: 0.4, 30.0: math.inf}  # the third one was lost
    assert lines("selection", lang, costs=costs, **facts) == expected


def test_solvers_that_count_iterations_are_told_so() -> None:
    rows = Table(
        "made", np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2, ("a", "b"), "y"
    )
    recipe = RECIPES["modern"].with_(
        **SMALL, solver="lbfgs", lambdas=(1.0, 10.0), early_stopping=True
    )
    run = Experiment(rows, recipe, all_rows=True).fit()
    step, again = selection(run), refit(run)
    assert step is not None
    assert again is not None
    for lang, told_of in (("en", "the parameters of iteration "), ("zh", "次迭代的参数")):
        assert told_of in lines("selection", lang, **step.facts)[-1]
    assert "(iterations: " in lines("refit", "en", **again.facts)[0]
    assert "迭代次数 " in lines("refit", "zh", **again.facts)[0]


def test_the_best_epoch_of_one_run_is_told() -> None:
    facts = {"costs": {1.0: 0.25}, "regularization": 1.0, "best_epochs": [9], "epochs": [20]}
    facts |= {"epoch_name": "epoch"}
    assert lines("selection", "en", **facts) == [
        "chosen by the validation cost: the parameters of epoch 9/20"
    ]
    assert lines("selection", "zh", **facts) == ["按验证代价选定：取第 9/20 轮的参数"]


def test_the_refit_is_told() -> None:
    facts = {"rows": 1797, "epochs": [9, 7], "epoch_name": "epoch", "regularization": 3.0}
    assert lines("refit", "en", **facts, reason="done") == [
        "trained once more on all 1,797 rows, with lambda 3 (epochs: 7, 9): that is the model"
    ]
    assert lines("refit", "zh", **facts, reason="done") == [
        "用全部 1,797 行再训练一次，λ = 3，轮数 7，9：所得即为模型"
    ]
    for reason in ("interrupted", "time", "stopped", "diverged"):
        (english,), (chinese,) = (
            lines("refit", lang, **facts, reason=reason) for lang in LANGUAGES
        )
        assert english.endswith(": the model is the one before that")
        assert chinese.endswith("：保留此前的模型")


def test_what_the_time_left_out_is_told(digits: Table) -> None:
    run = Experiment(digits, RECIPES["3b1b"].with_(**SMALL))
    assert facts_of(run)["minimise"]["cut"] is None
    run.wanted = run.recipe.with_(epochs=50, lambdas=(0.1, 1.0, 10.0))
    steps = {step.name: step for step in steps_of(run)[0]}
    assert steps["minimise"].facts["cut"] == {"epochs": 50, "dropped": [0.1, 10.0]}
    assert " ".join(told(steps["minimise"], "en").lines[1]) == (
        "shortened to fit the time: 50 epochs would be better, and lambda 0.1, 10 is left out"
    )
    assert "".join(told(steps["minimise"], "zh").lines[1]) == (
        "为了在时限内完成，训练已缩短：50 轮效果会更好；没有尝试 λ = 0.1，10"
    )
    ended = {"epochs": 1, "epoch_name": "epoch", "seconds": 1.25, "cost": 0.5, "reason": "time"}
    assert lines("ended", "en", **ended)[1] == "the time was up: the model so far is kept"
    assert lines("ended", "zh", **ended)[1] == "时间已到：训练到此为止，模型已保留"


@pytest.mark.parametrize(
    ("train", "validation", "verdict"),
    [
        (0.10, 0.12, "close"),
        (0.10, 0.16, "close"),  # less than a tenth of ln 2 above it
        (0.10, 0.18, "variance"),
        (0.01, 0.03, "close"),
        (0.40, 0.45, "bias"),
        (0.40, 0.46, "bias"),  # less than a tenth of ln 2 above it
        (0.40, 0.49, "bias"),  # less than a quarter of the training cost above it
        (0.40, 0.51, "variance"),
    ],
)
def test_high_bias_and_high_variance(train: float, validation: float, verdict: str) -> None:
    """The classes are even, so that the best constant answer costs ln 2."""
    X = np.random.default_rng(0).normal(size=(100, 2))
    table = Table("made", X, np.arange(100) % 2, ("a", "b"), "y")
    run = Experiment(table, RECIPES["course"].with_(hidden=(), epochs=1))
    costs = {"train": SimpleNamespace(cost=train), "validation": SimpleNamespace(cost=validation)}
    step = learning(run, costs)  # type: ignore[arg-type]
    assert step is not None
    assert step.facts["guess"] == pytest.approx(math.log(2))
    assert step.facts["verdict"] == verdict
    beginnings = {
        "variance": f"Training cost {train:.4f}, validation cost {validation:.4f}: high variance. ",
        "bias": f"Training cost {train:.4f}, validation cost {validation:.4f}, where a constant ",
        "close": f"Training cost {train:.4f}, validation cost {validation:.4f}: close to each ",
    }
    (english,) = lines("learning", "en", **step.facts)
    assert english.startswith(beginnings[verdict])
    (chinese,) = lines("learning", "zh", **step.facts)
    words = {"variance": "高方差", "bias": "高偏差", "close": "两者接近"}
    assert words[verdict] in chinese


def test_under_weights_nothing_is_said_of_bias_and_variance() -> None:
    """Training minimises another cost then than the one that is measured."""
    X = np.random.default_rng(0).normal(size=(100, 2))
    table = Table("made", X, np.arange(100) % 2, ("a", "b"), "y")
    recipe = RECIPES["course"].with_(hidden=(), epochs=1)
    run = Experiment(table, recipe, class_weight="balanced").fit()
    assert learning(run, {part: run.measure(part) for part in ("train", "validation")}) is None
