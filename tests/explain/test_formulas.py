"""The formulas of costs with numbers of their own show the network's."""

import pytest

from clearprop import Network, explain
from clearprop.explain import formulas
from clearprop.language import LANGUAGES

HUBER = Network((2, 3, 2), "silu", "huber", threshold=1.5)
LEVELS = Network((2, 3, 2), "silu", "quantile", quantiles=(0.05, 0.95))


def test_a_threshold_and_levels_stand_beside_the_formula():
    assert formulas.cost_of(HUBER).plain == (
        "J_k = 1/2 e^2 (|e| <= t), t (|e| - t/2) (|e| > t), e = h_k - y_k, t = 1.5"
    )
    assert formulas.cost_of(HUBER).latex.endswith(r"e = h_k - y_k, \quad t = 1.5")
    assert formulas.delta_output_of(HUBER).plain == (
        "delta^(L)_k = max(-t, min(t, a_k - y_k)), t = 1.5"
    )
    assert formulas.delta_output_of(HUBER).latex == (
        r"\delta^{(L)}_k = \max(-t, \min(t, \; a_k - y_k)), \quad t = 1.5"
    )
    assert formulas.delta_output_of(LEVELS).plain == (
        "delta^(L)_k = -tau_k (a_k < y_k), 1 - tau_k (a_k > y_k), tau_1 = 0.05, tau_2 = 0.95"
    )
    assert formulas.cost_of(LEVELS).latex.endswith(r"\tau_{1} = 0.05, \quad \tau_{2} = 0.95")


@pytest.mark.parametrize(("levels", "tau"), [((), "0.5"), ((0.2, 0.2), "0.2")])
def test_one_level_for_all_outputs_is_named_once(levels, tau):
    network = Network((2, 2), cost="quantile", quantiles=levels)
    assert formulas.cost_of(network).plain.endswith(f", tau_k = {tau}")
    assert formulas.cost_of(network).latex.endswith(rf", \quad \tau_k = {tau}")


def test_the_other_costs_have_no_numbers_of_their_own():
    plain = formulas.cost_of(Network((2, 1), cost="squared")).plain
    assert plain == "J_k = 1/2 (h_k - y_k)^2"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("network", "said"), [(HUBER, "t = 1.5"), (LEVELS, "tau_2 = 0.95")])
def test_text_and_page_show_them(network, said, lang):
    theta = [0.1 * i for i in range(network.n_parameters)]
    explanation = explain(network, theta, [1.0, -2.0], [0.5, 3.0], lang=lang)
    assert str(explanation).count(said) == 2  # at the cost, and at delta
    assert "g(z) = z s(z)" in str(explanation)
    assert "<mn>0.95</mn>" in explanation.to_html() or network is HUBER
