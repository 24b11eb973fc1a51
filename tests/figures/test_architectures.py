"""The figure of a search shows its trials, and nothing else."""

from dataclasses import replace

import pytest

import clearprop
from clearprop.experiment.recipes import RECIPES
from clearprop.figures import draw_architectures
from clearprop.figures.architectures import finalists


@pytest.fixture(scope="module")
def search():
    recipe = RECIPES["modern"].with_(epochs=3)
    return clearprop.choose("digits", recipe=recipe, lambdas=[1.0, 2.0], rates=[0.003])


def test_cost_against_size_is_that_of_the_first_rung(search):
    left, middle, right = draw_architectures(search).figure.axes
    one = sorted(
        (t for t in search.trials if t.rung == 1 and len(t.configuration.hidden) == 1),
        key=lambda t: t.parameters,
    )
    lines = {line.get_label(): line for line in left.get_lines()}
    assert tuple(lines["J_train"].get_ydata()) == tuple(t.cost for t in one)
    assert tuple(lines["J_cv (dashed)"].get_ydata()) == tuple(t.validation_cost for t in one)
    assert tuple(lines["J_train"].get_xdata()) == tuple(t.parameters for t in one)
    timed = [x for line in middle.get_lines() for x in line.get_xdata()]
    assert sorted(timed) == sorted(t.parameters for t in search.trials)
    assert [axes.get_xscale() for axes in (left, middle, right)] == ["log", "log", "linear"]


def test_the_curves_are_those_of_the_last_rung(search):
    last = finalists(search.trials)
    assert {trial.epochs for trial in last} == {9}
    *_, right = draw_architectures(search).figure.axes
    drawn = [tuple(line.get_ydata()) for line in right.get_lines()]
    assert drawn == [costs for t in last for costs in (t.validation_costs, t.costs)]


def test_what_diverged_is_left_out(search):
    one = search.trials[0]
    gone = replace(one, validation_cost=float("inf"))
    search._known[one.configuration, one.epochs] = gone
    try:
        left, *_ = draw_architectures(search).figure.axes
        n = sum(len(line.get_xdata()) for line in left.get_lines() if line.get_label() == "J_train")
        assert n == 5
    finally:
        search._known[one.configuration, one.epochs] = one


def test_in_chinese_with_a_name(search, chinese):
    picture = draw_architectures(search, "zh", "digits")
    assert picture.title == "选择网络结构"
    assert picture.to_bytes(".png").startswith(b"\x89PNG")
    assert f"{search.best.validation_cost:.4g}" in picture.description
