"""What a function gave back is read, or it is said what is wrong with it."""

import pytest

import clearprop


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3.0, "expected (J, gradient); it returned float 3.0"),
        (([1, 2], [3]), "expected J, one number, as the first of (J, gradient); got list [1, 2]"),
        ((1.0, "steep"), "expected the gradient as arrays of numbers; got str 'steep'"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(value, message):
    diagnosis = clearprop.diagnose(lambda theta, X, y: value, (3, 1))
    assert diagnosis.raised.message == message
