"""A search: the same bits on any number of threads and after every pause; what it refuses."""

import json
import math
from dataclasses import replace

import numpy as np
import polars
import pytest

import clearprop
from clearprop.data import read
from clearprop.engines.choice import choose_engine, on_threads
from clearprop.errors import DataError, DivergenceError, ModelFileError, ParameterError
from clearprop.experiment.choose import ChooseJob
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.experiment.search import Search
from clearprop.experiment.search_events import Advanced, RungBegun, Tried
from clearprop.experiment.search_text import reasons, table_lines
from clearprop.experiment.trial import Configuration, Trial
from clearprop.language import cells
from clearprop.training import Ended, GradientChecked

RECIPE = RECIPES["modern"].with_(epochs=3)
ROWS = read("digits").take(np.arange(0, 1797, 3))


def small(**choices):
    """A search on a third of the digits that takes half a second."""
    run = Experiment(ROWS, choices.pop("recipe", RECIPE), **choices)
    return Search(run, lambdas=(0.3, 3.0), rates=(0.003,), dropouts=(0.0, 0.1))


def bits(search):
    return [replace(trial, seconds=0.0) for trial in search.trials], search.model().theta.tobytes()


@pytest.fixture(scope="module")
def done():
    return small().fit()


def test_the_lowest_validation_cost_becomes_the_model(done):
    best = min(done.trials, key=lambda trial: trial.validation_cost)
    assert best == done.best
    model = done.model()
    assert model.network.layer_sizes == (64, *best.configuration.hidden, 10)
    assert model.network.regularization == best.configuration.regularization
    plain = done.run.parts["validation"]
    assert model.cost(plain, plain.y) == pytest.approx(best.validation_cost, rel=1e-5)
    train = done.run.parts["train"]
    assert model.cost(train, train.y) == pytest.approx(best.cost, rel=1e-5)


def test_a_trial_is_what_the_recipe_alone_gives(done):
    best = done.best
    wanted = best.configuration
    recipe = RECIPE.with_(
        hidden=wanted.hidden,
        regularization=wanted.regularization,
        learning_rate=wanted.learning_rate,
        dropout=wanted.dropout,
        epochs=best.epochs,
    )
    alone = Experiment(ROWS, recipe).fit()
    assert alone.model().theta.tobytes() == done.model().theta.tobytes()


def test_threads_do_not_change_a_bit(done):
    engine = choose_engine()
    assert bits(small(engine=on_threads(engine, 1)).fit()) == bits(done)


def test_the_test_rows_are_not_looked_at(done):
    search = small().fit()
    assert not [part for part, _ in search.run.prepared._inputs if part == "test"]
    assert search.measure("test").rows == 120


def test_events_tell_the_whole_search():
    search = small()
    events = list(search.search())
    assert isinstance(events[0], GradientChecked)
    assert isinstance(events[-1], Ended)
    assert events[-1].reason == "epochs"
    begun = [event for event in events if isinstance(event, RungBegun)]
    assert [event.number for event in begun] == list(range(1, len(begun) + 1))
    names = [event.rung.name for event in begun]
    assert names[:4] == ["width", "depth", "halving", "lambdas"]
    assert names[4:7] == ["halving", "dropouts", "halving"]
    assert set(names[7:]) == {"refining"}
    tried = [event.trial for event in events if isinstance(event, Tried)]
    assert sorted(tried, key=repr) == sorted(search.trials, key=repr)
    parts = [event.done / event.total for event in events if isinstance(event, Advanced)]
    assert all(0 <= part <= 1 + 1e-9 for part in parts)
    assert parts[-1] == pytest.approx(1)


