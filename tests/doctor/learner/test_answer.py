"""What a function gave back is read, or it is said what is wrong with it."""

import pytest

import clearprop


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3.0, "expected J and the gradient; it returned float 3.0"),
        ("steep", "expected J and the gradient; it returned str 'steep'"),
        ((1.0, "steep"), "expected J and the gradient; it returned list [1.0, 'steep']"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(value, message):
    diagnosis = clearprop.diagnose(lambda theta, X, y: value, (3, 1))
    assert diagnosis.raised.message == message
