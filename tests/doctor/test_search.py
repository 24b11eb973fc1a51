"""Every mistake of the catalogue, planted into learners' files, is named exactly; so are pairs."""

import itertools
import random

import numpy as np
import pytest
from more_plants import LOGISTIC, MORE, ONE, STEPS
from planted import ALL, PAIRS_HIDDEN, SINGLE, function_of, source_of

import clearprop
from clearprop.doctor.mistakes import CATALOGUE


def diagnosed(learner, *edits):
    return clearprop.diagnose(
        function_of(source_of(learner, *edits), learner),
        learner.layer_sizes,
        activation=learner.activation,
        cost=learner.cost,
        labels=learner.labels,
    )


@pytest.mark.parametrize("learner", [*ALL, LOGISTIC, ONE], ids=lambda learner: learner.file)
def test_the_learners_files_are_right_before_anything_is_planted(learner):
    diagnosis = diagnosed(learner)
    assert diagnosis.verdict == "right", str(diagnosis)
    assert diagnosis.causes == diagnosis.localised == ()


def test_every_mutation_of_the_catalogue_is_planted():
    every = (*SINGLE, *MORE, *STEPS)
    elsewhere = {"update-not-simultaneous"}  # tests/doctor/learner/test_stepping.py
    planted = {planted.id for planted in every} | elsewhere
    assert planted == {mutation.id for mutation in CATALOGUE}
    assert len(MORE) >= 60


@pytest.mark.parametrize(
    "planted", [*SINGLE, *MORE], ids=lambda planted: f"{planted.id}-{planted.learner.file[:-3]}"
)
def test_a_planted_mistake_is_named(planted):
    diagnosis = diagnosed(planted.learner, *planted.edits)
    named = [(cause.id, cause.layers) for cause in diagnosis.causes]
    assert named == [(planted.id, planted.layers)], str(diagnosis)
    assert diagnosis.verdict == "wrong"
    assert diagnosis.explained
    assert diagnosis.causes[0].match < 1e-9
    assert diagnosis.causes[0].alternatives == ()


def pairs():
    """Pairs of planted mistakes whose edits do not get in each other's way."""
    for a, b in itertools.combinations(SINGLE, 2):
        hidden = {a.id, b.id} in PAIRS_HIDDEN
        if a.learner != b.learner or a.id == b.id or hidden:
            continue
        try:
            source_of(a.learner, *a.edits, *b.edits)
        except AssertionError:
            continue
        yield a, b


SIXTY = random.Random(2024).sample(sorted(pairs(), key=str), 60)


@pytest.mark.parametrize("count", [15, pytest.param(60, marks=pytest.mark.long)])
def test_pairs_are_named(count):
    both, wrongly = 0, []
    for a, b in SIXTY[:count]:
        diagnosis = diagnosed(a.learner, *a.edits, *b.edits)
        named = {cause.id for cause in diagnosis.causes}
        both += named == {a.id, b.id}
        if not named <= {a.id, b.id}:
            wrongly.append((a.id, b.id, named))
    assert not wrongly
    assert both >= 0.9 * count, f"{both} of {count} pairs were named"


def test_the_pairs_are_of_many_kinds():
    assert len({planted.id for pair in SIXTY for planted in pair}) >= 40
    assert len({pair[0].learner for pair in SIXTY}) >= 5
    assert not np.isnan(len(SIXTY))


def back_prop(x, y, w, b):
    """A softmax over the whole batch, and no slope in the last hidden layer; it gives no cost."""
    a, d, d_w, d_b, last = {0: x.T}, {}, {}, {}, len(w)
    for i in range(1, last + 1):
        z = w[i - 1] @ a[i - 1] + b[i - 1]
        a[i] = np.exp(z) / np.exp(z).sum() if i == last else 1 / (1 + np.exp(-z))
    d[last] = a[last] - y.T
    for i in range(last - 1, -1, -1):
        if i:
            slope = 1 if i == last - 1 else a[i] * (1 - a[i])
            d[i] = w[i].T @ d[i + 1] * slope
        d_w[i], d_b[i] = d[i + 1] @ a[i].T, np.sum(d[i + 1], axis=1, keepdims=True)
    return d_w, d_b


def test_without_a_cost_two_mistakes_in_both_halves_are_named():
    diagnosis = clearprop.diagnose(back_prop, (4, 5, 5, 3), cost="softmax")
    named = [(cause.id, cause.layers) for cause in diagnosis.causes]
    assert named == [("forward-softmax-axis", None), ("slope-missing", (3,))]
    assert [convention.id for convention in diagnosis.conventions] == ["sum-for-mean"]
