"""Holds the tables of an English explanation to the pass by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from printed import adds_up, column, near, same
from reading_sums import Line, Sums


class Tables(Sums):
    """A table is told by the first cell of its head."""

    def _table(self, head: list[str], rows: list[list[str]]) -> None:
        kinds: dict[str, Callable[[list[str], list[list[str]]], None]] = {
            "output": self._outputs,
            "weight": self._weights,
            "activation": self._activations,
            "parameter": self._sensitivities,
        }
        kinds.get(head[0], self._matrix)(head, rows)

    def _outputs(self, head: list[str], rows: list[list[str]]) -> None:
        hand, i, L = self.hand, self.sample, self.hand.L
        K = hand.sizes[-1]
        assert head == ["output", "z", "a = h(x)", "y", "J_k"]
        assert [row[0] for row in rows[:K]] == [str(k) for k in range(1, K + 1)]
        units = range(1, K + 1)
        column([row[1] for row in rows[:K]], [hand.z(i, L, k) for k in units])
        for k, row in zip(units, rows[:K], strict=True):
            same(row[2], hand.a(i, L, k))
            same(row[3], hand.target(i, k))
        J, scale = hand.J_k(i), max(abs(hand.z(i, L, k)) for k in units)
        printed = [row[4] for row in rows]
        column([*printed[:K], printed[-1]], [*J.values(), hand.J_i(i)], scale)
        assert [row[0] for row in rows[K:]] in (["J_i, their sum"], ["rounding", "J_i, their sum"])
        adds_up(printed[:-1], printed[-1])
        self.seen.add("J_i")

    def _weights(self, head: list[str], rows: list[list[str]]) -> None:
        hand, i = self.hand, self.sample
        wish = "wish" in head
        sign = -1.0 if wish else 1.0
        l, k = (hand.L, self.output) if wish else self.unit
        shares = []
        for row in rows:
            found = re.fullmatch(r"Theta\^\((\d+)\)_(\d+),(\d+)", row[0])
            assert found, row
            assert (int(found[1]), int(found[2])) == (l - 1, k)
            j = int(found[3])
            delta, a = hand.delta(i, l, k), hand.a(i, l - 1, j)
            self._product(Line("", row[1], False, ""), sign * delta, a)
            same(row[2], sign * delta * a)
            shares.append(abs(delta * a) if j else math.inf)
        assert shares == sorted(shares, reverse=True)
        assert len(rows) == min(5, hand.sizes[l - 2]) + (not wish)
        self.seen.add(" ".join(head))

    def _activations(self, head: list[str], rows: list[list[str]]) -> None:
        hand, i, l = self.hand, self.sample, self.hand.L - 1
        if "Theta × -delta" in head:
            for row in rows:
                j = int(row[0].removeprefix(f"a^({l})_"))
                delta, weight = hand.delta(i, l + 1, self.output), hand.Theta[l][self.output][j]
                self._product(Line("", row[1], False, ""), weight, -delta)
                same(row[2], -weight * delta)
            assert len(rows) == min(5, hand.sizes[l - 1])
            self.seen.add("wishes for activations")
            return
        for row in rows:
            j = int(row[0].removeprefix(f"a^({l})_"))
            asked = {
                k: -hand.Theta[l][k][j] * hand.delta(i, l + 1, k)
                for k in range(1, hand.sizes[-1] + 1)
            }
            exact, printed = [], []
            for name, cell in zip(head[1:-1], row[1:-1], strict=True):
                if name == "rounding":
                    continue
                printed.append(cell)
                if name.isdigit():
                    exact.append(asked.pop(int(name)))
                else:
                    assert int(name.removeprefix("other ")) == len(asked)
                    exact.append(math.fsum(asked.values()))
                    asked = {}
            assert not asked
            column([*printed, row[-1]], [*exact, -hand.back(i, l, j)])
            adds_up([cell for cell in row[1:-1] if cell], row[-1])
        self.seen.add("together")

    def _sensitivities(self, head: list[str], rows: list[list[str]]) -> None:
        hand = self.hand
        last = ["lambda's part"] if hand.lambda_ else []
        assert head == ["parameter", "from", "to", "dJ/dTheta", "change of J", *last]
        every = [
            abs(hand.mean(l, k, j))
            for l, T in hand.Theta.items()
            for k, row in T.items()
            for j in row
        ]
        assert len(rows) == min(8, len(every))
        cost = max([hand.J(), *(abs(hand.z(i, hand.L, k)) for i in hand.x
                                for k in range(1, hand.sizes[-1] + 1))])  # fmt: skip
        for row, size in zip(rows, sorted(every, reverse=True), strict=False):
            found = re.fullmatch(r"Theta\^\((\d+)\)_(\d+),(\d+)", row[0])
            assert found, row
            l, k, j = map(int, found.groups())
            assert (row[1], row[2]) == (str(j) if j else "bias", str(k))
            assert math.isclose(abs(hand.mean(l, k, j)), size, rel_tol=1e-9, abs_tol=1e-12)
            same(row[3], hand.mean(l, k, j))
            change = hand.J_with(l, k, j, 1e-3) - hand.J()
            near(row[4], change, 2e-14 * cost)
            if last:
                same(row[5], hand.penalty(l, k, j))
        self.seen.add("sensitivities")

    def _matrix(self, head: list[str], rows: list[list[str]]) -> None:
        hand = self.hand
        found = re.fullmatch(r"(a|z|delta|Delta)\^\((\d+)\)", head[0])
        assert found, head
        name, l = found[1], int(found[2])
        printed, exact = [], []
        if name == "Delta":
            assert head[1:] == [f"j={j}" for j in range(hand.sizes[l - 1] + 1)]
            assert len(rows) == (hand.m + 1) * hand.sizes[l]
            for row in rows:
                label = re.fullmatch(r"(?:after i=(\d+)|matrix) k=(\d+)", row[0])
                assert label, row
                samples = int(label[1]) if label[1] else None
                k = int(label[2])
                printed += row[1:]
                exact += [hand.Delta(l, k, j, samples) for j in range(len(row) - 1)]
        else:
            assert head[1:] == [str(k) for k in range(1, hand.sizes[l - 1] + 1)]
            value = {"a": hand.a, "z": hand.z, "delta": hand.delta}[name]
            for i, row in zip(hand.x, rows, strict=True):
                assert row[0] == f"i = {i}"
                printed += row[1:]
                exact += [value(i, l, k) for k in range(1, len(row))]
        column(printed, exact)
        self.seen.add(f"matrix of {name}")