@pytest.mark.parametrize("after", [0, 7, 20])
def test_a_killed_search_goes_on_to_the_same_bits(done, tmp_path, after):
    killed, n = small(), 0
    for event in killed.search(tmp_path, every=1e-9):
        n += isinstance(event, Tried)
        if n > after:  # the file holds what was there at the event before
            break
    assert list(tmp_path.glob("search-*"))
    assert bool(list(tmp_path.glob("trial-*"))) is (n > after)  # of those under way
    resumed = small()
    events = list(resumed.search(tmp_path, resume=True))
    again_tried = sum(isinstance(event, Tried) for event in events)
    assert again_tried <= len(done.trials) - (after > 0)
    assert bits(resumed) == bits(done)
    assert not list(tmp_path.glob("trial-*"))
    again = small()
    assert not [event for event in again.search(tmp_path, resume=True) if isinstance(event, Tried)]
    assert bits(again) == bits(done)


def test_a_checkpoint_of_other_choices_or_data_is_refused(done, tmp_path):
    path = tmp_path / "search"
    small().fit(path)
    other = small(recipe=RECIPE.with_(activation="tanh"))
    with pytest.raises(ModelFileError, match="activation was 'relu' and is 'tanh'"):
        other.fit(path, resume=True)
    with pytest.raises(ModelFileError, match="was made with other data: X had shape"):
        small(validation_fraction=0.2).fit(path, resume=True)
    run = Experiment(read("digits"), RECIPE.with_(regularization=1.0))
    run.fit(tmp_path / "run")
    with pytest.raises(ModelFileError, match=r"holds another run: it has run-0+1\.safetensors, "):
        small().fit(tmp_path / "run", resume=True)
    (tmp_path / "run" / "run-000001.safetensors").rename(path / "search-999999.safetensors")
    with pytest.raises(ModelFileError, match="holds no search; it is a checkpoint of another"):
        small().fit(path, resume=True)


def test_a_time_that_is_too_short_is_said():
    with pytest.raises(ParameterError, match="seconds: 1e-09 s are too short for an epoch of any"):
        clearprop.choose("digits", recipe=RECIPE, seconds=1e-9)


def test_networks_that_diverge_come_last_and_all_of_them_are_an_error():
    recipe = RECIPES["modern"].with_(epochs=2, solver="sgd")
    search = clearprop.choose("digits", recipe=recipe, lambdas=[1.0], rates=[0.01, 1e30])
    assert search.best.configuration.learning_rate == 0.01
    with pytest.raises(DivergenceError, match="the cost stopped being finite in epoch 1"):
        clearprop.choose("digits", recipe=recipe, lambdas=[1.0], rates=[1e30])


def test_a_short_time_ends_with_the_best_so_far():
    run = Experiment(read("digits"), RECIPES["modern"])
    search = Search(run, seconds=2.0).fit()
    assert search.cut
    assert search.space != search.whole
    assert search.best == min(search.trials, key=lambda trial: trial.validation_cost)
    assert search.to_dict()["shortened"]


def test_the_whole_as_json(done):
    made = json.loads(json.dumps(done.to_dict()))
    assert list(made) == [
        "source", "recipe", "seed", "chosen", "trials", "shortened", "ended", "seconds"
    ]  # fmt: skip
    assert made["chosen"] == done.best.to_dict()
    assert done.model().trained["search"] == made["trials"]


def test_as_text_and_in_a_notebook(done):
    text = str(done)
    assert text.startswith("layers ")
    assert "Chosen: " in text
    assert max(map(cells, text.splitlines())) <= 80
    shown = done._repr_html_()
    assert "<svg" in shown
    assert "Chosen: " in shown


def test_a_regression_a_class_weight_and_the_course_can_be_chosen_for(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 2))
    frame = {"a": X[:, 0], "b": X[:, 1], "y": X[:, 0] * X[:, 1]}
    polars.DataFrame(frame).write_csv(tmp_path / "product.csv")
    table = read(tmp_path / "product.csv", "y")
    search = clearprop.choose(table, recipe=RECIPES["course"].with_(epochs=9, cost="squared"))
    assert len({trial.configuration.learning_rate for trial in search.trials}) == 1
    assert search.best.configuration.hidden
    bag = RECIPE.with_(bag=3)  # a search has none
    balanced = clearprop.choose(
        "digits", recipe=bag, lambdas=[1.0], rates=[0.01], class_weight="balanced"
    )
    assert balanced.chosen.class_weights is not None
    assert (balanced.run.recipe.bag, balanced.model().bag) == (1, ())


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as refused:
        clearprop.choose("digits", recipe="modrn", lambdas=[], rates=[0.1, -1.0], seconds=0)
    assert refused.value.problems == (
        "seconds: expected a number of seconds above 0; got 0",
        "recipe: expected one of modern, course, 3b1b; got 'modrn' (did you mean \"modern\"?)",
        "lambdas: expected at least one number; got none",
        "rates: expected a number above 0; got -1.0",
    )
    with pytest.raises(DataError):
        clearprop.choose("no-such-file.csv")


