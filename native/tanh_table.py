"""Prints kernels/tanh_table.hpp: python native/tanh_table.py > native/kernels/tanh_table.hpp.

For y >= 0, tanh y is approximated by a polynomial in t = y - centre in each of 32 intervals. The
polynomials are interpolated in float64 at Chebyshev's points. In an interval all OFFSET + y have
the same exponent and the same first three binary digits of the fraction. So there are eight
intervals an octave, from y = 0 to 15 OFFSET = 11.25, where tanh y rounds to 1. With the offset they
are narrow where tanh is curved.
"""

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial

DEGREE = 4
OFFSET = 0.75
DROPPED = 20  # the other 20 of the fraction's 23 digits
INTERVALS = 32
FIRST = int(np.float32(OFFSET).view(np.uint32)) >> DROPPED


def polynomial(interval: int) -> list[float]:
    """The interval's centre, then the coefficients of t^0 to t^DEGREE."""
    ends = np.array([FIRST + interval, FIRST + interval + 1], np.uint32) << DROPPED
    low, high = (float(end) - OFFSET for end in ends.view(np.float32))
    if interval == 0:  # tanh y = y * (tanh y / y) keeps the relative error small
        slope = Chebyshev.interpolate(lambda y: np.tanh(y) / y, DEGREE - 1, [low, high])
        return [0.0, 0.0, *slope.convert(kind=Polynomial).coef]
    centre, half = (low + high) / 2, (high - low) / 2
    fit = Chebyshev.interpolate(lambda t: np.tanh(centre + t), DEGREE, [-half, half])
    return [centre, *fit.convert(kind=Polynomial).coef]


def table() -> np.ndarray:
    """A row of centres and one for each power of t; columns are the last five bits of the index."""
    columns = np.array([polynomial(i) for i in range(INTERVALS)], np.float32)
    return np.roll(columns, FIRST % INTERVALS, axis=0).T  # (DEGREE + 2, INTERVALS)


def header() -> str:
    """The C++ header."""
    rows = []
    for row in table():
        numbers = [f"{number:.9g}" for number in row.tolist()]
        numbers = [n + ("f" if "." in n or "e" in n else ".0f") for n in numbers]
        lines = [", ".join(numbers[i : i + 4]) for i in range(0, INTERVALS, 4)]
        rows.append("    {" + ",\n     ".join(lines) + "},\n")
    return f"""\
// Printed by native/tanh_table.py, where the intervals are explained.
#pragma once

namespace clearprop::CLEARPROP_ISA {{

constexpr int tanh_degree = {DEGREE};
constexpr float tanh_offset = {OFFSET}f;
constexpr int tanh_dropped = {DROPPED};

// tanh y = the sum of tanh_table[1 + d][i] t^d with t = y - tanh_table[0][i], for
// i = the last five bits of (bits of y + tanh_offset) >> tanh_dropped.
// clang-format off
alignas(64) constexpr float tanh_table[{DEGREE + 2}][{INTERVALS}] = {{
{"".join(rows)}}};
// clang-format on

}}  // namespace clearprop::CLEARPROP_ISA
"""


if __name__ == "__main__":
    print(header(), end="")
