"""What is said: every sentence is used, in its place, in both languages, with the right signs."""

import re
import string
from dataclasses import replace

import numpy as np
import pytest

from clearprop import RECIPES, Experiment, Network, explain
from clearprop.data.encoding import Encoder
from clearprop.data.interval import Interval
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.explain.assemble import assemble
from clearprop.explain.blocks import Heading, Paragraph, Unit
from clearprop.explain.live import Live
from clearprop.explain.sentences import NamedSentences
from clearprop.language import LANGUAGES, catalogue
from clearprop.model import Model
from clearprop.network.costs import COSTS


def explained(sizes, theta, x, y=None, activation="sigmoid", cost="logistic", **options):
    return explain(Network(sizes, activation, cost), theta, x, y, **options)


def paragraphs(explanation, lang="en"):
    """All sentences, those about single units included."""
    return [block.text for block in _flat(assemble(explanation, lang))
            if isinstance(block, Paragraph)]  # fmt: skip


def _flat(blocks):
    for block in blocks:
        yield block
        if isinstance(block, Unit):
            yield from _flat(block.blocks)


RELU = {"activation": "relu", "cost": "squared"}
# 1 unit, 1 hidden unit, 1 output: z2 = b1 + w1 x, h = b2 + w2 z2.
DEAD = ((1, 1, 1), [-1.0, 0.5, 0.0, 2.0], [1.0], [3.0])
KINK = ((1, 1, 1), [-1e-4, 0.0, 0.0, 2.0], [1.0], [3.0])
OVERFLOW = ((1, 1), [0.0, 1e200], [1e200], [3.0])
SATURATED = ((1, 1), [0.0, 30.0], [1.0], [1.0])


def prices():
    """A model whose inputs and targets are other numbers than the user's."""
    encoder = Encoder.fit(Table("a", np.array([[1.0, 7.0], [3.0, 9.0]]), None, ("0", "1"), None))
    targets = Targets.fit([100.0, 300.0, 200.5])
    return Model(Network((2, 1), cost="squared"), [0.0, 1.0, 1.0], targets, encoder)


def interval(margins, bag=()):
    """A model that predicts intervals for as many numbers as there are margins: (0, 2, 4) each."""
    m = len(margins)
    targets = Targets.fit(
        np.eye(2)[:, :m] if m > 1 else [0.0, 1.0], "regression", standardise=False
    )
    targets = replace(targets, interval=Interval(0.5, np.array(margins)))
    network = Network((1, 3 * m), cost="quantile", quantiles=targets.quantiles)
    theta = [0.0, 2.0, 4.0] * m + [0.0] * 3 * m
    return Model(network, theta, targets, bag=bag)


def several():
    """A row of two networks with bins, trained with dropout, that predict an interval."""
    X = np.arange(120.0).reshape(60, 2) % 7
    table = Table("a", X, X @ [1.0, 2.0], ("p", "q"), "r")
    recipe = RECIPES["modern"].with_(
        hidden=(3,), epochs=1, regularization=1.0, bag=2, interval=0.5, dropout=0.1, bins=3
    )
    model = Experiment(table, recipe, task="regression").fit().model()
    return explain(model, X[:2], table.y[:2])


def everything():
    """Explanations that together say all there is to say."""
    rng = np.random.default_rng(0)
    for cost in COSTS:
        for m in (1, 12):
            network = Network((4, 8, 6), "tanh", cost, 0.3)
            theta = rng.normal(0, 0.5, network.n_parameters)
            yield explain(network, theta, rng.normal(size=(m, 4)), np.eye(6)[[0] * m])
    names = ["p", "q", "r", "s", "t"]
    network = Network((4, 19, 5), "relu", "softmax")
    for shape in (None, (2, 2)):
        model = Model(network, rng.normal(size=network.n_parameters), Targets.fit(names),
                      image_shape=shape)  # fmt: skip
        yield explain(model, rng.normal(size=(3, 4)), ["p", "q", "s"], source="rows")
        yield explain(model, rng.normal(size=(3, 4)))
    yield explained((2, 2, 2, 1), rng.normal(size=15), [1.0, 2.0], 1)
    for rows in (None, 90):
        told = replace(model, network=replace(network, regularization=1.0),
                       trained={"penalty_rows": rows})  # fmt: skip
        yield explain(told, rng.normal(size=(3, 4)), ["p", "q", "s"])
    yield explained((2, 2), np.ones(6), [1.0, 2.0], 1, units=[(2, 1)])
    yield explained((2, 2), np.ones(6), [1.0, 2.0], 1, units=[(2, 1), (2, 2)])
    yield explain(prices(), [[3.0, 9.0]], 250.0)
    yield several()
    yield explain(interval([0.5, -0.25]), [[1.0]])
    yield explained(*DEAD, **RELU)
    yield explained((1, 1), [2.0, 0.0], [1.0], [2.0], cost="quantile")
    yield explained(*KINK, **RELU)
    yield explained(*OVERFLOW, cost="squared")
    yield explained(*SATURATED)
    yield explained((1, 1), [0.0, 1.0], [2.0], [2.0], cost="squared")
    yield explained((1, 1), [0.0, 1.0], [20.0], [np.exp(20.0) + 1], cost="poisson")


