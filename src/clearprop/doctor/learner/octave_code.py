"""Octave's code as text: the functions of a file, and an adapter in Octave.

A file is read as far as it tells where functions begin and end, so that the functions of a script
can be defined although the rest of it fails.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop.doctor.learner.survey import Function, Parameter

__all__ = ["definitions", "functions_of", "literal", "translated"]

_HEAD = re.compile(
    r"^\s*function\s+(?:(?:\[([^\]]*)\]|(\w+))\s*=\s*)?([A-Za-z]\w*)\s*(?:\(([^)]*)\))?"
)
_OPENING = {"function", "if", "for", "parfor", "while", "switch", "do", "try", "unwind_protect"}
_CLOSING = re.compile(r"end(?:_try_catch|_unwind_protect|\w*)$|until$")
_TOKEN = re.compile(r"""
    (?P<text>"(?:\\.|""|[^"\\\n])*"|(?<![\w)\]}'.])'(?:''|[^'\n])*')
    |(?P<comment>[%#].*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<word>\.?[A-Za-z_]\w*)
    """, re.VERBOSE)  # fmt: skip


# -- The functions of a file -----------------------------------------------------------------------


def functions_of(code: str) -> list[Function]:
    r"""The functions of a file, with what they return and how they use their parameters.

    Examples
    --------
    >>> (f,) = functions_of("function [J, grad] = f(theta, p, X)\nJ = p.W1 * X(1);\nend")
    >>> f.name, f.returns, f.parameters[1].keys
    ('f', ('J', 'grad'), ('W1',))
    """
    lines = code.splitlines()
    found = []
    for start, stop in _spans(lines):
        head = _HEAD.match(_unbroken(lines[start:stop]))
        if head is None:
            continue
        outputs = tuple(re.findall(r"\w+", head[1] if head[1] is not None else head[2] or ""))
        body = "\n".join(lines[start:stop])
        parameters = tuple(
            Parameter(name, True, *_uses(name, body))
            for part in (head[4] or "").split(",")
            if (name := part.strip().split("=")[0].strip().lstrip("~"))
        )
        calls = tuple(dict.fromkeys(re.findall(r"([A-Za-z]\w*)\s*\(", body)))
        found.append(Function(head[3], parameters, outputs, calls, line=start + 1))
    return found


def _unbroken(lines: list[str]) -> str:
    """The first line, with those that continue it ("...")."""
    return re.sub(r"\.\.\.[^\n]*\n", " ", "\n".join(lines))


def _uses(name: str, body: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    keys = dict.fromkeys(re.findall(rf"(?<![\w.]){name}\.([A-Za-z]\w*)", body))
    vector = re.search(rf"(?<![\w.]){name}\(\s*\d*\s*\(?\d*\s*[^,()]*:|reshape\(\s*{name}\b", body)
    return tuple(keys), (), "vector" if vector and not keys else ""


def _spans(lines: list[str]) -> list[tuple[int, int]]:
    """The first line of each function, and the one after its last."""
    found: list[tuple[int, int]] = []
    start, depth, inside = 0, 0, 0
    block = False  # %{ ... %}
    for number, line in enumerate(lines):
        if line.strip() in ("%{", "#{", "%}", "#}"):
            block = line.strip().endswith("{")
            continue
        for word in [] if block else _words(line):
            if word == "function" and line.lstrip().startswith("function"):
                inside = 0  # whatever was not closed before
            if word in "([{":
                inside += 1
            elif word in ")]}":
                inside = max(inside - 1, 0)
            elif inside:
                continue  # the end of X(2:end)
            elif word in _OPENING:
                if word == "function" and depth:  # functions without an end of their own
                    found.append((start, number))
                    depth = 0
                if word == "function":
                    start = number
                depth += 1
            elif _CLOSING.match(word) and depth:
                depth -= 1
                if not depth and _HEAD.match(_unbroken(lines[start:])):
                    found.append((start, number + 1))
    if depth and lines and _HEAD.match(_unbroken(lines[start:])):
        found.append((start, len(lines)))
    return found


def _words(line: str) -> list[str]:
    """Keywords, names and brackets of a line, without strings and comments."""
    found = []
    for match in _TOKEN.finditer(line):
        if match.lastgroup == "comment":
            break
        if match.lastgroup != "text" and not match[0].startswith("."):
            found.append(match[0])
    return found


def definitions(code: str) -> str:
    r"""The functions of a file as a script that only defines them; every line keeps its number.

    Examples
    --------
    >>> print(definitions("load('x');\nfunction y = f(x)\n  y = x(end);\nend\nplot(data)"))
    1;
    function y = f(x)
      y = x(end);
    end
    <BLANKLINE>
    """
    lines = code.splitlines()
    kept = [""] * len(lines)
    for start, stop in _spans(lines):
        kept[start:stop] = lines[start:stop]
        if not _is_closed(lines[start:stop]):
            kept[stop - 1] += "\nendfunction" if stop == len(lines) else "; endfunction"
    return "1;" + ("" if kept and not kept[0] else " ") + "\n".join(kept)


def _is_closed(lines: list[str]) -> bool:
    """Whether a function has an end of its own."""
    inside = depth = 0
    for word in (word for line in lines for word in _words(line)):
        inside += (word in "([{") - (word in ")]}")
        if not inside:
            depth += (word in _OPENING) - bool(_CLOSING.match(word))
    return depth <= 0


# -- An adapter ------------------------------------------------------------------------------------


class _UntranslatableError(Exception):
    """An adapter holds what this cannot say in Octave."""


def translated(adapter: str, outputs: Mapping[str, int]) -> str | None:
    r"""The body of an adapter in Octave, which leaves what it returns in ``returned``; None where
    it cannot be said. `outputs` is the number of values that each function of the file returns.

    Examples
    --------
    >>> adapter = "def adapter(weights, X, sizes):\n    return f(weights[0], X, sizes[-1])"
    >>> print(translated(adapter, {"f": 2}))
    returned = cell(1, 2); [returned{:}] = f(weights{1}, X, sizes(end));
    """
    (function,) = ast.parse(adapter).body
    assert isinstance(function, ast.FunctionDef)
    try:
        return "\n".join(_statement(node, outputs) for node in function.body)
    except _UntranslatableError:
        return None


def _statement(node: ast.stmt, outputs: Mapping[str, int]) -> str:
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        if not all(isinstance(name, ast.Name) for name in names):
            raise _UntranslatableError
        listed = ", ".join(name.id for name in names if isinstance(name, ast.Name))
        if len(names) == 1 and _count(node.value, outputs) > 1:
            return _returned(listed, node.value, outputs)
        return f"[{listed}] = {_expression(node.value)};"
    if not isinstance(node, ast.Return) or node.value is None:
        raise _UntranslatableError
    if not isinstance(node.value, ast.Tuple):
        return _returned("returned", node.value, outputs)
    parts = []
    lines = []
    for i, item in enumerate(node.value.elts):
        lines.append(_returned(f"part_{i}", item, outputs))
        several = isinstance(item, ast.Call) and _count(item, outputs) > 1
        parts.append(f"{{part_{i}}}" if several else f"{{part_{i}{{1}}}}")
    return " ".join(lines) + f" returned = [{', '.join(parts)}];"


def _returned(name: str, node: ast.expr, outputs: Mapping[str, int]) -> str:
    """Lines that put all that a call returns into a cell array."""
    count = _count(node, outputs)
    if not isinstance(node, ast.Call):
        return f"{name} = {{{_expression(node)}}};"
    return f"{name} = cell(1, {count}); [{name}{{:}}] = {_expression(node)};"


def _count(node: ast.expr, outputs: Mapping[str, int]) -> int:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return max(outputs.get(node.func.id, 1), 1) if called else 1  # type: ignore[attr-defined]


def _expression(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return repr(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return f"{node.func.id}({', '.join(map(_expression, node.args))})"
    if isinstance(node, ast.List):
        return "{" + ", ".join(map(_expression, node.elts)) + "}"
    if isinstance(node, ast.Dict):
        return _struct(node)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call):
        first = isinstance(node.slice, ast.Constant) and node.slice.value == 0
        if first:  # the first of several values
            return _expression(node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _indexed(node.value.id, node.slice)
    raise _UntranslatableError


def _struct(node: ast.Dict) -> str:
    parts = []
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, ast.Constant):
            raise _UntranslatableError
        text = _expression(value)
        parts += [f"'{key.value!s}'", f"{{{text}}}"]
    return f"struct({', '.join(parts)})"


def _indexed(name: str, index: ast.expr) -> str:
    if isinstance(index, ast.UnaryOp) and isinstance(index.operand, ast.Constant):
        place = "end"
    elif isinstance(index, ast.Constant) and isinstance(index.value, int):
        place = str(index.value + 1)
    elif isinstance(index, ast.Constant):
        return f"{name}.{index.value!s}"
    else:
        raise _UntranslatableError
    return f"{name}({place})" if name == "sizes" else f"{name}{{{place}}}"


def literal(value: Any) -> str:
    """A value as Octave writes it; a vector is a column."""
    if isinstance(value, list) and value and all(isinstance(item, int) for item in value):
        return "[" + " ".join(map(str, value)) + "]"
    if isinstance(value, list):
        return "{" + ", ".join(map(literal, value)) + "}"
    if isinstance(value, np.ndarray):
        rows = value[:, None] if value.ndim == 1 else value
        return "[" + "; ".join(" ".join(f"{x:.17g}" for x in row) for row in rows.tolist()) + "]"
    return f"{value:.17g}"
