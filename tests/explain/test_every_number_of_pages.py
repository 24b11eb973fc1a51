"""Every number of 50 random pages, the panels behind the circles included."""

import re

import pytest
from page_reading import PageReader
from printed import same
from test_every_number import by_hand, explained


@pytest.mark.parametrize("seed", range(50))
def test_every_number_of_the_page_is_what_the_equations_give(seed):
    explanation, hand = explained(seed), by_hand(seed)
    page = explanation.to_html()
    read = PageReader(hand, explanation.sample + 1, page).read()
    always = {"Forward", "Backward", "The wishes", "What changes the cost most", "z", "J_i", "D",
              "delta of an output", "nudge", "Delta", "sensitivities"}  # fmt: skip
    assert always <= read.seen
    every = {(l, k) for l in range(2, hand.L + 1) for k in range(1, hand.sizes[l - 1] + 1)}
    assert read.panels == every
    circles = re.findall(
        r'aria-label="Unit (\d+) of layer (\d+): a = ([^",]+), delta = ([^"]+)"', page
    )
    assert {(int(l), int(k)) for k, l, _, _ in circles} == every
    for k, l, a, delta in circles:
        i, l, k = explanation.sample + 1, int(l), int(k)
        same(a.replace("−", "-"), hand.a(i, l, k), digits=3)
        same(delta.replace("−", "-"), hand.delta(i, l, k), scale=1e-3, digits=3)
