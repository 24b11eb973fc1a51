"""Typed text becomes values. Text that cannot be read is passed on as it is."""

import pytest

from clearprop.choices.parsing import names, number, sizes, text, units, whole


def test_what_is_no_number_stays_text() -> None:
    assert (whole("7"), whole("7.5"), number("7.5"), number("x")) == (7, "7.5", 7.5, "x")
    assert (whole(" 7 "), number("1e-3"), text(" 7 ")) == (7, 0.001, " 7 ")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("100,50", (100, 50)),
        (" 100 , 50 ", (100, 50)),
        ("none", ()),
        ("None", ()),
        ("", ("",)),
        ("10,,5", (10, "", 5)),
        ("400-25-10", ("400-25-10",)),  # sizes are written one way
    ],
)
def test_sizes(typed: str, value: tuple[object, ...]) -> None:
    assert sizes(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2:5", ((2, 5),)),
        ("2:5, 3:1", ((2, 5), (3, 1))),
        ("2:-1", ("2:-1",)),
        ("2", ("2",)),
        ("2:1,", ((2, 1), "")),
    ],
)
def test_units(typed: str, value: tuple[object, ...]) -> None:
    assert units(typed) == value


def test_names() -> None:
    assert names("id, name ") == ("id", "name")
