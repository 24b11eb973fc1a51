"""What the syntax tree of a function tells: what it returns, what it calls, how it uses its names.

A learning rate and a number of rounds may stand in it as numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from clearprop.doctor.learner.names import is_cost, place_of, roles_of

__all__ = ["Facts", "called", "number_of"]


class Facts:
    """What one function's syntax tree tells."""

    def __init__(self, node: ast.FunctionDef | None) -> None:
        self._nodes = [] if node is None else _in_order(node)
        self.line = 0 if node is None else node.lineno
        self.returns = self._returns(node)
        self.rate = next(filter(None, map(_rate_in, self._nodes)), None)
        self.rounds = next(filter(None, map(_rounds_of, self._nodes)), None)
        self.counted = next(filter(None, map(_counted_by, self._nodes)), "")
        names = [n for n in self._nodes if isinstance(n, ast.Name)]
        shared = {name for n in self._nodes if isinstance(n, ast.Global) for name in n.names}
        local = {n.id for n in names if isinstance(n.ctx, ast.Store)} - shared
        self.reads = tuple(dict.fromkeys(n.id for n in names if n.id not in local))
        self.costs = tuple(sorted(name for name in local if is_cost(name)))
        self.writes = tuple(dict.fromkeys(self._written()))
        self.calls = tuple(
            dict.fromkeys(
                name for n in self._nodes if isinstance(n, ast.Call) and (name := called(n.func))
            )
        )
        self.strings = tuple(dict.fromkeys(self._keys()))

    def _written(self) -> Iterator[str]:
        """The names outside of it that a function changes: those of ``global``, and ``W[...] -=``."""
        for n in self._nodes:
            if isinstance(n, ast.Global):
                yield from n.names
            targets = n.targets if isinstance(n, ast.Assign) else [getattr(n, "target", None)]
            for target in targets if isinstance(n, ast.Assign | ast.AugAssign) else []:
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    yield target.value.id

    def _keys(self) -> Iterator[str]:
        """The constant keys of dicts, whichever they are: ``d["W1"]``, ``{"W1": ...}``."""
        looped = self._looped()
        for n in self._nodes:
            if isinstance(n, ast.Subscript):
                index = n.slice
                if isinstance(index, ast.Name) and index.id in looped:
                    yield from looped[index.id]
                elif isinstance(index, ast.Constant | ast.BinOp | ast.JoinedStr):
                    yield from filter(None, [_head(index)])
            elif isinstance(n, ast.Dict):
                for key in n.keys:
                    yield from filter(None, [_head(key)] if key is not None else [])
            elif isinstance(n, ast.Call) and called(n.func) == "dict":
                yield from (keyword.arg for keyword in n.keywords if keyword.arg)

    def of(self, parameter: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """The keys of a parameter, the names it is unpacked to, and its use."""
        keys: list[str] = []
        unpacked: tuple[str, ...] = ()
        uses: set[str] = set()
        each = self._members(parameter)
        looped = self._looped()
        for n in self._nodes:
            if isinstance(n, ast.Subscript):
                inner = n.value
                if _is_name(inner, parameter):
                    index = n.slice
                    if isinstance(index, ast.Constant) and isinstance(index.value, str):
                        keys.append(index.value)
                    elif isinstance(index, ast.Name) and index.id in looped:
                        keys += looped[index.id]
                    elif isinstance(index, ast.BinOp | ast.JoinedStr) and (head := _head(index)):
                        keys.append(head)
                    elif isinstance(index, ast.Slice):
                        uses.add("vector")
                    else:
                        uses.add("indexed")
                elif isinstance(inner, ast.Subscript) and _is_name(inner.value, parameter):
                    constant = n.slice.value if isinstance(n.slice, ast.Constant) else None
                    uses.add("dicts" if isinstance(constant, str) else "pairs")
                    if isinstance(constant, str):
                        keys.append(constant)
                elif isinstance(inner, ast.Name) and inner.id in each:  # layer["W"], layer[0]
                    constant = n.slice.value if isinstance(n.slice, ast.Constant) else None
                    if isinstance(constant, str):
                        uses.add("dicts")
                        keys.append(constant)
                    elif isinstance(constant, int):
                        uses.add("pairs")
            elif isinstance(n, ast.Assign) and _is_name(n.value, parameter):
                target = n.targets[0]
                if isinstance(target, ast.Tuple):
                    if all(_is_pair(item) for item in target.elts):  # (W1, b1), (W2, b2) = params
                        uses.add("pairs")
                    else:
                        unpacked = tuple(getattr(item, "id", "") for item in target.elts)
            elif isinstance(n, ast.Assign) and _is_pair_of(n.targets[0], n.value, parameter):
                uses.add("pairs")  # W, b = params[-1]
            elif isinstance(n, ast.Attribute) and _is_name(n.value, parameter):
                uses.add("vector" if n.attr in ("reshape", "size", "ravel") else "")
                if n.attr == "get":
                    keys += self._got(parameter)
                elif (place := place_of(n.attr)) is not None and not place.gradient:
                    keys.append(n.attr)
                    uses.add("object")
            elif isinstance(n, ast.For | ast.comprehension) and _is_pair_of(
                n.target, n.iter, parameter
            ):
                uses.add("pairs")
        uses.discard("")
        if inner := self._of_units(parameter):  # network[l][j]["weights"]
            return inner, (), "units"
        use = next((u for u in ("object", "dicts", "pairs", "vector", "indexed") if u in uses), "")
        return tuple(dict.fromkeys(keys)), unpacked, use

    def _members(self, parameter: str) -> set[str]:
        """Loop variables that run through a parameter: ``for i, layer in enumerate(layers)``."""
        found = set()
        for n in self._nodes:
            if not isinstance(n, ast.For | ast.comprehension):
                continue
            inside = {m.id for m in ast.walk(n.iter) if isinstance(m, ast.Name)}
            if parameter in inside:
                found |= {m.id for m in ast.walk(n.target) if isinstance(m, ast.Name)}
        return found

    def _of_units(self, parameter: str) -> tuple[str, ...]:
        """The keys of a dict that stands two lists deep in a parameter: one for each unit."""
        depths = {parameter: 0}
        for _ in range(3):  # a name may be used above the line that gives it its value
            for n in self._nodes:
                if isinstance(n, ast.For | ast.comprehension):
                    _enter(n.target, n.iter, depths)
                elif isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name):
                    depth = _depth(n.value, depths)
                    if depth is not None:
                        depths.setdefault(n.targets[0].id, depth)
        keys = [
            n.slice.value
            for n in self._nodes
            if isinstance(n, ast.Subscript)
            and isinstance(n.slice, ast.Constant)
            and isinstance(n.slice.value, str)
            and _depth(n.value, depths) == 2
        ]
        return tuple(dict.fromkeys(keys))

    def _got(self, parameter: str) -> list[str]:
        return [
            n.args[0].value
            for n in self._nodes
            if isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute)
            and n.func.attr == "get"
            and _is_name(n.func.value, parameter)
            and n.args
            and isinstance(n.args[0], ast.Constant)
            and isinstance(n.args[0].value, str)
        ]

    def _looped(self) -> dict[str, list[str]]:
        """Loop variables that run through constant strings: ``for k in ("W1", "b1")``."""
        found = {}
        for n in self._nodes:
            if isinstance(n, ast.For | ast.comprehension) and isinstance(n.target, ast.Name):
                items = getattr(n.iter, "elts", [])
                constants = [i.value for i in items if isinstance(i, ast.Constant)]
                strings = [value for value in constants if isinstance(value, str)]
                if strings and len(strings) == len(constants):
                    found[n.target.id] = strings
        return found

    def _returns(self, node: ast.FunctionDef | None) -> tuple[str, ...]:
        """The names of the values in the return statement that has most of them."""
        if node is None:
            return ()
        found: tuple[str, ...] = ()
        for n in self._nodes:
            if isinstance(n, ast.Return) and n.value is not None:
                value = n.value
                items = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
                names = tuple(_named(item) for item in items)
                if len(names) >= len(found):
                    found = names
        return found


