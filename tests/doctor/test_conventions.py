"""Every convention changes cost and gradient alike, and is told in both languages."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network
from clearprop.doctor.conventions import (
    BIASES_PENALISED,
    NO_BIAS,
    PENALTIES,
    leaky,
    log_epsilons,
    network_of,
    offered,
    output_of,
    scaled,
    unstated,
)
from clearprop.doctor.memo import truth
from clearprop.doctor.probe import probes_for

NETWORKS = [
    Network((4, 5, 3), "relu", "squared"),
    Network((4, 5, 3), "tanh", "quadratic"),
    Network((4, 6, 5, 3), "sigmoid", "softmax"),
    Network((4, 1), "sigmoid", "logistic"),
    Network((3, 4, 2), "relu", "poisson"),
]


def bases_of(network):
    """Everything that is offered, alone and with each penalty."""
    yield from offered(network, ())
    for convention in (*PENALTIES, BIASES_PENALISED, NO_BIAS, scaled(0.3)):
        yield (convention,)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: f"{n.cost}-{n.activation}")
def test_the_gradient_of_every_base_is_the_derivative_of_its_cost(network):
    probe = probes_for([network], seed=3)[0]
    direction = np.random.default_rng(1).standard_normal(len(probe.theta))
    for base in bases_of(network):
        based = replace(probe, network=network_of(network, base))

        def J(t, based=based, base=base):
            return truth(replace(based, theta=probe.theta + t * direction), base)[0]

        _, D = truth(based, base)
        numerical = (J(1e-5) - J(-1e-5)) / 2e-5
        named = [convention.id for convention in base]
        assert numerical == pytest.approx(D @ direction, rel=1e-6, abs=1e-8), named


@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: f"{n.cost}-{n.activation}")
def test_a_base_has_one_convention_of_each_kind_and_what_is_stated_comes_first(network):
    bases = offered(network, ())
    assert bases[0] == ()
    assert len(set(bases)) == len(bases)
    for base in bases:
        kinds = [convention.kind for convention in base]
        assert len(set(kinds)) == len(kinds)
    sizes = [len(base) for base in bases]
    assert sizes == sorted(sizes)


def test_no_convention_is_offered_where_it_cannot_be_met():
    ids = {c.id for base in offered(Network((4, 3, 1)), ()) for c in base}
    assert not {"leaky-relu", "elu", "mean-over-entries", "cost-softmax", "output-softmax"} & ids
    assert "leaky-relu" in {c.id for base in offered(Network((4, 3, 1), "relu"), ()) for c in base}


def test_a_stated_convention_can_be_left_for_the_plain_one():
    network, stated = (
        Network((4, 5, 3), "relu", "quadratic"),
        (leaky(0.01), *output_of("quadratic", "tanh")),
    )
    bases = offered(network, stated)
    assert bases[0] == stated
    others = {c.id for base in bases for c in unstated(base, stated)}
    assert {"plain-relu", "output-sigmoid", "leaky-relu"} <= others


def test_an_output_that_is_the_cost_s_own_is_no_convention():
    assert output_of("squared", "identity") == output_of("quadratic", "sigmoid") == ()
    assert output_of("logistic", "sigmoid") == output_of("softmax", "softmax") == ()
    assert [c.id for c in output_of("quadratic", "identity")] == ["output-identity"]


def test_a_number_within_the_logarithm_is_silent_and_the_other_conventions_speak():
    assert all(c.silent for c in log_epsilons(Network((4, 3))))
    assert log_epsilons(Network((4, 3), cost="squared")) == ()
    for network in NETWORKS:
        for base in bases_of(network):
            for convention in base:
                en, zh = convention.sentence("en"), convention.sentence("zh")
                assert (en[-1], zh[-1]) == (".", "。")
                assert "{" not in en + zh
                assert convention.to_dict("en") == {"id": convention.id, "sentence": en}
