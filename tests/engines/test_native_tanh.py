"""tanh's table of polynomials, which AVX-512 uses in float32."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

NATIVE = Path(__file__).parents[2] / "native"
SCRIPT = runpy.run_path(str(NATIVE / "tanh_table.py"))
NUMBER = re.compile(r"-?\d[\d.]*(?:e-\d+)?(?=f\b)")


def test_the_header_is_what_the_script_prints():
    written = (NATIVE / "kernels" / "tanh_table.hpp").read_text()
    printed = SCRIPT["header"]()
    assert NUMBER.sub("#", written) == NUMBER.sub("#", printed)
    # Another NumPy may round the last digit otherwise.
    numbers = [np.array(NUMBER.findall(text), float) for text in (written, printed)]
    assert len(numbers[0]) == 1 + 6 * 32
    np.testing.assert_allclose(*numbers, rtol=2e-7, atol=1e-9)


def test_the_polynomials_are_within_an_ulp_on_every_machine():
    y = np.concatenate([np.geomspace(1e-30, 1e-3, 1000), np.linspace(0.001, 10, 200_000)])
    y = y.astype(np.float32)
    interval = ((y + np.float32(0.75)).view(np.uint32) >> 20) % 32
    centre, *coefficients = SCRIPT["table"]().astype(float)[:, interval]  # (len(y),) each
    t = y - centre
    got = sum(c * t**d for d, c in enumerate(coefficients))
    true = np.tanh(y.astype(float))
    assert (np.abs(got - true) / np.spacing(true.astype(np.float32))).max() < 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tanh_is_odd_and_reaches_one_without_passing_it(dtype):
    native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
    x = np.linspace(0, 25, 500_001, dtype=dtype)
    positive, negative = np.empty_like(x), np.empty_like(x)
    native._core.elementary(1, x, positive)
    native._core.elementary(1, -x, negative)
    assert positive.max() == 1
    assert (positive[x >= 20] == 1).all()
    np.testing.assert_array_equal(negative, -positive)