def _depth(node: ast.AST, depths: Mapping[str, int]) -> int | None:
    """How many lists deep an expression stands in a parameter; None where it is no part of it."""
    if isinstance(node, ast.Name):
        return depths.get(node.id)
    if isinstance(node, ast.Subscript):
        inner = _depth(node.value, depths)
        named = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        if inner is None or named:
            return None
        return inner if isinstance(node.slice, ast.Slice) else inner + 1
    if isinstance(node, ast.Call) and called(node.func) in ("reversed", "list") and node.args:
        return _depth(node.args[0], depths)
    return None


def _enter(target: ast.AST, iterated: ast.AST, depths: dict[str, int]) -> None:
    """The depth of loop variables: ``for layer in network``, ``for l, layer in enumerate(...)``."""
    if isinstance(iterated, ast.Call) and called(iterated.func) in ("enumerate", "zip", "reversed"):
        members = getattr(target, "elts", [target])
        skipped = called(iterated.func) == "enumerate"
        for member, argument in zip(members[skipped:], iterated.args, strict=False):
            _enter(member, argument, depths)
        return
    depth = _depth(iterated, depths)
    if isinstance(target, ast.Name) and depth is not None:
        depths.setdefault(target.id, depth + 1)


def _in_order(node: ast.FunctionDef) -> list[ast.AST]:
    """The nodes of a function in the order of its text, without functions inside it."""
    found: list[ast.AST] = []

    def visit(n: ast.AST) -> None:
        for child in ast.iter_child_nodes(n):
            if isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
                continue
            found.append(child)
            visit(child)

    visit(node)
    return found


