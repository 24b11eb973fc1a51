"""Values come back bit by bit; what is too large or no number is refused before it is sent."""

import json

import numpy as np
import pytest

from clearprop.doctor.learner.wire import TooLargeError, from_wire, to_wire


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "bool", ">f4", "complex128"])
def test_arrays_keep_their_bits(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    found = from_wire(json.loads(json.dumps(to_wire([array, {"W1": array.T}, 0.1, None]))))
    assert found[0].dtype == array.dtype
    np.testing.assert_array_equal(found[0], array)
    np.testing.assert_array_equal(found[1]["W1"], array.T)
    assert found[2:] == [0.1, None]


def test_what_is_no_number_is_a_text():
    found = from_wire(to_wire([np.array([None]), 10**5000, object, {"\x1b[2J": 1}]))
    assert found[0] == "array([None], dtype=object)"
    assert found[1] == "a whole number of 16610 bits"
    assert list(found[3]) == [r"\x1b[2J"]


@pytest.mark.parametrize(
    "value", [np.zeros(3_000_000), "x" * 20_000_000, [0.5] * 1_000_000, [np.zeros(10**6)] * 3]
)
def test_too_much_is_refused(value):
    with pytest.raises(TooLargeError):
        to_wire(value)
