"""Numbers in print are rounded correctly, and printed sums add up."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clearprop.explain.numbers import Addition, Digits, addition, digits_for, significant

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)
# Where people look: numbers of about one size, so that carries and ties are met.
EVERYDAY = st.floats(-200, 200, allow_nan=False).map(lambda value: round(value, 6))
TERMS = st.lists(EVERYDAY, min_size=1, max_size=12) | st.lists(FINITE, min_size=1, max_size=6)


def unit_of(printed: str) -> Fraction:
    """The value of the last place."""
    exponent = Decimal(printed).as_tuple().exponent
    assert isinstance(exponent, int)
    return Fraction(10) ** exponent


@given(TERMS, st.booleans())
@example([1 / 3, 1 / 3, 1 / 3], False)
@example([0.1] * 9, True)
@example([9.99996, -9.99996], False)
@example([1e300, 1e-300], True)
@example([5e-324, -0.0], True)
@example([1e17, 0.1, -1e17], False)
def test_printed_sums_add_up_and_every_number_in_them_is_rounded_correctly(terms, with_rest):
    total = sum(terms)
    if not math.isfinite(total):
        return
    *named, rest = terms if with_rest and len(terms) > 1 else [*terms, None]
    found = addition(named, total, rest)
    exact = [*named, *([] if rest is None else [rest]), total]
    printed = [*found.terms, *([] if found.rest is None else [found.rest]), found.total]
    assert (found.rest is None) == (rest is None)
    assert len({unit_of(text) for text in printed}) == 1
    unit = unit_of(found.total)
    for text, value in zip(printed, exact, strict=True):
        assert abs(Fraction(text) - Fraction(value)) <= unit / 2
        assert Decimal(text) != 0 or not text.startswith("-")
    left = Fraction(found.rounding or 0)
    assert sum(map(Fraction, printed[:-1])) + left == Fraction(found.total)
    if found.rounding is not None:
        assert left != 0
        assert unit_of(found.rounding) == unit
    if any(exact):
        assert unit * 1000 <= max(abs(Fraction(text)) for text in printed)


def test_a_line_for_the_rounding_comes_only_where_two_more_digits_do_not_help():
    assert addition([0.33333, 0.33333], 0.66666) == Addition(
        ("0.33333", "0.33333"), None, None, "0.66666"
    )
    assert addition([2 / 3, 2 / 3], 4 / 3) == Addition(
        ("0.6667", "0.6667"), None, "-0.0001", "1.3333"
    )
    assert addition([2 / 3], 4 / 3, rest=2 / 3) == Addition(
        ("0.6667",), "0.6667", "-0.0001", "1.3333"
    )


def test_a_sum_that_has_overflowed_is_shown_as_it_is():
    assert addition([1.5, math.inf], math.inf) == Addition(("1.5000", "inf"), None, None, "inf")
    assert addition([math.inf, -math.inf], math.nan, rest=-2e300) == Addition(
        ("inf", "-inf"), "-2.000e+300", None, "nan"
    )


@given(FINITE, st.integers(0, 8), st.integers(-320, 300))
def test_zero_has_no_sign_and_rounding_is_correct(value, decimals, exponent):
    digits = Digits(decimals, exponent)
    try:
        text = digits.show(value)
    except ArithmeticError:
        assert abs(value) > 10.0 ** (exponent + 19)  # more places than anybody prints
        return
    assert Decimal(text) != 0 or not text.startswith("-")
    unit = Fraction(10) ** (exponent - decimals)
    assert abs(Fraction(text) - Fraction(value)) <= unit / 2
    assert Fraction(text) == Fraction(digits.round(value))
    assert ("e" in text) == (exponent != 0)


def test_ties_go_to_the_even_digit():
    assert [Digits(1).show(value) for value in (0.25, 0.75, -0.25, 0.05)] == [
        "0.2", "0.8", "-0.2", "0.1"]  # fmt: skip


@given(st.lists(FINITE, max_size=5))
@example([9.9996e-8])
@example([999999.7])
@example([0.00099996])
@example([math.nextafter(1000.0, 0)])
def test_the_largest_number_of_a_column_has_four_digits_or_more(values):
    digits = digits_for(values)
    largest = max(map(abs, values), default=0.0)
    if largest == 0:
        assert digits == Digits(4)
        return
    text = digits.show(largest)
    mantissa = text.partition("e")[0]
    assert len(mantissa.replace(".", "").lstrip("0")) >= 4
    assert len(mantissa.lstrip("0").partition(".")[0]) <= (1 if digits.exponent else 6)
    assert (digits.exponent != 0) == (not 10.0**-3 <= float(text) < 10.0**6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], Digits(4)),
        ([math.nan, math.inf], Digits(4)),
        ([math.nan, 25.0], Digits(4)),
        ([0.5], Digits(4)),
        ([9.99996], Digits(4)),
        ([999.0], Digits(4)),
        ([1234.5], Digits(3)),
        ([1.0], Digits(4)),
        ([123456.0], Digits(1)),
        ([1e6], Digits(3, 6)),
        ([9.9996e-8], Digits(3, -7)),
    ],
)
def test_the_digits_of_a_column(values, expected):
    assert digits_for(values) == expected


@pytest.mark.parametrize(
    ("terms", "total", "printed"),
    [
        ([0.9999111, -1.0], -8.89e-5, "-0.0000889"),
        ([0.25, -0.25], 0.0, "0.0000"),
        ([1.0, -1.0], 1e-11, "0.0000"),  # less than twelve decimals can say
        ([0.5, 0.5], 1.0, "1.0000"),
    ],
)
def test_of_terms_that_cancel_what_is_left_is_seen(terms, total, printed):
    assert addition(terms, total).total == printed


@given(FINITE)
def test_a_number_by_itself_has_five_digits_rounded_correctly(value):
    text = significant(value)
    assert Decimal(text) != 0 or text == "0"
    if value:
        unit = Fraction(10) ** (Decimal(value).adjusted() - 4)
        assert abs(Fraction(text) - Fraction(value)) <= unit / 2
        assert len(Decimal(text).normalize().as_tuple().digits) <= 5


def test_what_is_not_finite_is_said():
    assert [significant(value) for value in (math.inf, -math.inf, math.nan, -0.0)] == [
        "inf", "-inf", "nan", "0"]  # fmt: skip
