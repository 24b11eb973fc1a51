"""Numbers printed in a page, beside those of explain/numbers.py."""

import pytest

pytest.importorskip("playwright")

import numpy as np
from playwright.sync_api import Page

from clearprop.explain.numbers import addition, digits_for, significant

# Columns, sums and single numbers in one call, since a call takes longer than a thousand of them.
PRINTED = """
({columns, sums, singles}) => {
    const {digitsFor, addition, significant} = clearprop.numbers;
    return {
        columns: columns.map((column) => {
            const way = digitsFor(column);
            return [way.decimals, way.exponent, ...column.map((value) => way.show(value))];
        }),
        sums: sums.map(([terms, total, rest]) => {
            const sum = addition(terms, total, rest);
            return [sum.terms, sum.rest, sum.rounding, sum.total];
        }),
        singles: singles.map((value) => significant(value)),
    };
}
"""


def drawn(generator: np.random.Generator, n: int) -> list[float]:
    """Numbers of all sizes; half of them are ties or next to one."""
    plain = generator.normal(size=n) * 10.0 ** generator.integers(-12, 12, n)
    # k + 1/2 over a power of two ends in a 5 in the decimal that is cut off, if it is short enough.
    ties = (generator.integers(-40_000, 40_000, n) + 0.5) / 2.0 ** generator.integers(0, 12, n)
    near = np.nextafter(ties, generator.choice([-np.inf, np.inf], n))
    short = generator.integers(-99_999, 99_999, n) / 10.0 ** generator.integers(0, 9, n)
    half, quarter, eighth = n // 2, n // 4, n // 8
    every = np.concatenate(
        [plain[:half], ties[:quarter], near[:eighth], short[: n - half - quarter - eighth]]
    )
    return [float(value) for value in generator.permutation(every)]


def cases(seed: int, n: int) -> dict[str, list]:
    """About n numbers, in columns, in sums, and by themselves."""
    values = drawn(np.random.default_rng(seed), n)
    special = [0.0, -0.0, 5e-324, -1e-5, 9.9996, 9.99950000001, 99999.5, 999999.5, 1e6, 1e-4, 1e22]
    columns = [values[i : i + 1 + i % 4] for i in range(0, n // 3, 4)]
    sums = []
    for i in range(n // 3, 2 * n // 3, 4):
        terms = values[i : i + 1 + i % 3]
        rest = values[i + 3] if i % 2 else None
        # Large terms that cancel leave a small total.
        terms += [-terms[0] * (1 - 1e-5)] if i % 5 == 0 else []
        sums.append([terms, sum(terms) + (rest or 0.0), rest])
    columns += [[value] for value in special] + [[value, 1.0] for value in special]
    return {"columns": columns, "sums": sums, "singles": special + values[2 * n // 3 :]}


def expected(cases: dict[str, list]) -> dict[str, list]:
    columns = [(digits_for(column), column) for column in cases["columns"]]
    sums = [addition(terms, total, rest) for terms, total, rest in cases["sums"]]
    return {
        "columns": [[w.decimals, w.exponent, *map(w.show, column)] for w, column in columns],
        "sums": [[list(s.terms), s.rest, s.rounding, s.total] for s in sums],
        "singles": [significant(value) for value in cases["singles"]],
    }


def test_numbers_are_printed_as_python_prints_them(page: Page) -> None:
    drawn_cases = cases(seed=0, n=4_000)
    printed, right = page.evaluate(PRINTED, drawn_cases), expected(drawn_cases)
    for kind in right:
        assert printed[kind] == right[kind]
    # The draw holds what other ways of rounding get wrong: ties, and sums that need a line.
    assert any(rounding for _, _, rounding, _ in right["sums"])
    tied = "values => values.map((value) => value.toFixed(2))"
    assert page.evaluate(tied, [0.125, 0.375]) != [f"{value:.2f}" for value in (0.125, 0.375)]


def test_what_is_not_finite_is_printed_too(page: Page) -> None:
    shown = """() => {
        const {Digits, significant, addition} = clearprop.numbers;
        const values = [NaN, Infinity, -Infinity];
        return [...values.map((v) => new Digits(4).show(v)), ...values.map((v) => significant(v)),
                addition([1, Infinity], Infinity).total];
    }"""
    assert page.evaluate(shown) == [*(["nan", "inf", "-inf"] * 2), "inf"]
    assert addition([1.0, np.inf], np.inf).total == "inf"
