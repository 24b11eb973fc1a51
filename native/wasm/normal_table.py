"""Prints native/wasm/normal_table.hpp: where NumPy's ziggurat cuts the normal density.

A normal number of NumPy's is an entry of a table times 52 bits of a random word, if it is not one
of the few that are drawn again. So the entries follow from the words that go in and the numbers
that come out:

    python native/wasm/normal_table.py > native/wasm/normal_table.hpp
"""

import numpy as np

ENTRIES, DRAWS = 256, 40_000
HEADER = """\
// The 256 entries x[i] of NumPy's ziggurat, scaled by 2^-52. Made by normal_table.py.
#pragma once

namespace clearprop {

// clang-format off
constexpr double normal_entries[256] = {"""


def entries() -> list[float]:
    """Each entry is the one double that explains all numbers drawn with it."""
    kept: list[list[tuple[int, float]]] = [[] for _ in range(ENTRIES)]
    for seed in range(DRAWS):
        word = int(np.random.PCG64(seed).random_raw())
        number = np.random.Generator(np.random.PCG64(seed)).standard_normal()
        kept[word & 255].append((word >> 9 & (1 << 52) - 1, abs(number)))
    return [_explains(draws) for draws in kept]


def _explains(draws: list[tuple[int, float]]) -> float:
    """The double x with ``bits * x == number`` in most draws, those that were not drawn again."""
    candidates: dict[float, int] = {}
    for bits, number in draws:
        at = number / bits
        for candidate in (np.nextafter(at, 0), at, np.nextafter(at, 1)):
            candidates.setdefault(float(candidate), 0)
    for x in candidates:
        candidates[x] = sum(bits * x == number for bits, number in draws)
    best, *others = sorted(candidates, key=candidates.__getitem__, reverse=True)
    assert candidates[best] > max(candidates[x] for x in others), "more draws are needed"
    return best


def main() -> None:
    """Print the header."""
    print(HEADER)
    found = entries()
    for i in range(0, ENTRIES, 4):
        print("    " + ", ".join(f"{x!r}" for x in found[i : i + 4]) + ",")
    print("};\n// clang-format on\n\n}  // namespace clearprop")


if __name__ == "__main__":
    main()
