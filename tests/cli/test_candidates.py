"""`clearprop train` with several candidates: options, messages, files, and what is shown after."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import clearprop as library
from clearprop.cli.show import Terminal
from clearprop.language import cells

FLOWERS = "train flowers.csv --target kind --hidden 4 --epochs 3 --bins 0 --validation-fraction 0.2"
HOUSES = "train houses.csv --target price --hidden 4 --epochs 3 --bins 0 --lambda 1 --bag 2 --out m"


@pytest.fixture(autouse=True)
def _several(monkeypatch):
    """The recipe chooses between two strengths, whatever it does by default; of images one."""
    recipe = library.RECIPES["modern"].with_(bag=1, batch_size=10)
    images = replace(recipe.images, lambdas=(), many=None)
    mine = replace(recipe, lambdas=(0.5, 5.0), images=images)
    monkeypatch.setitem(library.RECIPES, "modern", mine)


def test_json_tells_of_every_candidate(clearprop):
    result = clearprop(FLOWERS + " --bag 2 --all-rows --json --out m")
    assert result.code == 0, result.err
    found = json.loads(result.out)
    best = found["regularization"]
    assert [(c["regularization"], c["fold"]) for c in found["candidates"]] == [
        (0.5, 0), (5.0, 0), (best, 1)
    ]  # fmt: skip
    for candidate in found["candidates"]:
        assert set(candidate) == {
            "regularization", "fold", "epochs", "best_epoch", "cost", "validation_cost",
            "validation_rows",
        }  # fmt: skip
        assert candidate["epochs"] == 3
    costs = [c["validation_cost"] for c in found["candidates"][:2]]
    assert best == (0.5, 5.0)[int(np.argmin(costs))]
    assert found["best_epoch"] in (1, 2, 3)
    assert (found["bag"], found["all_rows"], found["ended"]) == (2, 40, "epochs")
    assert found["out_of_fold"]["rows"] == 32
    assert found["out_of_fold"]["score"] == found["validation_accuracy"]
    assert found["gradient_check"]["verdict"] == "right"
    model = library.load("m")
    assert (len(model.thetas), model.trained["all_rows"]) == (2, 40)
    # A single network has no such scores.
    plain = json.loads(clearprop(FLOWERS + " --lambda 2 --json --out n").out)
    assert (plain["bag"], plain["out_of_fold"], plain["all_rows"]) == (1, None, None)
    assert (plain["regularization"], len(plain["candidates"])) == (2.0, 1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_story_says_whose_the_scores_are(clearprop, lang):
    result = clearprop(FLOWERS + f" --bag 2 --all-rows --lang {lang}")
    assert result.code == 0
    told, shown = "".join(result.err.split()), "".join(result.out.split())
    if lang == "en":
        assert "2suchnetworksareaveraged;" in told
        assert "trainedoncemoreonall40rows,withlambda" in told
        assert "Thesearethescoresbeforetrainingonallrows." in shown
    else:
        assert "对2个这样的网络取平均；" in told
        assert "用全部40行再训练一次，λ=" in told
        assert "以上成绩来自用全部数据训练之前的模型。" in shown


@pytest.mark.parametrize("recipe", ["modern", "course"])
def test_rows_of_another_file_are_never_learned_and_measure_the_model(clearprop, folder, recipe):
    lines = (folder / "flowers.csv").read_text().splitlines()
    (folder / "later.csv").write_text("\n".join(lines[:9]))
    train = f"{FLOWERS} --recipe {recipe} --test later.csv --out m"
    result = clearprop(train + " --all-rows --json")
    found = json.loads(result.out)
    assert found["all_rows"] == 40
    plain = json.loads(clearprop(train + " --json").out)
    assert found["log_loss"] != plain["log_loss"]
    assert found["cost"] == plain["cost"]
    english = clearprop(train + " --all-rows")
    said = " ".join(english.out.split())
    assert "The test rows measure the model, which has not learned them. The scores of the " in said
    assert "others are those before training on all rows. " in said
    assert "No row is left" not in english.out
    counted = "iterations: 3" if recipe == "course" else "epochs: "
    assert counted in " ".join(english.err.split())
    chinese = "".join(clearprop(train + " --all-rows --lang zh").out.split())
    assert "测试集的得分属于最终的模型，它没有学过这些行；" in chinese
    assert "再没有剩下的行" not in chinese
    again = json.loads(clearprop("evaluate m later.csv --json").out)
    assert again["log_loss"] == pytest.approx(found["log_loss"], rel=1e-5)


def test_the_progress_counts_what_the_solver_counts():
    for solver, name, chinese in (("adam", "epochs", "轮"), ("lbfgs", "iterations", "次迭代")):
        recipe = library.RECIPES["modern"].with_(solver=solver, epochs=600, lambdas=(1.0, 2.0))
        run = library.Experiment(library.read("digits"), recipe)
        for lang, told in (("en", f"2 candidates, 0 of 1,200 {name} in all"),
                           ("zh", f"2 个候选，合计 0/1,200 {chinese}")):  # fmt: skip
            assert Terminal(run, lang)._counter(0, 1200) == told
        run._selection.refitting = True
        told = Terminal(run)._counter(4, 600)
        assert told == f"on all rows, {name.removesuffix('s')} 4/600"


def test_the_lambdas_of_many_candidates_are_shown_in_80_columns(clearprop):
    strengths = tuple(0.1 * 2**k for k in range(16))
    recipe = library.RECIPES["modern"].with_(hidden=(2,), lambdas=strengths, epochs=1, bins=0)
    run = library.Experiment(library.read("flowers.csv", "kind"), recipe).fit()
    library.save(run.model(), "m")
    lines = clearprop("info m").out.splitlines()
    assert max(map(cells, lines)) <= 80
    table = [line.split() for line in lines if line.startswith(("lambda", "validation cost"))]
    assert [float(x) for line in table[::2] for x in line[1:]] == pytest.approx(strengths)
    assert [len(line) for line in table[::2]] == [len(line) - 1 for line in table[1::2]]
    assert len(table) == 4


def test_wrong_choices_are_named(refused, folder):
    assert refused(FLOWERS + " --bag 0 --time soon") == (
        "2 problems: --time: expected a number of seconds above 0; got 'soon'; --bag: expected a "
        "whole number of at least 1; got 0"
    )
    assert refused(FLOWERS + " --time -1").startswith("--time: expected a number of seconds above")
    assert refused(FLOWERS + " --time 20 --checkpoint c") == (
        "--checkpoint: --time 20.0 measures how many epochs fit, so a run would not go on to the "
        "same bits; choose one of the two"
    )
    header, *rows = (folder / "flowers.csv").read_text().splitlines()
    dated = [f"{row},2024-05-{1 + i % 28:02}" for i, row in enumerate(rows)]
    (folder / "days.csv").write_text("\n".join([header + ",day", *dated]))
    assert refused("train days.csv --target kind --bag 2 --split-by day") == (
        "--bag: days.csv is split in the order of its rows, so a network would learn from rows "
        "that come after those it is validated on; use --bag 1"
    )


def test_a_share_to_validate_on_has_no_effect_on_a_bag(clearprop):
    result = clearprop(FLOWERS + " --lambda 1 --bag 2 --json --out m")
    assert result.err == (
        "clearprop: warning: --validation-fraction: with --bag 2 each network is validated on one "
        "of 2 equal shares; ignored\n"
    )


def test_a_time_that_is_long_enough_changes_nothing(clearprop):
    assert clearprop(FLOWERS + " --out a --quiet").code == 0
    assert clearprop(FLOWERS + " --out b --quiet --time 600").code == 0
    assert Path("a").read_bytes() == Path("b").read_bytes()


def test_a_time_that_is_too_short_is_kept_and_said(clearprop):
    args = FLOWERS.replace("--epochs 3", "--epochs 1000000")
    result = clearprop(args + " --time 1")
    assert result.code == 0
    assert "shortened to fit the time:" in " ".join(result.err.split())
    assert library.load("flowers.safetensors").trained["epochs"] < 1_000_000


def test_a_checkpoint_has_files_for_each_candidate(clearprop):
    whole = clearprop(FLOWERS + " --out whole --quiet")
    assert whole.code == 0
    assert clearprop(FLOWERS + " --out m --quiet --checkpoint run").code == 0
    names = [f"candidate-{i}-000001.safetensors" for i in (1, 2)]
    assert sorted(path.name for path in Path("run").iterdir()) == names
    again = clearprop(FLOWERS + " --out n --checkpoint run --resume")
    assert "going on after epoch 3" in again.err
    assert Path("whole").read_bytes() == Path("m").read_bytes() == Path("n").read_bytes()
    choices = FLOWERS.replace("--hidden 4", "--hidden 5")
    other = clearprop(choices + " --checkpoint run --resume")
    assert other.code == 2
    assert other.err.startswith(
        "clearprop: error: run/candidate-1-000002.safetensors: was made with other choices: "
        "layer_sizes was [4, 4, 1] and is [4, 5, 1]. Train"
    )


def test_the_only_candidate_of_images_is_the_run(clearprop, refused):
    digits = "train digits --hidden 4 --epochs 1 --checkpoint run"
    assert refused(digits + " --out run") == (
        "--out: expected another file than that of checkpoint; got 'run'"
    )
    assert clearprop(digits + " --out m --quiet").code == 0
    assert [path.name for path in Path("run").iterdir()] == ["run-000001.safetensors"]


def test_info_shows_the_choice_in_a_table(clearprop):
    assert clearprop(FLOWERS + " --bag 2 --out m --quiet").code == 0
    model, shown = library.load("m"), clearprop("info", "m").out
    small, large = model.validation_costs.values()
    assert shown.splitlines()[-2:] == [
        "lambda             0.5       5",
        f"validation cost {small:.4f}  {large:.4f}",
    ]
    assert "bag             2\n" in shown
    assert "best_epoch" in shown
    assert "candidates" not in shown
    found = json.loads(clearprop("info", "m", "--json").out)
    assert found["bag"] == 2
    assert len(found["trained"]["candidates"][0]["validation_costs"]) == 3
    assert "bag" not in clearprop("info", "flowers.safetensors").out


def test_what_is_done_with_a_bag(clearprop, folder):
    """Evaluation, prediction, importance and explanation are those of the average."""
    assert clearprop(HOUSES + " --quiet").code == 0
    model, table = library.load("m"), library.read("houses.csv", "price")
    assert len(model.thetas) == 2
    single = [
        library.Model(model.network, theta, model.targets, model.encoder) for theta in model.thetas
    ]
    average = np.mean([one.predict(table) for one in single], axis=0)
    rows = clearprop("predict", "m", "houses.csv").out.splitlines()[1:]
    np.testing.assert_allclose([float(row) for row in rows], average, rtol=1e-5)
    found = json.loads(clearprop("evaluate", "m", "houses.csv", "--importance", "--json").out)
    y = np.loadtxt("houses.csv", delimiter=",", skiprows=1)[:, 2]
    assert found["rmse"] == pytest.approx(np.sqrt(np.mean((average - y) ** 2)), rel=1e-5)
    expected = library.importance(model, table).to_list()
    assert found["importance"] == expected
    english = clearprop("explain", "m", "houses.csv", "--html", "page.html").out
    said = f"{model.predict(table)[0]:.5g}"
    sentence = f"The model averages 2 networks, and their average says {said}."
    assert sentence in " ".join(english.split())
    assert sentence in " ".join((folder / "page.html").read_text(encoding="utf-8").split())
    chinese = clearprop("explain", "m", "houses.csv", "--lang", "zh").out
    assert f"该模型对2个网络取平均，平均的结果是{said}。" in "".join(chinese.split())
    assert "averages" not in clearprop("explain", "houses.safetensors", "houses.csv").out
    assert "average of 2 networks" in model._repr_html_()


def test_a_picture_of_all_candidates(clearprop):
    result = clearprop(FLOWERS + " --plot c.svg --out m --json")
    assert result.code == 0
    assert "Of 2 candidates" in Path("c.svg").read_text(encoding="utf-8")