def keys(lang):
    return {f"{table}.{key}" for table, entries in catalogue("clearprop.explain", lang).items()
            for key in entries}  # fmt: skip


def test_every_sentence_is_used_and_none_is_missing(monkeypatch):
    asked = set()
    say = NamedSentences.__call__

    def heard(self, key, /, **values):
        asked.add(key)
        sentence = say(self, key, **values)
        # Every value that the sentence needs in some language is handed in.
        texts = [catalogue("clearprop.explain", lang) for lang in LANGUAGES]
        table, _, entry = key.partition(".")
        fields = {name for text in texts for _, name, _, _ in string.Formatter().parse(
            text[table][entry]) if name}  # fmt: skip
        assert fields <= set(values), key
        return sentence

    monkeypatch.setattr(NamedSentences, "__call__", heard)
    for explanation in everything():
        for lang in LANGUAGES:
            explanation.to_text(lang)
            explanation.to_html(lang)
    # What is said of networks of many weights.
    for live in (Live({}, rounded=True), None):
        monkeypatch.setattr("clearprop.explain.html.live_record", lambda *_, live=live: live)
        explained(*SATURATED).to_html("en")
    assert asked == keys("en") == keys("zh")


def test_chinese_has_no_half_width_marks_and_no_english_sentences():
    for explanation in everything():
        for block in _flat(assemble(explanation, "zh")):
            if not isinstance(block, Heading | Paragraph):
                continue
            words = re.sub(r"`[^`]*`", "", block.text)
            words = re.sub(r"-?\d+(\.\d+)?(e[+-]\d+)?|(?<=\d),(?=\d)", "0", words)
            assert not re.search(r"[\u4e00-\u9fff] ?[,;:!?()]|[,;:!?()] ?[\u4e00-\u9fff]", words)
            assert not re.search(r"[a-zA-Z]+ [a-zA-Z]+", words), words
            assert not re.search(r"[\u4e00-\u9fff]\.", words), words


def test_chinese_marks_stand_in_pairs():
    for _, text in _sentences("zh"):
        for opened, closed in ("（）", "“”"):
            assert text.count(opened) == text.count(closed), text
        assert text.count("`") % 2 == 0, text


def test_latin_words_are_set_off_from_chinese_ones():
    """A space between them, as Chinese typography has it; symbols in backticks count as Latin."""
    close = r"[\u4e00-\u9fff][A-Za-z0-9{`]|[A-Za-z0-9}`][\u4e00-\u9fff]"
    for key, text in _sentences("zh"):
        bare = re.sub(r"`[^`]*`", "`x`", text)
        # Values put into a sentence are Latin text or numbers, except for these five.
        bare = re.sub(r"\{(symbol|name|place|cost|moved)\}", "名", bare)
        assert not re.search(close, bare), (key, text)


def _sentences(lang):
    for table, entries in catalogue("clearprop.explain", lang).items():
        for key, text in entries.items():
            yield f"{table}.{key}", text


# -- What is said, and when ------------------------------------------------------------------------


def test_signs_of_deltas_and_wishes():
    """The target is above the answer, so z should rise; then below it."""
    theta = [0.0, 2.0, -3.0]
    low = paragraphs(explained((2, 1), theta, [1.0, 1.0], [5.0], cost="squared"))
    assert any(
        text.startswith("It wants `z` to rise, since its delta is negative. Its wish for its bias "
                        "is `-delta`\u00a0=\u00a06.")
        and text.endswith("up where the weight is positive, down where it is negative.")
        for text in low
    )  # fmt: skip
    high = paragraphs(explained((2, 1), theta, [1.0, 1.0], [-5.0], cost="squared"))
    assert any(
        text.startswith("It wants `z` to fall, since its delta is positive. Its wish for its bias "
                        "is `-delta`\u00a0=\u00a0-4.")
        and text.endswith("down where the weight is positive, up where it is negative.")
        for text in high
    )  # fmt: skip
    assert any("它的 delta 为正，所以要求 `z` 减小。" in text for text in paragraphs(
        explained((2, 1), theta, [1.0, 1.0], [-5.0], cost="squared"), "zh"))  # fmt: skip


