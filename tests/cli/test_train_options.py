"""`clearprop train` with dropout, AdamW, schedules, clipping, smoothing and the newer costs."""

import json
from typing import Any

import numpy as np
import pytest

import clearprop as library
from clearprop.data.targets import Targets
from clearprop.language import cells

BRIEF = "--hidden 4 --epochs 3 --lambda 1 --bins 0"
# Steps enough that the best epoch is not the first, after which few options show.
FLOWERS = f"train flowers.csv --target kind {BRIEF} --batch-size 5 --learning-rate 0.02"
HOUSES = f"train houses.csv --target price {BRIEF}"
EVERYTHING = "--solver adamw --dropout 0.25 --clip-norm 0.5 --warmup 0.1 --label-smoothing 0.2"
TOLD = (
    "the rate rises in the first 0.1 of the steps",
    "weights shrink by 0.01 times the rate in each step",
    "dropout: a step leaves out 0.25 of the hidden units",
    "label smoothing: 0.2 of each label is spread over all classes",
    "gradients longer than 0.5 are cut to that norm",
)
TOLD_IN_CHINESE = (
    "预热：在前 0.1（占总步数的比例）里学习率逐渐升高",
    "权重衰减：每一步权重按“0.01 × 学习率”的比例缩小",
    "随机失活（dropout）：每一步随机丢弃占比 0.25 的隐藏单元",
    "标签平滑：每个标签的 0.2 均分给所有类别",
    "梯度裁剪：范数超过 0.5 的梯度缩短到 0.5",
)


def test_the_story_tells_what_a_step_does_and_the_file_keeps_it(clearprop, folder):
    result = clearprop(f"{FLOWERS} {EVERYTHING} --out m")
    assert (result.code, "warning" in result.err) == (0, False)
    told = " ".join(result.err.split())
    assert not [said for said in TOLD if said not in told]
    trained = json.loads(clearprop("info m --json").out)["trained"]
    assert {name: trained[name] for name in ("solver", "warmup", "weight_decay", "dropout")} == {
        "solver": "adamw",
        "warmup": 0.1,
        "weight_decay": 0.01,
        "dropout": 0.25,
    }
    assert (trained["label_smoothing"], trained["clip_norm"]) == (0.2, 0.5)
    assert "dropout 0.25" in " ".join(clearprop("info m").out.split())


def test_the_story_in_chinese(clearprop):
    result = clearprop(f"{FLOWERS} {EVERYTHING} --lang zh")
    assert result.code == 0
    said = "".join(result.err.split())
    assert not [line for line in TOLD_IN_CHINESE if "".join(line.split()) not in said]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_story_of_all_choices_fits_80_columns(clearprop, lang):
    """With numbers of six digits, a bag, a time that is too short, and all rows."""
    numbers = "--warmup 0.000123457 --weight-decay 0.000123457 --dropout 0.000123457 "
    numbers += "--label-smoothing 0.000123457 --clip-norm 1234570000 --learning-rate 0.000123457"
    train = "train flowers.csv --target kind --hidden 4 --solver adamw --schedule invscaling"
    result = clearprop(
        f"{train} {numbers} --epochs 1234567 --bag 9 --all-rows --time 0.5 --lang {lang}"
    )
    assert result.code == 0
    said = "".join(result.err.split())
    numbers = ("0.000123457", "1.23457e+09", "1,234,567")
    assert not [number for number in numbers if number not in said]
    assert said.count("0.000123457") == 5
    assert max(map(cells, (result.out + result.err).splitlines())) <= 80


def test_without_the_options_nothing_is_told_of_them(clearprop):
    said = clearprop(f"{FLOWERS} --out m").err
    assert not [
        word for word in ("rises", "shrink", "dropout", "smoothed", "cut to") if word in said
    ]
    assert "dropout" not in json.loads(clearprop("info m --json").out)["trained"]


