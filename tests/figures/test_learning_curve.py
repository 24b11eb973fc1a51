"""The learning curve shows what a run recorded, and nothing else."""

from dataclasses import replace

import pytest

from clearprop.data import read
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.figures import draw_learning_curve, recorded
from clearprop.figures.learning_curve import CandidateCurve, LearningCurve
from clearprop.network.architecture import Network

CURVE = LearningCurve(
    Network((2, 1)), 10, (4.0, 2.0, 1.0), (5.0, 2.5, 2.0), (0.1, 0.5, 0.75), False, False
)


def test_it_is_the_runs_history():
    run = Experiment(
        read("digits"), RECIPES["modern"].with_(hidden=(8,), epochs=3, regularization=1.0)
    )
    events = [event for event in run.train() if hasattr(event, "validation_score")]
    curve = recorded(run)
    assert curve.costs == tuple(event.cost for event in events)
    assert curve.validation_costs == tuple(event.validation_cost for event in events)
    assert curve.validation_scores == tuple(event.validation_score for event in events)
    assert (curve.rows, curve.regression, curve.iterations) == (1258, False, False)


def test_what_is_drawn_is_what_was_recorded():
    left, right = draw_learning_curve(CURVE).figure.axes
    train, validation = left.get_lines()
    (score,) = right.get_lines()
    assert [list(line.get_xdata()) for line in (train, validation, score)] == [[1, 2, 3]] * 3
    assert tuple(train.get_ydata()) == CURVE.costs
    assert tuple(validation.get_ydata()) == CURVE.validation_costs
    assert tuple(score.get_ydata()) == CURVE.validation_scores
    assert (left.get_yscale(), left.get_ylabel(), left.get_xlabel()) == (
        "linear",
        "cost J(θ)",
        "epoch",
    )
    assert right.get_ylabel() == "validation accuracy"


def test_a_cost_that_falls_far_is_drawn_on_a_logarithmic_axis():
    fallen = replace(CURVE, costs=(4.0, 1.0, 0.01))
    assert draw_learning_curve(fallen).figure.axes[0].get_yscale() == "log"
    below = replace(CURVE, costs=(4.0, 1.0, -0.01))
    assert draw_learning_curve(below).figure.axes[0].get_yscale() == "linear"


def test_a_single_epoch_is_a_point():
    one = replace(CURVE, costs=(4.0,), validation_costs=(5.0,), validation_scores=(0.1,))
    axes = draw_learning_curve(one).figure.axes[0]
    assert [line.get_marker() for line in axes.get_lines()] == ["o", "o"]
    assert axes.get_xlim() == (0, 2)


def test_no_epoch_at_all_is_drawn_too():
    none = replace(CURVE, costs=(), validation_costs=(), validation_scores=())
    picture = draw_learning_curve(none)
    assert picture.description == "No epoch was run."
    assert picture.to_bytes(".svg").startswith(b"<?xml")


@pytest.mark.parametrize(
    ("lang", "text", "labels"),
    [
        (
            "en",
            "Over 3 epochs the training cost falls from 4 to 1; the validation cost ends at 2, the "
            "validation R² at 0.7500.",
            ["training, with penalty", "validation"],
        ),
        (
            "zh",
            "训练 3 轮，训练代价从 4 降到 1；验证集上的代价最后为 2，验证集 R²最后为 0.7500。",
            ["训练集（含正则化项）", "验证集"],
        ),
    ],
)
def test_its_words(lang, text, labels):
    picture = draw_learning_curve(replace(CURVE, regression=True, iterations=True), lang)
    left = picture.figure.axes[0]
    assert picture.description == text
    assert [label.get_text() for label in left.get_legend().get_texts()] == labels
    assert left.get_xlabel() == {"en": "iteration", "zh": "迭代次数"}[lang]


# -- Several candidates ---------------------------------------------------------------------------

FIRST = CandidateCurve(0.3, (4.0, 2.0, 1.0), (5.0, 2.5, 3.0), 2, chosen=True)
SECOND = CandidateCurve(30.0, (4.5, 3.0, 2.0), (5.5, 4.0, 3.5), 3, chosen=False)


def test_the_curves_of_all_candidates_are_recorded():
    recipe = RECIPES["modern"].with_(hidden=(4,), epochs=2, lambdas=(0.1, 5.0))
    run = Experiment(read("digits").take(range(300)), recipe).fit()
    curve = recorded(run)
    assert [candidate.regularization for candidate in curve.candidates] == [0.1, 5.0]
    for candidate, found in zip(run.candidates, curve.candidates, strict=True):
        assert found.costs == tuple(candidate.training.history.costs)
        assert found.validation_costs == tuple(candidate.training.history.validation_costs)
        assert found.best_epoch == candidate.best_epoch
        assert found.chosen == (found.regularization == run.choice.regularization)
    assert curve.best_epoch == run.choice.members[0].best_epoch


def test_training_and_validation_costs_stand_side_by_side():
    curve = replace(CURVE, best_epoch=2, candidates=(FIRST, SECOND))
    picture = draw_learning_curve(curve)
    left, right = picture.figure.axes
    for axes, name in ((left, "costs"), (right, "validation_costs")):
        other, chosen, dot = axes.get_lines()
        assert tuple(other.get_ydata()) == getattr(SECOND, name)
        assert tuple(chosen.get_ydata()) == getattr(FIRST, name)
        assert chosen.get_linewidth() > 2 * other.get_linewidth()
        assert chosen.get_color() != other.get_color()
        assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([2], [getattr(FIRST, name)[1]])
    # Training costs have lambda, so each side has a scale of its own.
    assert left.get_ylim() != right.get_ylim()
    assert (left.get_title(), right.get_title()) == ("training, with penalty", "validation")
    words = [text.get_text() for text in right.get_legend().get_texts()]
    assert words == ["λ = 30", "λ = 0.3, chosen", "kept"]
    assert picture.description.startswith("Of 2 candidates λ = 0 was chosen. Over 3 epochs ")
    assert picture.description.endswith(" The parameters of epoch 2 were kept.")


def test_fifteen_candidates_have_one_entry_for_each_lambda():
    many = [
        replace(FIRST, regularization=strength, chosen=strength == 3.0)
        for strength in (0.3, 3.0, 30.0)
        for _ in range(5)
    ]
    picture = draw_learning_curve(replace(CURVE, candidates=tuple(many)), "zh")
    left, right = picture.figure.axes
    assert len(left.get_lines()) == len(right.get_lines()) == 15 + 5
    words = [text.get_text() for text in right.get_legend().get_texts()]
    assert words == ["λ = 0.3", "λ = 30", "λ = 3，选定", "保留的一轮"]
    assert picture.description.startswith("在 15 个候选中选定了 λ = 0。")


def test_the_epoch_that_was_kept_is_marked():
    left, right = draw_learning_curve(replace(CURVE, best_epoch=2)).figure.axes
    assert list(left.get_lines()[2].get_ydata()) == [2.5]
    assert list(right.get_lines()[1].get_ydata()) == [0.5]
