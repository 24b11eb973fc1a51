"""The catalogue: its equations are the package's, its mutations differ, its texts are complete."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from clearprop.gradients import mutations as steps
from clearprop.gradients.doctor_pages import FILE, page
from clearprop.gradients.doctor_text import marked
from clearprop.gradients.mutations import mutants_of
from clearprop.gradients.probe import probes_for
from clearprop.gradients.search import CATALOGUE
from clearprop.gradients.words import catalogue, where
from clearprop.language import LANGUAGES
from clearprop.network.architecture import Network

NETWORKS = [
    Network((4, 7, 3)),
    Network((4, 7, 5, 3), "tanh", "softmax"),
    Network((3, 4, 5), "relu", "quadratic"),
    Network((4, 4, 4, 4), "sigmoid", "logistic"),
    Network((5, 6, 2), "identity", "squared"),
    Network((5, 6, 1), "sigmoid", "logistic"),
    Network((3, 2), "sigmoid", "poisson"),
]
DOCS = Path(__file__).parents[2] / "docs"


def outcome(probe, mutants=()):
    do = steps.changed(mutants)
    with np.errstate(all="ignore"):
        p = steps.forward(probe, do)
        Ds = steps.backward(p, do)
        return np.concatenate([[steps.cost(p, do)], *[D.ravel() for D in Ds]])


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_without_a_mutation_the_steps_are_the_equations(network):
    for probe in probes_for([network], seed=3):
        J, D = probe.truth()
        np.testing.assert_allclose(outcome(probe), np.r_[J, D], rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("network", NETWORKS[:4], ids=str)
def test_mutations_differ_from_the_truth_and_from_each_other(network):
    probes = probes_for([network])
    truth = [outcome(probe) for probe in probes]
    found = {}
    for mutant in mutants_of(CATALOGUE, network):
        numbers = np.concatenate([outcome(probe, [mutant]) for probe in probes])
        base = np.concatenate(truth)
        if numbers.shape == base.shape:
            distance = np.nanmax(np.abs(numbers - base) / (np.abs(base).max()))
            if distance < 1e-12:
                continue  # a variant that is right under this network's activation or cost
            # Far above the tolerance to which a mutation must give the learner's numbers.
            assert distance > 1e-4, mutant.key
        found.setdefault(mutant.key, []).append(numbers)
    same = []
    for (a, mine), (b, others) in itertools.combinations(found.items(), 2):
        alike = any(
            x.shape == y.shape and np.nanmax(np.abs(x - y)) < 1e-9 * np.nanmax(np.abs(x))
            for x in mine
            for y in others
        )
        if alike and a[0] != b[0]:
            same.append({a[0], b[0]})
    # Under softmax the errors of the outputs add up to 0, and so does their total.
    allowed = [{"accumulate-no-bias", "accumulate-bias-total"}]
    assert [pair for pair in same if pair not in allowed] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_mutation_has_its_texts(lang):
    texts = catalogue(lang)["mutations"]
    assert list(texts) == [mutation.id for mutation in CATALOGUE]
    for id_, entry in texts.items():
        assert set(entry) == {"symptom", "cause", "hint"}, id_
        assert all(text.strip() == text and text for text in entry.values()), id_


def test_chinese_is_chinese():
    for id_, entry in catalogue("zh")["mutations"].items():
        for text in entry.values():
            assert any("一" <= c <= "鿿" for c in text), id_
            assert not set(text) & set("?!"), (id_, text)  # full-width marks


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_has_a_name(lang):
    for network in NETWORKS:
        for mutant in mutants_of(CATALOGUE, network):
            assert where(mutant, lang)


def test_every_equation_has_its_mark_and_fits_a_terminal():
    for mutation in CATALOGUE:
        equation, carets = marked(mutation.equation)
        assert "^" in carets, mutation.id
        assert len(equation) <= 68, mutation.id
        assert "[[" not in equation.replace("[[1; a", ""), mutation.id


def test_ids_are_unique():
    ids = [mutation.id for mutation in CATALOGUE]
    assert len(set(ids)) == len(ids) == 81


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_made_from_the_catalogue(lang):
    written = (DOCS / lang / FILE).read_text(encoding="utf-8")
    assert written == page(lang), "run: python -m clearprop.gradients.doctor_pages docs"
    for mutation in CATALOGUE:
        assert f"\n### {mutation.id}\n" in written