@pytest.mark.parametrize(
    "option",
    [
        "--dropout 0.5",
        "--clip-norm 0.01",
        "--warmup 0.5",
        "--schedule one_cycle",
        "--label-smoothing 0.3",
        "--solver adamw",
        "--solver adamw --weight-decay 0.9",
        "--activation silu",
        "--activation leaky_relu",
    ],
)
def test_each_option_changes_what_is_learned(clearprop, folder, option):
    assert clearprop(f"{FLOWERS} --json --out plain").code == 0
    result = clearprop(f"{FLOWERS} {option} --json --out other")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["gradient_check"]["verdict"] == "right"
    plain, other = library.load("plain").theta, library.load("other").theta
    assert np.isfinite(other).all()
    assert not np.array_equal(plain, other)
    # Both engines take the same steps.
    assert clearprop(f"{FLOWERS} {option} --engine reference --json --out slow").code == 0
    np.testing.assert_allclose(library.load("slow").theta, other, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("cost", ["huber", "quantile"])
def test_costs_of_numbers(clearprop, folder, cost):
    result = clearprop(f"{HOUSES} --cost {cost} --activation silu --json --out m")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["task"] == "regression"
    model = library.load("m")
    assert (model.network.cost, model.network.activation) == (cost, "silu")
    told = json.loads(clearprop("info m --json").out)
    assert told["threshold"] == (1.0 if cost == "huber" else None)


def test_info_tells_levels_and_threshold(clearprop, folder):
    saved("levels", "quantile", (0.05, 0.95))
    saved("far", "huber", threshold=2.5)
    assert json.loads(clearprop("info levels --json").out)["quantiles"] == [0.05, 0.95]
    assert "quantiles       0.05, 0.95\n" in clearprop("info levels").out
    assert "threshold       2.5\n" in clearprop("info far").out
    assert "threshold" not in clearprop("info houses.safetensors").out
    assert json.loads(clearprop("info houses.safetensors --json").out)["threshold"] is None


def saved(name: str, cost: Any, quantiles: tuple[float, ...] = (), threshold: float = 1.0) -> None:
    """A model of two columns with such a cost, under `name`."""
    sizes = (2, 3, max(1, len(quantiles)))
    network = library.Network(sizes, "silu", cost, quantiles=quantiles, threshold=threshold)
    targets = Targets.fit(np.arange(2.0 * sizes[-1]).reshape(2, -1))
    library.save(library.Model(network, np.linspace(-1, 1, network.n_parameters), targets), name)


@pytest.mark.parametrize(
    ("option", "warning"),
    [
        ("--weight-decay 0.1", "--weight-decay: solver adam has none; ignored"),
        ("--solver sgd --weight-decay 0.1", "--weight-decay: solver sgd has none; ignored"),
    ],
)
def test_what_a_solver_does_not_use_is_told(clearprop, option, warning):
    result = clearprop(f"{FLOWERS} {option} --json")
    assert (result.code, warning in result.err) == (0, True)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            f"{FLOWERS} --dropout 1",
            "--dropout: expected a number of at least 0 and below 1; got 1.0",
        ),
        (f"{FLOWERS} --clip-norm 0", "--clip-norm: expected a number above 0; got 0.0"),
        (
            f"{FLOWERS} --solver lbfgs --dropout 0.5",
            "--dropout: is for the solvers that take steps of minibatches (adam, adamw, sgd, gd) "
            "and not for lbfgs; got 0.5",
        ),
        (
            f"{FLOWERS} --schedule one_cycle --warmup 0.1",
            "--warmup: the schedule one_cycle has a rise of its own, 30 % of the steps; leave "
            "warmup at 0, or take another schedule; got 0.1",
        ),
    ],
)
def test_what_does_not_fit_is_refused(refused, line, message):
    assert refused(line) == message


def test_a_file_with_dropout_explains_the_whole_network(clearprop, folder):
    assert clearprop(f"{HOUSES} --dropout 0.25 --cost huber --activation silu --out m").code == 0
    explained = "explain m houses.csv --sample 3"
    said = " ".join(clearprop(explained).out.split())
    assert (
        "Dropout was used in training: each step left out 0.25 of the hidden units. A prediction "
        "uses them all, so no mask stands below." in said
    )
    assert "delta^(L)_k = max(-t, min(t, a_k - y_k)), t = 1" in said
    assert "g(z) = z s(z)" in said
    said = "".join(clearprop(f"{explained} --lang zh").out.split())
    sentence = (
        "训练时用了随机失活（dropout）：每一步丢弃占比0.25的隐藏单元。"
        "预测时使用全部单元，所以下面没有掩码。"
    )
    assert sentence in said
    assert "delta^(L)_k=max(-t,min(t,a_k-y_k)),t=1" in said
