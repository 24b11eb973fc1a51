"""Reads an English explanation back and holds every number in it to the pass by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from by_hand import ByHand
from printed import NUMBER, adds_up, column, near, same

from clearprop.explain import formulas
from clearprop.explain.blocks import Formula

ROW = re.compile(rf" {{4}}(\S.*?)(?: {{2,}}([^\s=].*?))? +(= +)?({NUMBER})")
SAID = ("    Checked: ", "    The slope is 0 here,")
MATRIX = re.compile(r" {4}(a|z|delta|Delta)\^\((\d+)\) ")
PLAIN = {
    formula.plain
    for entry in vars(formulas).values()
    for formula in (entry.values() if isinstance(entry, dict) else [entry])
    if isinstance(formula, Formula)
}


@dataclass
class Line:
    label: str
    product: str | None
    equals: bool
    value: str


@dataclass
class Reader:
    """One sample (from 1) of a pass; ``read`` goes through its text and counts the numbers."""

    hand: ByHand
    sample: int
    text: str
    seen: set[str] = field(default_factory=set)
    section: str = ""
    unit: tuple[int, int] = (0, 0)
    output: int = 0
    parameter: tuple[int, int, int] = (0, 0, 0)

    def read(self) -> Reader:
        for block in self.text.split("\n\n"):
            self._block(block.split("\n"))
        return self

    # -- Blocks ----------------------------------------------------------------------------------

    def _block(self, lines: list[str]) -> None:
        if len(lines) > 1 and set(lines[1]) in ({"="}, {"-"}) and lines[0][0] != " ":
            self.section = lines[0].split(":")[0]
            self.seen.add(self.section.rstrip(" 0123456789"))
            return self._heading(lines[0])
        if lines[0].startswith("    "):
            if len(lines) == 1 and lines[0].strip() in PLAIN:
                return None
            return self._numbers(lines)
        if found := re.fullmatch(r"  Unit (\d+) of layer (\d+)", lines[0]):
            self.unit = int(found[2]), int(found[1])
            return self._numbers(lines[1:])
        if lines[0].startswith("  ") and "|" in lines[0]:
            return None  # the loop beside the matrix, as code
        return self._sentence(" ".join(lines))

    def _numbers(self, lines: list[str]) -> None:
        while said := [i for i, line in enumerate(lines) if line.startswith(SAID)]:
            self._checked(" ".join(line.strip() for line in lines[said[-1] :]))
            lines = lines[: said[-1]]
        rule = next(i for i, line in enumerate(lines) if set(line.strip()) == {"-"})
        if rule == 1 and (MATRIX.match(lines[0]) or not ROW.fullmatch(lines[0])):
            return self._table(lines)
        rows = [self._row(line) for i, line in enumerate(lines) if i != rule]
        assert [row.equals for row in rows] == [i >= rule for i in range(len(rows))]
        return self._sum(rows[:rule], rows[rule], rows[rule + 1 :])

    def _row(self, line: str) -> Line:
        found = ROW.fullmatch(line)
        assert found, line
        return Line(found[1], found[2], found[3] is not None, found[4])

    def _cells(self, lines: list[str]) -> tuple[list[str], list[list[str]]]:
        """Head and rows of a table; each column ends where its head does, the first by itself."""
        ends = [match.end() for match in re.finditer(r"\S+(?: \S+)*", lines[0])]
        rows = []
        for line in [lines[0], *(line for line in lines[2:] if set(line.strip()) != {"-"})]:
            first = re.split(r" {2,}", line.strip())[0]
            starts = [4 + len(first), *ends[1:]]
            cells = [line[a:b].strip() for a, b in zip(starts, ends[1:], strict=False)]
            rows.append([first, *cells])
        return rows[0], rows[1:]

    # -- Sums ------------------------------------------------------------------------------------

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
            if hand.cost != "quadratic":
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
        assert total.label == "what flows back"
        column([*values, total.value], [*exact, hand.back(i, l, k)])
        slope, delta = after
        assert (slope.label, slope.product) == ("slope of g", "g'(z)")
        self._delta(delta, hand.back(i, l, k), slope)
        self.seen.add("delta of a hidden unit")

    def _delta(self, row: Line, factor: float, slope: Line) -> None:
        (l, k), hand, i = self.unit, self.hand, self.sample
        same(slope.value, hand.slope(i, l, k), scale=1e-3)
        assert row.label == f"delta^({l})_{k}"
        self._product(row, factor, hand.slope(i, l, k))
        same(row.value, hand.delta(i, l, k), abs(factor) * 1e-3)

    def _average(self, rows: list[Line], total: Line, after: list[Line]) -> None:
        (l, k, j), hand = self.parameter, self.hand
        values = [row.value for row in rows]
        if rows[0].label == "their mean":
            assert rows[0].product is not None
            first, m = rows[0].product.split(" / ")
            same(first, hand.Delta(l, k, j))
            assert int(m) == hand.m
            exact = [hand.Delta(l, k, j) / hand.m]
            if len(rows) > 1:
                assert j
                assert rows[1].label == "lambda / m × Theta"
                found = re.fullmatch(rf"({NUMBER}) / (\d+) × ({NUMBER})", rows[1].product or "")
                assert found
                assert float(found[1]) == hand.lambda_
                assert int(found[2]) == hand.m
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
            i = int(found[1])
            assert (found[2] is not None) == (i == self.sample)
            exact.append(hand.delta(i, l + 1, k) * hand.a(i, l, j))
            left.remove(i)
        assert not left
        assert total.label == "Delta, their sum"
        column([*values, total.value], [*exact, hand.Delta(l, k, j)], max(map(abs, exact)))
        assert after == []
        self.seen.add("Delta")

    # -- Tables ----------------------------------------------------------------------------------

    def _table(self, lines: list[str]) -> None:
        head, rows = self._cells(lines)
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
        assert head == ["parameter", "from", "to", "dJ/dTheta", "change of J"]
        every = [
            abs(hand.D(l, k, j)) for l, T in hand.Theta.items() for k, row in T.items() for j in row
        ]
        assert len(rows) == min(8, len(every))
        cost = max([hand.J(), *(abs(hand.z(i, hand.L, k)) for i in hand.x
                                for k in range(1, hand.sizes[-1] + 1))])  # fmt: skip
        for row, size in zip(rows, sorted(every, reverse=True), strict=False):
            found = re.fullmatch(r"Theta\^\((\d+)\)_(\d+),(\d+)", row[0])
            assert found, row
            l, k, j = map(int, found.groups())
            assert (row[1], row[2]) == (str(j) if j else "bias", str(k))
            assert math.isclose(abs(hand.D(l, k, j)), size, rel_tol=1e-9, abs_tol=1e-12)
            same(row[3], hand.D(l, k, j), abs(hand.penalty(l, k, j)))
            change = hand.J_with(l, k, j, 1e-3) - hand.J()
            near(row[4], change, 2e-14 * cost)
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

    # -- Sentences -------------------------------------------------------------------------------

    def _heading(self, words: str) -> None:
        if self.section.startswith("From one sample"):
            expected = f"From one sample to a batch of {self.hand.m}"
            alone = "From one sample to the gradient"
            assert words == (expected if self.hand.m > 1 else alone)

    def _sentence(self, words: str) -> None:
        hand = self.hand
        if found := re.fullmatch(r"Output a\^\((\d+)\)_(\d+)", words):
            assert int(found[1]) == hand.L
            self.output = int(found[2])
        elif found := re.match(r"Theta\^\((\d+)\)_(\d+),(\d+): (.*)", words):
            l, k, j = self.parameter = tuple(map(int, found.groups()[:3]))
            ends = f"from unit {j} of layer {l} to unit {k} of layer {l + 1}"
            assert found[4] == (ends if j else f"bias of unit {k}, layer {l + 1}")
        elif found := re.match(r"It wants z to (rise|fall)", words):
            delta = hand.delta(self.sample, hand.L, self.output)
            assert found[1] == ("rise" if delta < 0 else "fall")
            wish = re.search(rf"-delta = ({NUMBER})\. ", words)
            assert wish
            same(wish[1], -delta)
            up = "up where the weight is positive"
            assert (up in words) == (delta < 0)
        elif found := re.match(rf"Its delta is ({NUMBER}),", words):
            assert hand.delta(self.sample, hand.L, self.output) == float(found[1]) == 0
        elif found := re.search(rf"whose cost is J = ({NUMBER})\.", words):
            scale = max(abs(v) for i in hand.x for v in hand.passed[i][0][hand.L].values())
            same(found[1], hand.J(), scale)
            assert "raised by 0.001," in words
        elif found := re.match(r"Both were run on (\d+) samples|Both were run on the one", words):
            assert int(found[1] or 1) == min(hand.m, 11 if hand.m == 11 else 10)
            last = re.search(rf"at most ({NUMBER})\.$", words)
            assert last
            largest = max(abs(hand.D(l, k, j)) for l, T in hand.Theta.items()
                          for k, row in T.items() for j in row)  # fmt: skip
            assert float(last[1]) <= 1e-12 * max(1.0, largest)
        elif found := re.search(r"averaged over the (\d+) samples of the batch\.", words):
            assert int(found[1]) == hand.m > 1
        elif found := re.match(r"The network has layers of ([\d-]+) units", words):
            assert found[1] == "-".join(map(str, hand.sizes))
            assert f"lambda = {hand.lambda_:g}, and {len(hand.theta):,} parameters." in words
            assert (f"g = {hand.activation}" in words) == (hand.L > 2)
        elif found := re.match(r"Layers are counted from 1 \(the inputs\) to (\d+)", words):
            assert int(found[1]) == hand.L
        elif found := re.match(r"Of its (\d+) units these 2 matter most", words):
            assert int(found[1]) > 4
        elif found := re.match(r"Layer (\d+): (?:hidden|the outputs), of size (\d+)", words):
            assert int(found[2]) == hand.sizes[int(found[1]) - 1]
        elif not re.fullmatch(r"Layer \d+(, the outputs)?|All outputs together, for layer \d+",
                              words):  # fmt: skip
            # What is left speaks of layers, of 0 and 1, and of nothing that was computed.
            bare = re.sub(r"layer \d+|\(1 - a\)|\b[01]\b|[AaB]1\b", "", words)
            assert not re.search(r"(?<![\w^(])\d", bare), words

    def _checked(self, words: str) -> None:
        (l, k), hand, i = self.unit, self.hand, self.sample
        if words.startswith("The slope is 0"):
            assert hand.slope(i, l, k) == hand.delta(i, l, k) == 0
            self.seen.add("stopped")
            return
        found = re.match(
            rf"Checked: raise z\^\({l}\)_{k} by 0\.001, pass on from there, and J_i changes by "
            rf"({NUMBER}); delta × 0\.001 is ({NUMBER})\. Lower it by 0\.001, and J_i changes by "
            rf"({NUMBER})\. The slope between the two is ({NUMBER}), delta is ({NUMBER})\.",
            words,
        )
        assert found, words
        delta, J = hand.delta(i, l, k), hand.J_i(i)
        up, down = hand.moved(i, l, k, 1e-3), hand.moved(i, l, k, -1e-3)
        noise = 2e-14 * max([J, *(abs(z) for z in hand.passed[i][0][hand.L].values())])
        near(found[1], up - J, noise)
        same(found[2], delta * 1e-3, abs(delta) * 1e-3)
        near(found[3], down - J, noise)
        near(found[4], (up - down) / 2e-3, noise / 2e-3)
        same(found[5], delta)
        rest = words[found.end() :]
        slope = float(found[4])
        agree = abs(slope - delta) <= 1.1e-3 * abs(delta)
        assert agree or rest, words
        assert not rest or abs(slope - delta) >= 0.9e-3 * abs(delta), words
        self.seen.add("nudge")
