"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.exercise.typed import plain, typed


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("0.378", 0.378, 5e-4),
        (" 0.3780 ", 0.378, 5e-5),
        ("0,378", 0.378, 5e-4),
        ("0，378", 0.378, 5e-4),
        ("０．３７８", 0.378, 5e-4),
        ("0。378", 0.378, 5e-4),
        ("−0.5", -0.5, 0.05),
        ("－０．５", -0.5, 0.05),
        ("–.5", -0.5, 0.05),
        ("+2.", 2.0, 0.5),
        ("12", 12.0, 0.5),
        ("1.20e-3", 0.0012, 5e-6),
        ("1,2E−3", 0.0012, 5e-5),
        ("1.2×10^-3", 0.0012, 5e-5),
        ("1.2 * 10^(-3)", 0.0012, 5e-5),
        ("3·10^2", 300.0, 50.0),
    ],
)
def test_a_number_has_a_value_and_a_last_digit(text: str, value: float, half: float) -> None:
    found = typed(text)
    assert found is not None
    assert found.value == pytest.approx(value, rel=1e-14)
    assert found.half == pytest.approx(half, rel=1e-12)
    assert found.text == text


@pytest.mark.parametrize(
    "text", ["", "abc", "1.2.3", "1,2,3", "--1", "1e999", "nan", "0x10", "1/2"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert typed(text) is None


@given(st.floats(-1e6, 1e6), st.integers(0, 9))
def test_the_value_is_within_the_last_digit(value: float, decimals: int) -> None:
    found = typed(f"{value:.{decimals}f}")
    assert found is not None
    assert abs(found.value - value) <= found.half * (1 + 1e-9)
    assert found.whole == (decimals == 0)


def test_brackets_and_separators_become_plain() -> None:
    assert plain("［１；２、３］") == "[1;2,3]"
