"""The catalogue: its mistakes differ in their numbers, and each is told in both languages."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from clearprop.doctor import algorithm
from clearprop.doctor.mistakes import BY_HALF, CATALOGUE, PARTS
from clearprop.doctor.mistakes.mutation import Mutant, changed, meeting, mutants_of
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
    Network((4, 5, 2), "silu", "huber"),
    Network((4, 5, 2), "leaky_relu", "quantile"),
]


def outcome(probe, mutants=()):
    do = changed(mutants)
    with np.errstate(all="ignore"):
        p = algorithm.forward(probe, do)
        Ds = algorithm.backward(p, do)
        return np.concatenate([[algorithm.cost(p, do)], *[D.ravel() for D in Ds]])


def asked(network, step):
    """The probes; of a step of training at several rates, if `step`."""
    rates = (1.0, 0.5, 2.0, 0.25, 1.0)
    probes = probes_for([network])
    return [replace(p, rate=r) for p, r in zip(probes, rates, strict=True)] if step else probes


@pytest.mark.parametrize("step", [False, True], ids=["gradient", "step"])
@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_mutations_differ_from_the_truth_and_from_each_other(network, step):
    probes = asked(network, step)
    base = np.concatenate([outcome(probe) for probe in probes])
    found = {}
    for mutant in mutants_of(CATALOGUE, network, step=step):
        numbers = np.concatenate([outcome(probe, [mutant]) for probe in probes])
        if numbers.shape == base.shape:
            distance = np.nanmax(np.abs(numbers - base) / (np.abs(base).max()))
            if distance < 1e-12:
                continue  # a variant that is right under this network's activation or cost
            # Far above the tolerance to which a mutation must give the learner's numbers. The
            # smallest weight decay of a step is 0.0001.
            assert distance > (3e-6 if mutant.mutation.id == "update-decay" else 1e-4), mutant.key
        found.setdefault(numbers.shape, []).append((mutant.mutation.id, numbers))
    same = set()
    for outcomes in found.values():
        ids = [id_ for id_, _ in outcomes]
        every = np.nan_to_num(np.array([numbers for _, numbers in outcomes]), nan=1e3)
        for i, numbers in enumerate(every):
            alike = np.abs(every[i:] - numbers).max(axis=1) < 1e-9 * np.abs(numbers).max()
            same |= {frozenset({ids[i], ids[i + j]}) for j in np.flatnonzero(alike)}
    same = {pair for pair in same if len(pair) == 2}
    # Under softmax the outputs' deltas add up to 0. So their total is 0, like a missing gradient.
    zero = ["accumulate-no-bias", "accumulate-bias-total", "bias-of-weights", "update-lost"]
    allowed = (
        {frozenset(pair) for pair in combinations(zero, 2)} if network.cost == "softmax" else set()
    )
    # With two outputs, their mean is half their sum.
    if network.n_outputs == 2:
        allowed.add(frozenset({"cost-averaged-over-outputs", "cost-halved"}))
    assert same <= allowed


def test_without_lambda_no_mistake_of_lambda_is_possible():
    network = Network((4, 7, 3))
    ids = {mutant.mutation.id for mutant in mutants_of(CATALOGUE, network, with_lambda=False)}
    assert not {id_ for id_ in ids if id_.startswith(("lambda-", "penalty-"))}
    every = {mutant.mutation.id for mutant in mutants_of(CATALOGUE, network)}
    assert every - ids == {m.id for part in ("penalty", "decay") for m in PARTS[part]}


def test_some_mistakes_show_in_a_step_only_and_some_never():
    networks = [Network((4, 7, 3)), Network((4, 1))]  # one mistake needs a single layer
    gradient = {m.mutation.id for n in networks for m in mutants_of(CATALOGUE, n)}
    step = {m.mutation.id for n in networks for m in mutants_of(CATALOGUE, n, step=True)}
    assert step - gradient == {m.id for m in PARTS["step"]}
    assert gradient - step == {"delta-sign", "gradient-zero", "accumulate-no-bias"}


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_who_meets_whom_is_the_same_for_all_at_once(network):
    mutants = mutants_of(CATALOGUE, network)
    expected = [[a.meets(b) for b in mutants] for a in mutants]
    assert meeting(mutants).tolist() == expected


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
    assert len(set(ids)) == len(ids) == len(CATALOGUE)
    assert len(ids) >= 120


def test_parts_and_halves_hold_every_mistake_once():
    assert [m for part in PARTS.values() for m in part] == list(CATALOGUE)
    halves = [m.id for half in ("forward", "cost", "gradient") for m in BY_HALF[half]]
    assert sorted(halves) == sorted(m.id for m in CATALOGUE)


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
    assert {mutation.id for mutation in CATALOGUE if mutation.resizes} == {
        "delta-broadcast-shape",
        "flow-bias-kept",
        "accumulate-other-layer",
    }
