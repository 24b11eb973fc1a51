"""The catalogue: its mistakes differ in their numbers, and each is told in both languages."""

import itertools

import numpy as np
import pytest

from clearprop.doctor import algorithm
from clearprop.doctor.mistakes import BY_HALF, CATALOGUE, PARTS
from clearprop.doctor.mistakes.mutation import Mutant, changed, mutants_of
from clearprop.doctor.probe import probes_for
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


def outcome(probe, mutants=()):
    do = changed(mutants)
    with np.errstate(all="ignore"):
        p = algorithm.forward(probe, do)
        Ds = algorithm.backward(p, do)
        return np.concatenate([[algorithm.cost(p, do)], *[D.ravel() for D in Ds]])


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
    # Under softmax the outputs' deltas add up to 0. So their total is 0, like a missing gradient.
    allowed = [{"accumulate-no-bias", "accumulate-bias-total"}]
    assert [pair for pair in same if pair not in allowed] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_mistake_is_told_in_every_language(lang):
    for mutation in CATALOGUE:
        described = mutation.description(lang)
        for text in (described.symptom, described.cause, described.hint):
            assert text.strip() == text, mutation.id
            assert len(text) >= 4, mutation.id
            assert any("一" <= c <= "鿿" for c in text) == (lang == "zh"), mutation.id


def test_chinese_has_full_width_marks():
    for mutation in CATALOGUE:
        for text in (mutation.zh.symptom, mutation.zh.cause, mutation.zh.hint):
            assert not set(text) & set("?!"), (mutation.id, text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_has_a_name(lang):
    for network in NETWORKS:
        for mutant in mutants_of(CATALOGUE, network):
            where = mutant.where(lang)
            assert "{" not in where
            assert all(f"{l}" in where for l in mutant.layers or ()), where


def test_ids_are_unique():
    ids = [mutation.id for mutation in CATALOGUE]
    assert len(set(ids)) == len(ids) == 81


def test_parts_and_halves_hold_every_mistake_once():
    assert [m for part in PARTS.values() for m in part] == list(CATALOGUE)
    assert [m for half in ("forward", "cost", "gradient") for m in BY_HALF[half]] == list(CATALOGUE)


def one(id_):
    return next(mutation for mutation in CATALOGUE if mutation.id == id_)


def test_a_mutant_changes_only_its_layers():
    network = Network((4, 7, 5, 3))
    (probe, *_) = probes_for([network])
    right = algorithm.backward(algorithm.forward(probe), algorithm.STEPS)
    mutant = Mutant(one("average-missing"), 0, (2,))
    wrong = algorithm.backward(algorithm.forward(probe), changed([mutant]))
    assert [np.array_equal(a, b) for a, b in zip(right, wrong, strict=True)] == [True, False, True]


def test_a_bias_that_is_kept_makes_the_gradient_of_the_layer_below_larger():
    """The mistake is pinned to delta of layer 2; the step that changes elsewhere belongs to it."""
    network = Network((3, 4, 5))
    (probe, *_) = probes_for([network])
    mutant = Mutant(one("flow-bias-kept"), 0, (2,))
    assert mutant.mutation.resizes
    Ds = algorithm.backward(algorithm.forward(probe), changed([mutant]))
    assert [D.shape for D in Ds] == [(4, 5), (5, 5)]
    assert [mutation.id for mutation in CATALOGUE if mutation.resizes] == ["flow-bias-kept"]