def test_choices_that_are_not_used_are_warned_of():
    with pytest.warns(UserWarning, match="^learning_rate: solver cg has none; ignored$"):
        ChooseJob.of({"source": "digits", "recipe": "course", "learning_rate": "0.01"})


def test_numbers_that_were_chosen_are_kept():
    given = {"regularization": "2", "learning_rate": "0.01", "dropout": "0.3"}
    space = ChooseJob.of({"source": "digits", **given}).search().space
    assert (space.lambdas, space.rates, space.dropouts) == ((2.0,), (0.01,), (0.3,))
    space = ChooseJob.of({"source": "digits"}).search().space
    assert (space.rates, space.dropouts) == ((0.001, 0.003, 0.009), (0.0, 0.1, 0.2))


@pytest.mark.parametrize(
    ("choices", "expected"),
    [({"dropout": 0.2}, (0.2, 0.0, 0.1)), ({"solver": "lbfgs"}, (0.0,)), ({}, (0.0, 0.1, 0.2))],
)
def test_the_recipe_s_own_dropout_comes_first_and_lbfgs_has_none(choices, expected):
    run = Experiment(read("digits"), RECIPE.with_(**choices))
    assert Search(run).space.dropouts == expected


def test_dropouts_that_cannot_be_are_refused():
    with pytest.raises(ParameterError, match=r"^dropouts: expected .* below 1; got 1.5$"):
        clearprop.choose("digits", dropouts=[0.1, 1.5])
    with pytest.raises(ParameterError, match=r"^dropouts: expected at least one number; got none$"):
        clearprop.choose("digits", dropouts=[])


# -- Why this one, on costs that are made up ------------------------------------------------------


def trial(hidden, validation, *, rung=1, epochs=4, cost=0.1, parameters=None, lam=3.0):
    n = parameters or 100 * sum(hidden, start=1)
    return Trial(Configuration(hidden, lam, 0.003), rung, epochs, n, cost, validation, epochs)


ONE = [trial((8,), 0.9, cost=0.8), trial((16,), 0.5, cost=0.4), trial((32,), 0.6, cost=0.2)]


def test_the_reasons_compare_at_equal_epochs():
    best = trial((16, 16), 0.2, rung=5, epochs=36)
    deep = trial((16, 16), 0.4, rung=2)
    other = trial((16, 16, 16), 0.208, rung=5, epochs=36)
    told = reasons([*ONE, deep, other, best], best, "en")
    assert [line.replace("¦", " ") for line in told] == [
        "Chosen: two hidden layers of 16 units, lambda 3, rate 0.003: validation cost 0.2000.",
        "The next best, three hidden layers of 16 units, costs 4 % more after 36 epochs.",
        "A far smaller network, one hidden layer of 8 units with 900 parameters in place of 3,300, "
        "costs 125 % more after 4 epochs.",
        "In one layer 16 units have the lowest validation cost, 0.5000: with 8 it is 0.9000 "
        "(high bias), with 32 it is 0.6000, while the training cost goes from 0.4000 to 0.2000 "
        "(high variance).",
    ]
    in_chinese = reasons([*ONE, deep, other, best], best, "zh")
    assert in_chinese[1].replace("¦", "") == (
        "其次是三个隐藏层，每层 16 个单元：同样训练 36 轮，验证代价高 4 %。"
    )


