"""Text stays within 79 columns of a terminal, whatever is explained; images as characters."""

import csv
import re

import numpy as np
import polars
import pytest
import scipy.sparse

from clearprop import MLPClassifier, MLPRegressor, Network, explain, initial_theta
from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.explain.blocks import (
    Columns,
    Diagram,
    Formula,
    Heading,
    Image,
    Paragraph,
    Row,
    Sum,
    Unit,
)  # fmt: skip
from clearprop.explain.blocks import (
    Table as Grid,
)
from clearprop.explain.text import half_blocks, text_of
from clearprop.language import LANGUAGES, cells
from clearprop.model import Model


def fits(explanation):
    """Check the width in both languages, and return the English text."""
    for lang in LANGUAGES:
        for line in explanation.to_text(lang).splitlines():
            assert cells(line) <= 79, (cells(line), line)
            assert line == line.rstrip()
    return explanation.to_text("en")


def classes(sizes, cost, names, activation="relu", scale=1.0, m=3, seed=0, **parts):
    """A model of these classes, raw rows and labels."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, activation, cost)
    theta = initial_theta(network, rng) * scale
    model = Model(network, theta, Targets.fit(names), **parts)
    return model, rng.normal(size=(m, sizes[0])), rng.choice(names, m)


def encoded(names):
    """Columns of numbers with these names, which are left as they are."""
    values = np.array([[-1.0], [1.0]]).repeat(len(names), axis=1)
    frame = polars.DataFrame(values, schema=list(names))
    return Encoder.fit(Table("a", frame, None, tuple(names), None))


LONG = ["a rather long name of a class, longer than a line of any terminal may be: " + c * 30
        for c in "abcdef"]  # fmt: skip
CHINESE = [
    f"一个相当长的类别名称，长得连一行终端都放不下，何况还要放数字{c}" * 2 for c in "甲乙丙丁戊己"
]


@pytest.mark.parametrize("names", [LONG, CHINESE], ids=["long", "chinese"])
@pytest.mark.parametrize("sizes", [(4, 6), (4, 7, 6), (6, 3, 3, 6)])
def test_long_names_of_classes_and_columns(names, sizes):
    encoder = encoded(names[: sizes[0]])
    model, x, y = classes(sizes, "softmax", names, encoder=encoder)
    said = fits(explain(model, x, y, source="a/very/long/path" * 9))
    assert names[0][:5] in said


def test_a_network_of_mnists_size():
    names = [str(digit) for digit in range(10)]
    model, x, y = classes((784, 512, 512, 10), "softmax", names, m=10, image_shape=(28, 28))
    x = np.abs(x)
    said = fits(explain(model, x, y, source="mnist"))
    assert "layers of 784-512-512-10 units" in said


@pytest.mark.parametrize("cost", ["logistic", "softmax", "quadratic", "squared", "poisson"])
@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e-6, 1e3, 1e100, 1e307])
def test_numbers_of_every_size_and_those_that_are_none(cost, scale):
    network = Network((3, 6, 5), "identity", cost, 1.0)
    rng = np.random.default_rng(0)
    theta = rng.uniform(-1, 1, network.n_parameters) * scale
    said = fits(explain(network, theta, rng.normal(size=(4, 3)), np.eye(5)[[1, 0, 2, 4]]))
    assert ("inf" in said) == ("overflowed" in said or scale == 1e307)
    if "changes by nan" in said:
        assert "they agree" not in said
        assert "overflowed" in said


SHAPES = {
    "one unit": (1, 1),
    "no hidden layer": (30, 26),
    "layers of one unit": (1, 1, 1, 1),
    "26 classes": (16, 30, 26),
    "deep": (3, *[4] * 11, 3),
    "wide to one": (120, 90, 1),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("m", [1, 2, 25])
def test_networks_of_every_shape(name, m):
    sizes = SHAPES[name]
    network = Network(sizes, "sigmoid", "quadratic" if m == 2 else "logistic", 0.1)
    rng = np.random.default_rng(1)
    theta = initial_theta(network, rng)
    Y = np.eye(max(sizes[-1], 2))[rng.integers(0, max(sizes[-1], 2), m)][:, : sizes[-1]]
    x = rng.normal(size=(m, sizes[0]))
    said = fits(explain(network, theta, x, Y, sample=m - 1))
    fits(explain(network, theta, x, sample=m - 1))
    assert not re.search(r"(?<![\d-])1 (units|samples|terms)", said)
    if m == 25:
        assert "sample 24, the one above" in said
        assert "the other 15 terms" in said


def test_several_labels_a_row():
    network = Network((4, 6, 7))
    targets = Targets.fit(np.eye(7)[:5], task="multilabel")
    model = Model(network, initial_theta(network, 0), targets)
    x = np.random.default_rng(0).normal(size=(3, 4))
    said = fits(explain(model, x, [[0, 1, 1, 0, 0, 0, 1]] * 3))
    assert "right is [0, 1, 1, 0, 0, 0, 1]." in said


def test_numbers_that_were_standardised():
    network = Network((2, 3, 1), cost="squared")
    targets = Targets.fit([100.0, 300.0, 200.5])
    model = Model(network, initial_theta(network, 0), targets)
    said = fits(explain(model, [[1.0, 2.0]], 250.0))
    assert "; right is 250." in said


def test_counts():
    X = np.random.default_rng(0).normal(size=(30, 3))
    y = np.random.default_rng(1).poisson(2.0, 30)
    mlp = MLPRegressor("poisson", (4,), random_state=0, solver="lbfgs")
    said = fits(explain(mlp.fit(X, y), X[:4], y[:4]))
    assert "Under the Poisson cost" in said


def test_a_fitted_estimator_and_sparse_rows():
    X = np.random.default_rng(0).normal(size=(40, 5))
    X[X < 0] = 0
    y = np.where(X.sum(axis=1) > 2, "much", "little")
    mlp = MLPClassifier((4,), max_iter=400, random_state=0, solver="lbfgs").fit(X, y)
    dense = fits(explain(mlp, X[:6], y[:6], sample=2))
    assert explain(mlp, scipy.sparse.csr_array(X[:6]), y[:6], sample=2).to_text() == dense
    assert f"The network says {mlp.predict(X[2:3])[0]}; right is {y[2]}." in dense
    assert "Unit 1 of layer 3, which stands for much" in dense


def test_letters_with_their_columns_names(shared_data):
    with (shared_data / "letter-recognition.csv").open(newline="") as file:
        head, *rows = [row for _, row in zip(range(60), csv.reader(file), strict=False)]
    label = next(j for j, cell in enumerate(rows[0]) if cell.isalpha())
    columns = [j for j in range(len(head)) if j != label]
    X = np.array([[float(row[j]) for j in columns] for row in rows])
    letters = [chr(ord("A") + k) for k in range(26)]
    names = tuple(head[j] for j in columns)
    encoder = encoded(names)
    network = Network((encoder.n_outputs, 20, 26), cost="softmax")
    model = Model(network, initial_theta(network, 0), Targets.fit(letters * 2), encoder)
    y = [row[label] for row in rows]
    with pytest.warns(UserWarning, match="far outside the training numbers, -1 to 1"):
        said = fits(explain(model, X, y, sample=17, source="letters"))
    assert f"right is {y[17]}." in said
    assert any(f"({name})" in said for name in names)


def test_names_cannot_move_the_cursor_nor_pass_as_symbols():
    names = ["a\x1b[2Jb", "new\nline", "`tick`", "tab\t", "{z}"]
    model, x, y = classes((3, 4, 5), "softmax", names)
    for lang in LANGUAGES:
        said = explain(model, x, y, source="x\x1b\ny", sample=1).to_text(lang)
        assert "\x1b" not in said
        assert "\t" not in said
        assert "`" not in said
    assert "\\x1b[2J" in said
    assert "'tick'" in said


def test_more_hidden_units_than_named_inputs():
    """What stands for a unit of layer 2 is never looked up among the inputs."""
    encoder = encoded(["rooms", "area"])
    model, x, y = classes((2, 9, 3), "softmax", ["p", "q", "r"], encoder=encoder)
    assert "(rooms)" in fits(explain(model, x, y))
    model, x, y = classes((4, 9, 3), "softmax", ["p", "q", "r"], image_shape=(2, 2))
    assert "(row 2, column 1)" in fits(explain(model, x, y))


# -- Blocks by themselves --------------------------------------------------------------------------


def test_every_block():
    sum_ = Sum((Row("bias", "2 × 1", "2.0"), Row("`a^(1)_1`", "", "-0.5")), Row("z", "", "1.5"),
               (Row("a", "g(z)", "0.8176"),))  # fmt: skip
    blocks = [
        Heading(1, "Title"), Heading(2, "Part"), Heading(3, "Third"),
        Paragraph("Some `x y` words."), Formula("a = b", "a"), sum_,
        Grid(("k", "z", "J"), (("1", "0.5", "1.0"), ("sum", "", "1.0")), total=True),
        Columns(("loop", "matrix"), (("x = 1", "X"),)), Diagram("unseen"),
        Image(np.array([[0.0, 1.0], [0.0, 1.0]]), "An image."),
        Unit(2, 1, "Unit 1", (Paragraph("Inside."),)),
    ]  # fmt: skip
    assert text_of(blocks).split("\n") == [
        "Title", "=====", "",
        "Part", "----", "",
        "Third", "",
        "Some x y words.", "",
        "    a = b", "",
        "    bias     2 × 1      2.0",
        "    a^(1)_1            -0.5",
        "                     ------",
        "    z              =    1.5",
        "    a         g(z) = 0.8176",
        "",
        "    k      z    J",
        "    -------------",
        "    1    0.5  1.0",
        "    -------------",
        "    sum       1.0", "",
        "  loop  | matrix",
        "  ------+-------",
        "  x = 1 | X", "",
        "   █",
        "An image.", "",
        "  Unit 1",
        "    Inside.",
    ]  # fmt: skip


def test_columns_that_do_not_fit_stand_one_below_the_other():
    block = Columns(("loop", "matrix"), (("x" * 40, ""), ("y" * 39, "z" * 40)))
    assert text_of([block]).split("\n") == [
        "  loop", "  " + "-" * 40, "  " + "x" * 40, "  " + "y" * 39, "",
        "  matrix", "  " + "-" * 40, "  " + "z" * 40,
    ]  # fmt: skip


def test_wide_tables_are_cut_and_repeat_their_first_column():
    head = ("unit", *(f"column {j}" for j in range(9)))
    cut = text_of([Grid(head, (("a", *map(str, range(9))),))]).split("\n\n")
    assert len(cut) == 2
    assert [part.split()[0] for part in cut] == ["unit", "unit"]
    assert [part.splitlines()[2].split() for part in cut] == [
        ["a", *"0123456"], ["a", "7", "8"]]  # fmt: skip


def test_lines_do_not_break_inside_symbols():
    said = text_of([Paragraph("word " * 14 + "`delta^(2)_5 × 0.001`.")])
    assert said.splitlines()[1] == "delta^(2)_5 × 0.001."


def test_images():
    assert half_blocks(np.zeros((3, 2))) == ["  ", "  "]
    assert half_blocks(np.array([[0, 1.0], [1, 0], [1, 1]])) == ["▄▀", "▀▀"]
    grey = half_blocks(np.array([[0, 0.3, 0.49, 0.5, 0.7, 1.0]] * 2))
    assert grey == [" ░▒▒▓█"]
    assert half_blocks(np.array([[-5.0, 5.0]] * 2)) == half_blocks(np.array([[0.0, 1.0]] * 2))


def test_an_image_wider_than_the_terminal_is_shrunk():
    wide = half_blocks(np.repeat([[0.0, 1.0]], 150, axis=1).repeat(9, axis=0))
    assert max(map(len, wide)) <= 77
    assert re.fullmatch(r" +▒?█+", wide[0])


def test_single_units_say_what_their_numbers_are():
    X = polars.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 2.0, 5.0]})
    table = Table("t", X.to_numpy(), np.array([10.0, 20.0, 40.0, 90.0]), ("a", "b"), "price")
    targets = Targets.fit([10.0, 20.0, 40.0, 90.0], standardise=True)
    model = Model(Network((2, 2, 1), cost="squared"), np.ones(9), targets)
    told = " ".join(explain(model, table.X, table.y, units=[(3, 1)]).to_text().split())
    assert "The targets are standardised" in told
    told = " ".join(explain(model, table.X, units=[(3, 1)]).to_text().split())
    assert "No target was given" in told
