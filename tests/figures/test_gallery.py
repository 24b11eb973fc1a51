"""Every figure by its name: from the bundled digits, from one's own rows, from a model."""

import re
import warnings

import numpy as np
import pytest
import scipy.io
from matplotlib.text import Text

from clearprop.data import read
from clearprop.errors import DataError, ParameterError
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.figures import FIGURES, make
from clearprop.figures.drawing import styled
from clearprop.network.equations import split

NAMES = ", ".join(FIGURES)


@pytest.fixture(scope="module")
def model():
    run = Experiment(read("digits"), RECIPES["3b1b"].with_(epochs=2))
    run.training.run()
    return run.model()


@pytest.fixture(scope="module")
def pictures():
    return {(name, lang): make(name, lang=lang) for name in FIGURES for lang in ("en", "zh")}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_stands_alone_in_both_languages(pictures, name):
    for lang in ("en", "zh"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            svg = pictures[name, lang].to_bytes(".svg").decode()
        assert not re.findall(r'href="(?!#|data:)', svg)
        assert "url(http" not in svg
        assert bool(re.search("[一-鿿]", svg)) == (lang == "zh")


def tick_labels(axes):
    """The labels of the axes' ticks, and whether each is drawn; ticks out of view are not."""
    for axis in (axes.xaxis, axes.yaxis):
        drawn = {id(tick) for tick in axis._update_ticks()} if axes.axison else ()
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            for label in (tick.label1, tick.label2):
                yield id(tick) in drawn, label


@pytest.mark.parametrize("name", FIGURES)
def test_no_two_texts_of_a_figure_lie_on_each_other(pictures, name, chinese):
    for lang in ("en", "zh"):
        figure = pictures[name, lang].figure
        with styled():
            figure.canvas.draw()
            ticks = [label for axes in figure.axes for label in tick_labels(axes)]
            others = {id(label) for _, label in ticks}
            texts = [t for t in figure.findobj(Text) if id(t) not in others]
            texts += [label for drawn, label in ticks if drawn]
            texts = [t for t in texts if t.get_visible() and t.get_text().strip()]
            boxes = [(t.get_text(), t.get_window_extent()) for t in texts]
        frame = figure.bbox
        for i, (text, box) in enumerate(boxes):
            assert frame.x0 <= box.x0, text
            assert box.x1 <= frame.x1, text
            assert frame.y0 <= box.y0, text
            assert box.y1 <= frame.y1, text
            for other, beside in boxes[:i]:
                covered = box.intersection(box, beside)
                assert covered is None or min(covered.width, covered.height) < 2, (text, other)


def test_the_same_seed_gives_the_same_bytes(pictures):
    again = make("symmetry", "digits", recipe="course")
    assert again.to_bytes(".svg") == pictures["symmetry", "en"].to_bytes(".svg")
    other = make("symmetry", seed=1)
    assert other.to_bytes(".svg") != again.to_bytes(".svg")


def test_the_digits_are_the_default_and_the_caption_says_so(pictures):
    for name in ("secant", "symmetry", "learning-curve", "training-set-size"):
        caption = pictures[name, "en"].figure.get_supxlabel()
        rows = "1,000" if name == "secant" else "1,258"
        assert caption == (f"digits, {rows} rows; network 64-25-10, sigmoid, logistic cost, λ = 1")


def test_zeros_leave_one_unit_of_twenty_five(pictures):
    left, middle, _ = pictures["symmetry", "en"].figure.axes
    assert left.get_title() == "all 0 at the start\n25 hidden units, 1 distinct"
    assert middle.get_title() == "random at the start\n25 hidden units, 25 distinct"


def test_a_model_is_drawn_with_its_weights_and_its_classes(model):
    axes = make("network", model=model).figure.axes[0]
    assert [t.get_text() for t in axes.texts if t.get_text().isdigit()] == list("0123456789")
    first = split(model.network, model.theta)[0]
    assert (axes.get_lines()[0].get_linestyle() == "-") == (first[0, 0] > 0)


def test_a_models_hidden_units(model):
    picture = make("hidden-units", model=model)
    shown = np.ma.getdata(picture.figure.axes[0].images[0].get_array())[:8, :8]
    image = split(model.network, model.theta)[0][1:, 0].reshape(8, 8)
    assert shown == pytest.approx(image / np.abs(image).max())


def test_layers_are_drawn():
    picture = make("network", layers=(784, 16, 16, 10))
    assert picture.title == "Network 784-16-16-10"


def test_ones_own_rows(tmp_path):
    path = tmp_path / "花 $1_$.csv"
    rows = [f"{i % 7},{i % 5},{'rose' if i % 2 else 'iris'}" for i in range(60)]
    path.write_text("length,width,kind\n" + "\n".join(rows))
    for name in ("secant", "symmetry", "surface", "learning-curve", "training-set-size"):
        picture = make(name, path, target="kind", recipe="modern" if name == "secant" else None)
        assert picture.figure.get_supxlabel().startswith("花 $1_$.csv, 42 rows; network 2-")
    with pytest.raises(ParameterError) as caught:
        make("hidden-units", path, target="kind")
    assert str(caught.value) == (
        "source: expected images; the rows of this one are none, so its weights cannot be shown "
        "as images"
    )
    with pytest.raises(DataError, match="no such file"):
        make("secant", tmp_path / "nothing.csv")


def test_numbers_have_the_cost_for_numbers(tmp_path):
    path = tmp_path / "houses.csv"
    path.write_text("rooms,price\n" + "\n".join(f"{i % 5},{100.25 + 7.5 * i}" for i in range(60)))
    curve = make("learning-curve", path, target="price")
    assert curve.figure.get_supxlabel() == (
        "houses.csv, 42 rows; network 1-25-1, sigmoid, squared cost, λ = 1"
    )
    assert curve.figure.axes[1].get_ylabel() == "validation R²"


def first_tile(picture):
    return np.ma.getdata(picture.figure.axes[0].images[0].get_array())[:8, :8]


def test_images_from_matlab_stand_upright(tmp_path):
    digits = read("digits")
    by_columns = digits.X.reshape(-1, 8, 8).transpose(0, 2, 1).reshape(-1, 64)
    path = tmp_path / "digits.mat"
    scipy.io.savemat(path, {"X": by_columns / 16, "y": digits.y[:, None]})
    found = first_tile(make("hidden-units", path))
    # Weights are small where no digit has ink: at the left edge of an upright digit.
    assert np.abs(found[:, 0]).max() < 0.2 < np.abs(found[0]).max()
    assert make("symmetry", path).figure.axes[1].images[0].get_array().shape == (44, 44)

    run = Experiment(read(path), RECIPES["course"])
    run.training.run()
    model = run.model()
    with pytest.warns(UserWarning, match="MATLAB unrolls images column by column") as warned:
        turned = first_tile(make("hidden-units", model=model))
    assert str(warned[0].message) == (
        f"model: was trained on {path}; MATLAB unrolls images column by column: if they look "
        "transposed, use by_columns=True (--by-columns)"
    )
    upright = first_tile(make("hidden-units", model=model, by_columns=True))
    assert (upright == turned.T).all()
    assert upright == pytest.approx(found)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as caught:
        make("secnat", lang="fr", seed=-1, recipe="curse", layers=(0, 1))
    assert str(caught.value) == (
        f"5 problems: name: expected one of {NAMES}; got 'secnat' (did you mean \"secant\"?); "
        "lang: expected one of en, zh; got 'fr'; seed: expected a whole number of at least 0; got "
        "-1; recipe: expected one of modern, course, 3b1b; got 'curse' (did you mean \"course\"?); "
        "layers: expected whole numbers of at least 1; got (0, 1)"
    )


@pytest.mark.parametrize("name", FIGURES)
def test_what_a_figure_is_not_made_from_is_refused(name, model):
    given = {
        "source": "digits",
        "target": "digit",
        "recipe": "course",
        "model": model,
        "layers": (2, 1),
        "by_columns": True,
    }
    for key in set(given) - FIGURES[name].takes:
        with pytest.raises(ParameterError) as caught:
            make(name, **{key: given[key]})
        assert f"{key}: the figure {name} is not made from one; leave it out" in str(caught.value)


def test_a_model_has_its_own_network_and_rows(model):
    with pytest.raises(ParameterError) as caught:
        make("network", model=model, layers=(2, 1))
    assert str(caught.value) == "layers: leave it out beside a model, which has its own"
    with pytest.raises(ParameterError) as caught:
        make("hidden-units", "digits", model=model, recipe="course")
    assert str(caught.value) == (
        "2 problems: source: leave it out beside a model, which has its own; recipe: leave it out "
        "beside a model, which has its own"
    )
    with pytest.raises(ParameterError) as caught:
        make("hidden-units", "digits", by_columns=True)
    assert str(caught.value) == (
        "by_columns: leave it out without a model; of a source it is known"
    )
    with pytest.raises(ParameterError) as caught:
        make("surface", recipe="modern")
    assert str(caught.value) == (
        "source: expected one beside a target or a recipe; without it, XOR is used"
    )
