"""Holds the sums of an English explanation to the pass by hand."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

from by_hand import ByHand
from printed import NUMBER, adds_up, column, same


@dataclass
class Line:
    label: str
    product: str | None
    equals: bool
    value: str


@dataclass
class Sums:
    """One sample (from 1) of a pass, the text about it, and where in the text the reader is.

    `seen` collects what kinds of number have been read.
    """

    hand: ByHand
    sample: int
    text: str
    seen: set[str] = field(default_factory=set)
    section: str = ""
    unit: tuple[int, int] = (0, 0)
    output: int = 0
    parameter: tuple[int, int, int] = (0, 0, 0)

    def _sum(self, rows: list[Line], total: Line, after: list[Line]) -> None:
        adds_up([row.value for row in rows], total.value)
        for row in rows:
            if row.label == "rounding":
                # At most half a unit for each of the lines.
                unit = Decimal(1).scaleb(Decimal(row.value).as_tuple().exponent)
                assert 0 < abs(Decimal(row.value)) <= unit / 2 * len(rows)
        named = [row for row in rows if row.label != "rounding"]
        if self.section == "Forward":
            self._forward(named, total, after)
        elif self.section == "Backward":
            self._backward(named, total, after)
        else:
            self._average(named, total, after)

    def _forward(self, rows: list[Line], total: Line, after: list[Line]) -> None:
        (l, k), hand, i = self.unit, self.hand, self.sample
        exact, rest, left = [], None, set(range(hand.sizes[l - 2] + 1))
        for row in rows:
            if found := re.fullmatch(r"the other (\d+) terms", row.label):
                rest = int(found[1])
                break
            found = re.fullmatch(r"bias Theta\^\((\d+)\)_(\d+),0|a\^\((\d+)\)_(\d+)", row.label)
            assert found, row
            if found[1]:
                assert (int(found[1]), int(found[2])) == (l - 1, k)
                j = 0
            else:
                assert int(found[3]) == l - 1
                j = int(found[4])
            self._product(row, hand.Theta[l - 1][k][j], hand.a(i, l - 1, j))
            exact.append(hand.Theta[l - 1][k][j] * hand.a(i, l - 1, j))
            left.remove(j)
        others = [hand.Theta[l - 1][k][j] * hand.a(i, l - 1, j) for j in left]
        if rest is not None:
            assert rest == len(left) > 1
            exact.append(math.fsum(others))
        else:
            assert not left
        assert all(abs(x) <= min(map(abs, exact[1:-1]), default=0) + 1e-300 for x in others)
        assert total.label == f"z^({l})_{k}"
        values = [row.value for row in rows]
        column([*values, total.value], [*exact, hand.z(i, l, k)])
        (a,) = after
        assert (a.label, a.product) == (f"a^({l})_{k}", "h(z)" if l == hand.L else "g(z)")
        same(a.value, hand.a(i, l, k))
        self.seen.add("z")

    def _product(self, row: Line, weight: float, value: float) -> None:
        assert row.product is not None
        first, second = row.product.split(" × ")
        same(first, weight)
        same(second, value)

    def _backward(self, rows: list[Line], total: Line, after: list[Line]) -> None:
        (l, k), hand, i = self.unit, self.hand, self.sample
        values = [row.value for row in rows]
        if l == hand.L:
            assert [row.label for row in rows] == [f"a^({l})_{k}", "minus the target y"]
            a, y = hand.a(i, l, k), hand.target(i, k)
            column([*values, total.value], [a, -y, a - y])
            if hand.cost in ("huber", "quantile"):
                assert total.label == "a - y"
                (delta,) = after
                self._delta_by_case(delta, a - y)
            elif hand.cost != "quadratic":
                assert (total.label, after) == (f"delta^({l})_{k}", [])
            else:
                assert total.label == "a - y"
                slope, delta = after
                assert (slope.label, slope.product) == ("slope of the sigmoid", "a (1 - a)")
                self._delta(delta, a - y, slope)
            self.seen.add("delta of an output")
            return
        exact, left = [], set(range(1, hand.sizes[l] + 1))
        for row in rows:
            if found := re.fullmatch(r"the other (\d+) terms", row.label):
                assert int(found[1]) == len(left)
                exact.append(math.fsum(hand.Theta[l][n][k] * hand.delta(i, l + 1, n) for n in left))
                left = set()
                continue
            found = re.fullmatch(r"from delta\^\((\d+)\)_(\d+)", row.label)
            assert found, row
            assert int(found[1]) == l + 1
            n = int(found[2])
            left.remove(n)
            self._product(row, hand.Theta[l][n][k], hand.delta(i, l + 1, n))
            exact.append(hand.Theta[l][n][k] * hand.delta(i, l + 1, n))
        assert not left
        assert total.label == "what is passed back"
        column([*values, total.value], [*exact, hand.back(i, l, k)])
        slope, delta = after
        assert (slope.label, slope.product) == ("slope of g", "g'(z)")
        self._delta(delta, hand.back(i, l, k), slope)
        self.seen.add("delta of a hidden unit")

    def _delta_by_case(self, row: Line, error: float) -> None:
        (l, k), hand = self.unit, self.hand
        assert row.label == f"delta^({l})_{k}"
        assert row.product is not None
        if hand.cost == "huber":
            found = re.fullmatch(rf"max\(-({NUMBER}), min\(({NUMBER}), ({NUMBER})\)\)", row.product)
            assert found, row
            assert float(found[1]) == float(found[2]) == hand.threshold
            same(found[3], error)
        else:
            side = "1 - {} (a > y)" if error > 0 else "-{} (a < y)"
            assert row.product == side.format(f"{hand.level(k):.5g}")
        same(row.value, hand.delta(self.sample, l, k))
        self.seen.add(f"delta under the {hand.cost} cost")

    def _delta(self, row: Line, factor: float, slope: Line) -> None:
        (l, k), hand, i = self.unit, self.hand, self.sample
        same(slope.value, hand.slope(i, l, k), scale=1e-3)
        assert row.label == f"delta^({l})_{k}"
        self._product(row, factor, hand.slope(i, l, k))
        same(row.value, hand.delta(i, l, k), abs(factor) * 1e-3)

    def _average(self, rows: list[Line], total: Line, after: list[Line]) -> None:
        (l, k, j), hand = self.parameter, self.hand
        values = [row.value for row in rows]
        if rows[0].label == "the data's part: their mean":
            assert rows[0].product is not None
            first, m = rows[0].product.split(" / ")
            same(first, hand.Delta(l, k, j))
            assert int(m) == hand.m
            exact = [hand.mean(l, k, j)]
            if len(rows) > 1:
                assert j
                assert rows[1].label == f"lambda / {'m_train' if hand.trained else 'm'} × Theta"
                found = re.fullmatch(rf"({NUMBER}) / (\d+) × ({NUMBER})", rows[1].product or "")
                assert found
                assert float(found[1]) == hand.lambda_
                assert int(found[2]) == hand.penalty_m
                same(found[3], hand.Theta[l][k][j])
                exact.append(hand.penalty(l, k, j))
            else:
                assert not hand.lambda_ or not j
            assert total.label == f"D of Theta^({l})_{k},{j}"
            column([*values, total.value], [*exact, hand.D(l, k, j)], max(map(abs, exact)))
            (step,) = after
            assert step.label == "the step goes along -D"
            same(step.value, -hand.D(l, k, j), max(map(abs, exact)))
            self.seen.add("D")
            return
        exact, left = [], set(hand.x)
        for row in rows:
            if found := re.fullmatch(r"the other (\d+) terms", row.label):
                assert int(found[1]) == len(left) > 1
                exact.append(math.fsum(hand.delta(i, l + 1, k) * hand.a(i, l, j) for i in left))
                left = set()
                continue
            found = re.fullmatch(r"sample (\d+)(, the one above)?", row.label)
            assert found, row
            i = int(found[1]) + 1  # rows count from 0
            assert (found[2] is not None) == (i == self.sample)
            exact.append(hand.delta(i, l + 1, k) * hand.a(i, l, j))
            left.remove(i)
        assert not left
        assert total.label == "Delta, their sum"
        column([*values, total.value], [*exact, hand.Delta(l, k, j)], max(map(abs, exact)))
        assert after == []
        self.seen.add("Delta")
