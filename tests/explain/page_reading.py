"""Reads the page of an explanation back, to hold every number in it to the pass by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from reading_sentences import Statements
from reading_sums import Line

VOID = {"meta", "br", "img", "link", "hr", "input"}
SPELT = {"−": "-", "Θ": "Theta", "θ": "theta", "Δ": "Delta", "δ": "delta", "λ": "lambda",
         "∂": "d", "′": "'", "^'": "'", "\u2061": "", "\u00a0": " "}  # fmt: skip
# Formulas have no spaces in MathML.
SPACED = ("a (1 - a)", "a - y", "-delta × a", "delta × a", "Theta × -delta", "a = h(x)",
          "delta × 0.001", "-delta = ", "lambda / m × Theta",
          "lambda / m_train × Theta", "[1 A]")  # fmt: skip


@dataclass
class Node:
    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Node]:
        """The nodes of these kinds below this one, in order, without those inside another match."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                found += [child] if child.tag in tags else child.all(*tags)
        return found

    def raw(self) -> str:
        nodes = [child for child in self.children if isinstance(child, Node)]
        if self.tag in ("svg", "script", "style"):
            return ""
        if self.tag in ("msubsup", "msub", "msup"):
            base, *others = (node.raw() for node in nodes)
            marks = {"msubsup": "_^", "msub": "_", "msup": "^"}[self.tag]
            return base + "".join(m + t for m, t in sorted(zip(marks, others, strict=True)))
        return "".join(child if isinstance(child, str) else child.raw() for child in self.children)

    def text(self) -> str:
        """Its text, with symbols written as in a terminal."""
        text = self.raw()
        for mark, spelling in SPELT.items():
            text = text.replace(mark, spelling)
        for formula in SPACED:
            text = text.replace(formula.replace(" ", ""), formula)
        return re.sub(r"\s+", " ", text).strip()


class Tree(HTMLParser):
    """The page as nodes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.root = Node("page")
        self._open = [self.root]
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs))
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag, attrs):
        self._open[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open[-1].tag == tag, (tag, self._open[-1])
            self._open.pop()

    def handle_data(self, data):
        self._open[-1].children.append(data)


class PageReader(Statements):
    """Goes through the numbers of the page: of its text, of its panels, of its diagram."""

    def read(self) -> PageReader:
        (main,) = Tree(self.text).root.all("main")
        self.panels: set[tuple[int, int]] = set()
        for node in main.all("section", "details", "header"):
            for panel in [node] if node.tag == "details" else node.all("details"):
                self._panel(panel)
            self._part(node)
        return self

    def _panel(self, panel: Node) -> None:
        (body,) = [node for node in panel.all("div") if node.attributes.get("id")]
        _, l, k = str(body.attributes["id"]).split("-")
        self.panels.add((int(l), int(k)))
        self._parts(body, (int(l), int(k)))

    def _part(self, part: Node) -> None:
        self._parts(part, None)

    def _parts(self, part: Node, unit: tuple[int, int] | None) -> None:
        self.unit = unit or self.unit
        for node in part.all("h2", "h3", "h4", "p", "table", "details"):
            text = node.text()
            if node.tag == "h2":
                self.section = text.split(":")[0]
                self.seen.add(self.section.rstrip(" 0123456789"))
                self._heading(text)
            elif node.tag == "h4" and unit:
                self.section = {"Gradient": "Backward"}.get(text, text)
            elif found := re.fullmatch(r"Unit (\d+) of layer (\d+)", text):
                self.unit = int(found[2]), int(found[1])
            elif node.tag == "table" and "code" not in str(node.attributes.get("class")):
                self._rows(node)
            elif text.startswith(("Checked: ", "The slope is 0 here")):
                self._checked(text)
            elif node.tag in ("h3", "p") and unit is None:
                self._sentence(text)

    def _rows(self, table: Node) -> None:
        rows = [[cell.text() for cell in row.all("th", "td")] for row in table.all("tr")]
        if table.attributes.get("class") != "sum":
            return self._table(rows[0], rows[1:])
        lines = [
            Line(label, product.removesuffix("=").strip() or None, product.endswith("="), value)
            for label, product, value in rows[1:]
        ]
        rule = [line.equals for line in lines].index(True)
        assert all(line.equals for line in lines[rule:])
        return self._sum(lines[:rule], lines[rule], lines[rule + 1 :])
