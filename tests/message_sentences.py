"""The English sentences of the source that a person may read as an error or a warning."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "clearprop"

# Rooms whose messages reach nobody at a command line. What the doctor says stands in its catalogue
# and its mistakes, in both languages, but for one file.
APART = {
    *("estimators", "notebook.py", "page.py", "messages"),
    *("__init__.py", "faces.py", "language.py", "doctor"),
}
DOCTOR = "doctor/examine.py"
_RAISED = {
    *("ClearpropError", "ParameterError", "DataError", "ModelFileError"),
    *("EngineError", "GradientError", "DivergenceError"),
}
_WORDS = re.compile(r"[A-Za-z]{2,}[,:;)]* \(?[a-z]{2,}|[a-z]{3,}: \{|\} [a-z]{3,}")
_MARKUP = re.compile(r"[<\\\n$|]|\(\?")


class Sentence(NamedTuple):
    """A sentence with fields in braces, and where it stands."""

    text: str
    place: str


@cache
def sentences(room: str) -> list[Sentence]:
    """The sentences of a room: what is raised or warned, and every text of several words."""
    base = PACKAGE / room
    paths = sorted(base.rglob("*.py")) if base.is_dir() else [base]
    return [
        Sentence(text, f"{path.relative_to(PACKAGE)}:{node.lineno}")
        for path in paths
        for node, text in _texts(ast.parse(path.read_text(encoding="utf-8")))
    ]


def rooms() -> list[str]:
    """The rooms whose messages may reach a command line."""
    found = {path.name for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    return sorted({*(found - APART), DOCTOR} - {"py.typed", "__pycache__"})


def _texts(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    inside: set[ast.AST] = set()  # parts of a text, and docstrings
    raised: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(ast.walk(node))
            inside.discard(node)
            for value in node.values:
                if isinstance(value, ast.FormattedValue):
                    inside.difference_update(_strings(value.value))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(node.value)
        elif isinstance(node, ast.Call) and _name(node.func) in {*_RAISED, "warn"}:
            raised.update(node.args)
    for node in ast.walk(tree):
        if node not in inside and isinstance(node, ast.JoinedStr | ast.Constant):
            text = _text(node)
            said = node in raised or _WORDS.search(text)
            words = re.search("[A-Za-z]{2}", re.sub(r"\{\w*\}", "", text))
            if said and words and not _MARKUP.search(text):
                yield node, text


def _strings(node: ast.AST) -> Iterator[ast.AST]:
    """The texts within an expression."""
    return (part for part in ast.walk(node) if isinstance(part, ast.JoinedStr | ast.Constant))


def _text(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif not text.endswith("}"):  # fields side by side are one
            text += "{" + (_name(part.value) or "value") + "}"  # type: ignore[attr-defined]
    return text


def _name(node: ast.AST) -> str:
    """What an expression is called: its last name."""
    if isinstance(node, ast.Name):
        return node.id.strip("_")
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_")
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    if isinstance(node, ast.Call):
        return next(filter(None, map(_name, node.args)), "") or _name(node.func)
    return ""
