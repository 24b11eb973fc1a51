"""The hierarchy of errors and the words they share."""

import math
from fractions import Fraction

import numpy as np
import pytest

from clearprop import errors
from clearprop.errors import ClearpropError, did_you_mean, one_of, raise_problems


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("ParameterError", ValueError),
        ("DataError", ValueError),
        ("ModelFileError", ValueError),
        ("EngineError", RuntimeError),
        ("GradientError", RuntimeError),
        ("DivergenceError", ValueError),
    ],
)
def test_every_error_is_ours_and_a_builtin_one(name: str, builtin: type) -> None:
    error = getattr(errors, name)
    assert issubclass(error, ClearpropError)
    assert issubclass(error, builtin)
    assert str(error("what was expected")) == "what was expected"
    assert name in (errors.__doc__ or "")  # the tree in the docstring is whole


def test_all_is_all() -> None:
    defined = {
        name
        for name, value in vars(errors).items()
        if getattr(value, "__module__", "") == "clearprop.errors" and not name.startswith("_")
    }
    assert sorted(defined) == sorted(errors.__all__)


def test_what_errors_carry() -> None:
    report = object()
    assert errors.GradientError("no", report).report is report
    assert errors.GradientError("no").report is None
    theta = np.ones(2)
    error = errors.DivergenceError("infinite", epoch=3, theta=theta)
    assert (error.epoch, error.theta) == (3, theta)
    assert errors.DivergenceError("infinite").theta is None


@pytest.mark.parametrize(
    ("value", "options", "hint"),
    [
        ("adma", ["sgd", "adam"], ' (did you mean "adam"?)'),
        ("ADAM", ["sgd", "adam"], ' (did you mean "adam"?)'),
        ("relu", ["ReLU", "tanh"], ' (did you mean "ReLU"?)'),
        ("zzz", ["sgd", "adam"], ""),
        ("", ["sgd"], ""),
        (None, ["sgd"], ""),
        ("sgd", [], ""),
        (15, [16, 25], ""),
    ],
)
def test_did_you_mean(value: object, options: list, hint: str) -> None:
    assert did_you_mean(value, options) == hint


def test_one_of() -> None:
    assert one_of("solver", "adam", ["sgd", "adam"]) == []
    assert one_of("solver", "Sgd", ["sgd", "adam"]) == [
        "solver: expected one of sgd, adam; got 'Sgd' (did you mean \"sgd\"?)"
    ]
    assert one_of("solver", None, ["sgd", "adam"]) == [
        "solver: expected one of sgd, adam; got None"
    ]
    assert one_of("solver", np.zeros(2), ["sgd"]) == [
        "solver: expected one of sgd; got array([0., 0.])"
    ]


def test_raise_problems_holds_them_all() -> None:
    raise_problems([])
    with pytest.raises(errors.ParameterError, match=r"^rate: expected above 0; got 0$"):
        raise_problems(["rate: expected above 0; got 0"])
    with pytest.raises(errors.ParameterError, match=r"^3 problems: a; b; c$"):
        raise_problems(["a", "b", "c"])


@pytest.mark.parametrize(
    ("value", "whole", "number"),
    [
        (3, True, True),
        (np.int64(3), True, True),
        (3.0, False, True),
        (np.float32(0.5), False, True),
        (float("nan"), False, True),
        (True, False, False),
        (np.True_, False, False),
        ("3", False, False),
        (3j, False, False),
        (None, False, False),
        ([3], False, False),
    ],
)
def test_what_a_whole_number_is_and_what_a_number(value: object, whole: bool, number: bool) -> None:
    assert errors.is_whole(value) is whole
    assert errors.is_number(value) is number


def test_a_value_in_a_message_is_short() -> None:
    assert errors.shown("adam") == "'adam'"
    assert errors.shown("x" * 58) == repr("x" * 58)  # 60 characters, quotes included
    assert errors.shown("x" * 59) == "'" + "x" * 56 + "..."
    assert errors.shown(10**5000) == "a int too large to show"


def test_a_value_is_described_by_its_type_and_its_shape_or_its_text() -> None:
    assert errors.described(None) == "NoneType None"
    assert errors.described(np.zeros((2, 3))) == "ndarray of shape (2, 3)"
    assert errors.described(np.float64(2.5)) == "float64 np.float64(2.5)"  # no shape: its text
    assert errors.described(["x" * 99]) == "list ['" + "x" * 55 + "..."


def test_whole_problems() -> None:
    assert errors.whole_problems("epochs", np.int32(1), least=1) == []
    for value, shown in ((0, "0"), (1.0, "1.0"), (True, "True"), ("1", "'1'")):
        assert errors.whole_problems("epochs", value, least=1) == [
            f"epochs: expected a whole number of at least 1; got {shown}"
        ]


def test_number_problems() -> None:
    def problems(value: object, **interval: object) -> list[str]:
        return errors.number_problems("share", value, **interval)  # type: ignore[arg-type]

    assert problems(0, low=0) == problems(np.float32(1), low=0, high=1) == []
    for wrong in (1, 10**400, math.nan, True, "0.5", None):
        assert problems(wrong, low=0, high=1, open_low=True, open_high=True) == [
            f"share: expected a number above 0 and below 1; got {errors.shown(wrong)}"
        ]
    assert problems(math.inf, low=0) == ["share: expected a finite number; got inf"]
    (huge,) = problems(Fraction(10**400), low=0)
    assert huge.startswith("share: expected a finite number; got Fraction(1000")
    assert problems(-(10**5000), low=0) == [
        "share: expected a number of at least 0; got a int too large to show"
    ]