def test_an_output_that_is_exactly_right_wishes_nothing():
    explanation = explained((1, 2), [0.0, 0.0, 1.0, 1.0], [2.0], [[2.0, 3.0]], cost="squared")
    said = explanation.to_text()
    assert "Output a^(2)_1\n\nIts delta is 0, and so are all its wishes.\n\nOutput a^(2)_2" in said
    assert "它的 delta 是 0，所以各项要求也都是 0。" in explanation.to_text("zh")


def test_a_unit_whose_slope_is_0_learns_nothing_and_it_says_so():
    said = " ".join(explained(*DEAD, **RELU).to_text().split())
    assert (
        "The slope is 0 here, and it multiplies all that is passed back: delta^(2)_1 is 0. A small "
        "change of z changes nothing, so neither the bias of this unit nor the weights that lead "
        "to it learn anything from this sample." in said
    )
    alive = ((1, 1, 1), [1.0, 0.5, 0.0, 2.0], [1.0], [3.0])
    assert "The slope is 0" not in explained(*alive, **RELU).to_text()


DIFFER = {
    "kink": "They differ, because `z^(2)_1` lies within 0.001 of 0, where `g` has its kink",
    "curved": "They differ, because the cost bends within 0.001",
    "cancelled": "What differs is rounding:",
    "overflow": "Numbers of this pass have overflowed",
}


@pytest.mark.parametrize(
    ("case", "options", "expected"),
    [
        (DEAD, RELU, None),
        (KINK, RELU, "kink"),
        (OVERFLOW, {"cost": "squared"}, "overflow"),
        (SATURATED, {}, "cancelled"),
        (((1, 1), [0.0, 1.0], [2.0], [2.0]), {"cost": "squared"}, None),  # delta is 0 and so is it
        # Both costs bend. The first slope is right to 1e-7 of delta. The second delta is 2e-10,
        # and the slope's error is larger than that.
        (((1, 1), [0.0, 1e-5], [1.0], [[0.5]]), {}, None),
        (((1, 1), [np.log(3.0) + 1e-9, 0.0], [1.0], [[0.75]]), {}, "curved"),
    ],
)
def test_where_slope_and_delta_differ_the_reason_is_said(case, options, expected):
    checked = [text for text in paragraphs(explained(*case, **options)) if "Checked" in text][-1]
    for name, reason in DIFFER.items():
        assert (reason in checked) == (name == expected), checked


def test_without_targets_it_says_so_and_stops():
    said = explained((2, 3, 1), np.linspace(-1, 1, 13), [1.0, 2.0]).to_text()
    assert said.endswith(
        "No target was given, so there is no cost, and nothing is passed back. With the\n"
        "right answer the explanation goes on: delta, gradient, wishes."
    )
    assert "The answer\n" in said
    assert "The cost" not in said
    assert "Backward" not in said


def test_how_delta_travels_back_is_told_once_and_then_in_short():
    said = explained((2, 2, 2, 2, 1), np.linspace(-1, 1, 21), [1.0, 2.0], 1).to_text()
    words = " ".join(said.split())
    assert words.count("A hidden unit has no target of its own.") == 1
    assert words.count("The same step once more, one layer further back: the deltas of layer") == 2
    assert words.index("the deltas of layer 4 are") < words.index("the deltas of layer 3 are")
    asked = explained((2, 2, 2, 2, 1), np.linspace(-1, 1, 21), [1.0, 2.0], 1, units=[(2, 1)])
    assert any("A hidden unit has no target of its own." in text for text in paragraphs(asked))


def test_one_output_and_no_hidden_layer():
    said = explained((1, 1), [0.5, -1.0], [2.0], 1).to_text()
    words = " ".join(said.split())
    assert "The network has layers of 1-1 units, none of them hidden, the logistic cost" in words
    assert "the weight that leads to it from unit 1 of layer 1" in words
    assert "g = " not in said
    assert "All outputs together" not in said  # nobody can grant a wish for an input
    assert "The activations below are the inputs, and they are given" in words
    assert "From one sample to the gradient\n---" in said
    assert "Both were run on the one sample:" in words


