"""Reads an English explanation back and holds every number in it to the pass by hand."""

from __future__ import annotations

import re

from printed import NUMBER
from reading_sentences import Statements
from reading_sums import Line

from clearprop.explain import formulas
from clearprop.explain.blocks import Formula

ROW = re.compile(rf" {{4}}(\S.*?)(?: {{2,}}([^\s=].*?))? +(= +)?({NUMBER})")
CHECKS = ("    Checked: ", "    The slope is 0 here,")
MATRIX = re.compile(r" {4}(a|z|delta|Delta)\^\((\d+)\) ")
PLAIN = {
    formula.plain
    for entry in vars(formulas).values()
    for formula in (entry.values() if isinstance(entry, dict) else [entry])
    if isinstance(formula, Formula)
}


class Reader(Statements):
    """Finds the sums, tables and sentences in a text; ``read`` goes through them all."""

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
            if self._is_formula(" ".join(map(str.strip, lines))):
                return None
            return self._numbers(lines)
        if found := re.fullmatch(r"  Unit (\d+) of layer (\d+)", lines[0]):
            self.unit = int(found[2]), int(found[1])
            return self._numbers(lines[1:])
        if lines[0].startswith("  ") and "|" in lines[0]:
            return None  # the loop beside the matrix, as code
        return self._sentence(" ".join(lines))

    def _is_formula(self, text: str) -> bool:
        """Whether it is one, with the network's own threshold or levels behind it."""
        numbers = re.search(rf"(, (?:t|tau_\w+) = {NUMBER})*$", text)
        assert numbers
        for name, value in re.findall(rf", (\w+) = ({NUMBER})", numbers[0]):
            exact = self.hand.threshold if name == "t" else self.hand.level(
                1 if name == "tau_k" else int(name.removeprefix("tau_")))  # fmt: skip
            assert float(value) == exact
        return text[: numbers.start()] in PLAIN

    def _numbers(self, lines: list[str]) -> None:
        while said := [i for i, line in enumerate(lines) if line.startswith(CHECKS)]:
            self._checked(" ".join(line.strip() for line in lines[said[-1] :]))
            lines = lines[: said[-1]]
        rule = next(i for i, line in enumerate(lines) if set(line.strip()) == {"-"})
        if rule == 1 and (MATRIX.match(lines[0]) or not ROW.fullmatch(lines[0])):
            return self._table(*self._cells(lines))
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