def _rate_in(node: ast.AST) -> float | None:
    """The number that a step is multiplied with: ``W -= 0.1 * dW``, ``W = W + 0.1 * dW``."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            return number_of(value.value) if roles_of(target.id) == "rate" else None
        if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub):
            return None
        if ast.dump(value.left) != ast.dump(target).replace("Store()", "Load()"):
            return None
        step = value.right
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        step = node.value
    else:
        return None
    while isinstance(step, ast.BinOp) and isinstance(step.op, ast.Mult | ast.Div | ast.MatMult):
        for side in (step.left, step.right):
            if isinstance(side, ast.Constant) and isinstance(side.value, float):
                return side.value if isinstance(step.op, ast.Mult) else None
        step = step.left
    return None


def _rounds_of(node: ast.AST) -> int | None:
    """How often ``for _ in range(1000)`` runs."""
    if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Call):
        return None
    call = node.iter
    if called(call.func) not in ("range", "trange") or len(call.args) != 1:
        return None
    count = call.args[0]
    is_whole = isinstance(count, ast.Constant) and isinstance(count.value, int)
    return count.value if is_whole else None  # type: ignore[attr-defined]


def _counted_by(node: ast.AST) -> str:
    """The name that tells how often a loop runs: ``for _ in range(self.n_iter)``."""
    if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Call):
        return ""
    call = node.iter
    if called(call.func) not in ("range", "trange", "tqdm") or len(call.args) != 1:
        return ""
    (count,) = call.args
    if isinstance(count, ast.Call):  # tqdm(range(n))
        return _counted_by(ast.For(node.target, count, [], []))
    name = called(count) if isinstance(count, ast.Name | ast.Attribute) else ""
    return name if roles_of(name) in (None, "epochs") else ""


def number_of(value: Any) -> float | None:
    """A number as float; None for anything else."""
    return float(value) if isinstance(value, int | float) else None


def _is_pair_of(target: ast.AST, value: ast.AST, name: str) -> bool:
    """Whether two names are taken at once out of a list, or out of a part of it."""
    whole = value.value if isinstance(value, ast.Subscript) else value
    return _is_pair(target) and _is_name(whole, name)


def _is_pair(node: ast.AST) -> bool:
    return isinstance(node, ast.Tuple) and len(node.elts) == 2


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def called(node: ast.AST) -> str:
    """The name of what is called: ``loss``, ``np.dot`` -> ``dot``."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _named(node: ast.AST) -> str:
    """A name for a returned expression: ``J``, ``self.dW``, ``float(cost)``; else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Starred):
        return "*" + _named(node.value)
    if isinstance(node, ast.Dict):
        return "{}"
    if isinstance(node, ast.ListComp):  # [p.grad for p in parameters]
        return "grads" if _named(node.elt) == "grad" else ""
    if isinstance(node, ast.List | ast.Tuple):
        return "grads" if {_named(item) for item in node.elts} == {"grad"} else ""
    if isinstance(node, ast.Call) and len(node.args) == 1 and called(node.func) in (
        "float", "squeeze", "array", "asarray", "detach", "item",
    ):  # fmt: skip
        return _named(node.args[0])
    if isinstance(node, ast.Call) and is_cost(name := called(node.func)) and "grad" not in name:
        return name
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _named(node.left) if isinstance(node.left, ast.Name) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        sides = [side.id for side in (node.left, node.right) if isinstance(side, ast.Name)]
        return next(filter(is_cost, sides), "")
    return ""


def _head(node: ast.AST) -> str:
    """The constant beginning of a key that is put together: ``"W" + str(l)``, ``f"W{l}"``."""
    if isinstance(node, ast.BinOp):
        return _head(node.left)
    if isinstance(node, ast.JoinedStr) and node.values:
        return _head(node.values[0])
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""