def test_other_numbers_than_the_users_are_announced():
    said = " ".join(explain(prices(), [[3.0, 9.0]], 250.0).to_text().split())
    assert "right is 250. The network has layers" in said
    assert "A row is encoded and scaled, as in training, before the network sees it." in said
    assert "in place of y the network learns by how many standard deviations y lies above" in said
    plain = Model(Network((2, 2)), np.zeros(6), Targets.fit(np.eye(2), task="multilabel"))
    said = explain(plain, [[3.0, 9.0]], [[0, 1]]).to_text()
    assert "encoded" not in said
    assert "standardised" not in said


OUTWARD = (
    "The outer two, each moved outward by 0.5, are the ends of the interval for 50 % of all rows: "
)


@pytest.mark.parametrize(
    ("margins", "english", "chinese"),
    [
        ([0.5], OUTWARD + "[-0.5, 4.5].",
         "外侧的两个各向外移动 0.5，就是目标覆盖率 50 % 的预测区间的两端：[-0.5, 4.5]。"),
        ([-0.25], "each moved inward by 0.25 (but not past the prediction), are the ends of the "
         "interval for 50 % of all rows: [0.25, 3.75].",
         "外侧的两个各向内移动 0.25（但不越过预测值），就是目标覆盖率 50 % 的预测区间的两端："
         "[0.25, 3.75]。"),
        ([-3.0], "each moved inward by 3 (but not past the prediction), are the ends of the "
         "interval for 50 % of all rows: [2, 2].", "各向内移动 3（但不越过预测值），"),
        ([0.0], "each moved outward by 0, are the ends", "各向外移动 0，"),
        ([0.5, -0.25], "each moved outward by 0.5, inward by 0.25 (but not past the prediction), "
         "are the ends of the interval for 50 % of all rows: [-0.5, 4.5], [0.25, 3.75].",
         "各向外移动 0.5、向内移动 0.25（但不越过预测值），"),
    ],
)  # fmt: skip
def test_which_way_the_ends_of_an_interval_were_moved(margins, english, chinese):
    explanation = explain(interval(margins), [[1.0]])
    (said,) = [text for text in paragraphs(explanation) if "The outer two" in text]
    assert english in said
    assert said.endswith("on rows that the network had not learned from.")
    (said,) = [text for text in paragraphs(explanation, "zh") if "外侧的两个" in text]
    assert chinese in said


def test_the_interval_of_a_bag_is_that_of_all_its_networks():
    """The first network says 0, 2, 4 and the second 6, 8, 14: their average is 3, 5, 9."""
    model = interval([0.5], bag=(np.array([6.0, 8.0, 14.0, 0.0, 0.0, 0.0]),))
    explanation = explain(model, [[1.0]])
    (said,) = [text for text in paragraphs(explanation) if "The outer two" in text]
    assert said.startswith("For each number every network has three outputs, its quantiles of the "
                           "levels 0.25, 0.5 and 0.75. They are averaged over the networks and "
                           "sorted: the middle one is then the prediction.")  # fmt: skip
    assert OUTWARD + "[2.5, 9.5]." in said
    assert said.endswith("on rows that the networks had not learned from.")
    assert (explanation.names.seen, explanation.names.answer) == ("2", "5")
    (said,) = [text for text in paragraphs(explanation, "zh") if "外侧的两个" in text]
    assert said.startswith("对每个数，每个网络都有三个输出，即水平为 0.25、0.5 和 0.75 的分位数。"
                           "先对各个网络取平均，再排序：")  # fmt: skip
    assert "预测区间的两端：[2.5, 9.5]。" in said


def test_an_image_by_name_and_by_pixel():
    theta = np.linspace(-1, 1, 10)
    model = Model(Network((4, 2)), theta, Targets.fit([[0, 1], [1, 0]], task="multilabel"),
                  image_shape=(2, 2))  # fmt: skip
    said = explain(model, [0.0, 1.0, 0.0, 1.0], [0, 1], source="pictures", sample=0).to_text()
    assert said.startswith("Sample 0 of pictures, explained\n")
    assert "\n   █\nThe inputs as an image.\n" in said
    assert "a^(1)_3 (row 2, column 1)" in said


def test_d_is_the_mean_and_the_pull_of_lambda_added_up():
    network = Network((1, 1), cost="squared", regularization=4.0)
    said = explain(network, [0.0, 2.0], [[1.0], [3.0]], [1.0, 2.0]).to_text()
    block = next(part for part in said.split("\n\n") if "lambda / m × Theta" in part)
    assert block.splitlines() == [
        "    the data's part: their mean     13 / 2    6.5000",
        "    lambda / m × Theta           4 / 2 × 2    4.0000",
        "                                             -------",
        "    D of Theta^(1)_1,1                     = 10.5000",
        "    the step goes along -D                 =   -10.5",
    ]