def test_networks_of_another_lambda_or_rate_are_not_compared():
    """What tuning alone has gained is no reason for a network."""
    best = trial((16, 16), 0.2, rung=5, epochs=36, lam=0.3)
    mid = replace(best, configuration=Configuration((16, 16), 3.0, 0.003), validation_cost=0.4)
    other = trial((8,), 0.5, rung=5, epochs=36)  # lambda 3
    faster = replace(other, configuration=Configuration((8,), 0.3, 0.009), validation_cost=0.21)
    told = [reasons(trials, best, "en") for trials in ([best, other], [best, faster])]
    assert [len(sentences) for sentences in told] == [1, 1]  # nothing to compare with
    # The same lambda and rate stand beside each other, though the best one has others.
    told = reasons([best, mid, other, faster], best, "en")
    assert told[1].replace("¦", " ") == (
        "The next best, one hidden layer of 8 units, costs 25 % more after 36 epochs."
    )
    told = reasons([best, mid, other], best, "en", "iteration")
    assert told[1].endswith("after 36 iterations.")


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ((0.9, 0.5, 0.4), "few units have high bias"),
        ((0.4, 0.5, 0.9), "more units have high variance"),
        ((0.4, 0.401, 0.402), "hardly changes"),
        ((0.9, 0.4, 0.9), "(high bias)"),
    ],
)
def test_what_size_does_is_told_by_week_6(costs, expected):
    trials = [trial((n,), J, cost=1 / n) for n, J in zip((8, 16, 32), costs, strict=True)]
    assert expected in reasons(trials, min(trials, key=lambda t: t.validation_cost), "en")[-1]


def test_many_units_with_a_high_training_cost_are_no_high_variance():
    trials = [trial((8,), 0.5, cost=0.4), trial((16,), 0.9, cost=0.8)]
    told = reasons(trials, trials[0], "en")[-1]
    assert "so little training does not suffice" in told
    assert "variance" not in told


def test_dropout_has_a_column_and_a_word_where_it_was_tried():
    best = replace(trial((16, 16), 0.2), configuration=Configuration((16, 16), 3.0, 0.003, 0.15))
    assert reasons([best], best, "en")[0].replace("¦", " ") == (
        "Chosen: two hidden layers of 16 units, lambda 3, rate 0.003, dropout 0.15: "
        "validation cost 0.2000."
    )
    assert reasons([best], best, "zh")[0].replace("¦", "") == (
        "选定：两个隐藏层，每层 16 个单元，"
        "λ 取 3，学习率取 0.003，随机失活率取 0.15：验证代价 0.2000。"
    )
    lines = table_lines([t.to_dict() for t in (trial((16, 16), 0.3), best)], "en")
    assert [line.split()[-5:-2] for line in lines] == [
        ["dropout", "epoch", "training"], ["0", "0/4", "0.1000"], ["0.15", "0/4", "0.1000"],
    ]  # fmt: skip
    other = replace(trial((8,), 0.3), configuration=Configuration((8,), 3.0, 0.003))
    assert len(reasons([best, other], best, "en")) == 1  # of another dropout: not compared
    linear = replace(trial((), 0.3), configuration=Configuration((), 3.0, 0.003))
    told = reasons([best, other, linear], best, "en")[1].replace("¦", " ")
    assert told == "The next best, no hidden layer, costs 50 % more after 4 epochs."
    better = replace(linear, validation_cost=0.1)
    told = reasons([best, replace(best, validation_cost=0.4), better], better, "en")[1]
    assert told.replace("¦", " ") == (
        "The next best, two hidden layers of 16 units, costs 100 % more after 4 epochs."
    )


@pytest.mark.parametrize("dropout", [0.0, 0.15])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_fits_80_columns(lang, dropout):
    wide = [
        trial((1568,) * 3, 123456.0, parameters=1_999_999, epochs=4000, cost=math.inf, lam=0.003),
        replace(trial((9,), 0.5), configuration=Configuration((9,), 3.0, 0.00098, dropout), rung=2),
    ]
    lines = table_lines([t.to_dict() for t in wide], lang)
    assert len(lines) == 4
    assert max(map(cells, lines)) <= 80
    assert lines[1].startswith("3 x 1568")
