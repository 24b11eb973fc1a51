"""Explanations of models whose numbers have bins."""

from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.explain import explain
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta

X = np.random.default_rng(0).integers(0, 24, (200, 2)).astype(float)
LONG = "the hour of the day on which it was counted"


def model_of(names, hidden=(5,)):
    rows = X if names is None else pl.DataFrame(X, schema=names)
    encoder = Encoder.fit(Table("here", rows, None, tuple(names or ("0", "1")), None), bins=4)
    network = Network((encoder.n_outputs, *hidden, 1), "tanh")
    return Model(network, initial_theta(network, 3), Targets.fit(["no", "yes"]), encoder)


@pytest.mark.parametrize("names", [["hour", "day"], None])
def test_bins_are_inputs_by_name(names):
    model = model_of(names)
    explanation = explain(model, X[:3], ["no", "yes", "no"], sample=1)
    first = "hour" if names else "x1"
    name = model.encoder.input_names[1]
    assert name.startswith(f"{first}: 0 to ")
    assert explanation.names.inputs == model.encoder.input_names
    said = " ".join(explanation.to_text().split())
    assert f"An input such as {name} is a bin of its column. It is 0 for a number below" in said
    assert f"像 {name} 这样的输入" in explanation.to_text("zh").replace("\n", " ")
    assert f"({name})" in said
    for lang in ("en", "zh"):
        assert name in explanation.to_html(lang)


def test_the_terms_add_up_to_z():
    """In exact arithmetic the terms of the sum are those of z; what is printed adds up, too."""
    model = model_of(["hour", "day"])
    explanation = explain(model, X[:1], ["no"], units=[(2, k) for k in range(1, 6)])
    a = model.inputs(X[:1], np.float64)[0]
    for k in range(1, 6):
        story = explanation.unit(2, k)
        exact = Fraction(story.bias) + sum(
            Fraction(weight) * Fraction(value)
            for weight, value in zip(explanation.one.Theta(1)[1:, k - 1].tolist(), a, strict=True)
        )
        assert story.z == pytest.approx(float(exact), abs=1e-15)
        assert story.bias + story.incoming.total == pytest.approx(story.z, abs=1e-15)
    lines = explanation.to_text().splitlines()
    for start in (i for i, line in enumerate(lines) if line.startswith("    bias Theta^(1)")):
        end = next(i for i in range(start, len(lines)) if lines[i].startswith("    z^(2)"))
        printed = [Fraction(line.split()[-1]) for line in lines[start : end - 1]]
        assert sum(printed) == Fraction(lines[end].split()[-1])


def test_a_long_name_of_a_column_is_cut_and_not_its_edges():
    said = explain(model_of([LONG, "day"]), X[:1], ["no"]).to_text()
    assert f"({LONG[:11]}" in said
    edges = model_of(["hour", "day"]).encoder.input_names[1].removeprefix("hour: ")
    assert f"...: {edges})" in said
    assert max(map(len, said.splitlines())) <= 79


def test_without_bins_nothing_is_said_of_them():
    encoder = Encoder.fit(Table("here", X, None, ("0", "1"), None))
    network = Network((2, 1))
    model = Model(network, [0.0, 1.0, 1.0], Targets.fit(["no", "yes"]), encoder)
    explanation = explain(model, X[:1], ["no"])
    assert (explanation.names.binned, explanation.names.inputs) == (None, None)
    assert "bin" not in explanation.to_text().split()
