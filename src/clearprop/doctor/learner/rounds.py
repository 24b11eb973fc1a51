"""A training loop at the top level of a script, as a function that runs one round of it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from clearprop.doctor.learner.names import place_of

__all__ = ["ROUND", "rounds_of"]

ROUND = "loop_at_line_"
"""How the name of such a function begins; the number of its line follows."""


def rounds_of(tree: ast.Module) -> list[ast.FunctionDef]:
    r"""A function for each loop at the top level that changes weights.

    Examples
    --------
    >>> tree = ast.parse("for epoch in range(100):\n    W1 -= 0.1 * X.T @ (X @ W1 - y)")
    >>> print(ast.unparse(rounds_of(tree)[0]))
    def loop_at_line_1():
        global W1, epoch
        for epoch in [0]:
            W1 -= 0.1 * X.T @ (X @ W1 - y)
    """
    return [_round(loop) for loop in _loops(tree.body) if _trains(loop)]


def _loops(statements: list[ast.stmt]) -> Iterator[ast.For | ast.While]:
    """The outermost loops, under ``if __name__ == "__main__"``, too."""
    for statement in statements:
        if isinstance(statement, ast.For | ast.While):
            yield statement
        elif isinstance(statement, ast.If | ast.With | ast.Try):
            yield from _loops(statement.body)


def _trains(loop: ast.For | ast.While) -> bool:
    """Whether weights change in it."""
    places = [place_of(name) for name in _assigned(loop)]
    return any(p is not None and p.kind == "weights" and not p.gradient for p in places)


def _assigned(loop: ast.AST) -> list[str]:
    """The names that get a value in it, in order."""
    names = [n.id for n in ast.walk(loop) if isinstance(n, ast.Name)
             and isinstance(n.ctx, ast.Store)]  # fmt: skip
    inside = [n.value.id for n in ast.walk(loop) if isinstance(n, ast.Subscript)
              and isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name)]  # fmt: skip
    return sorted({*names, *inside})


def _round(loop: ast.For | ast.While) -> ast.FunctionDef:
    body = copy.deepcopy(loop.body)
    target = loop.target if isinstance(loop, ast.For) else ast.Name("_", ast.Store())
    names = _assigned(loop)
    if isinstance(loop, ast.For) and not _counts(loop):  # over samples: the loop as it is
        inner: ast.stmt = copy.deepcopy(loop)
    else:
        once = ast.List([ast.Constant(0)], ast.Load())
        inner = ast.For(copy.deepcopy(target), once, body, [])
    arguments = ast.arguments([], [], None, [], [], None, [])
    name = f"{ROUND}{loop.lineno}"
    function = ast.FunctionDef(name, arguments, [ast.Global(names), inner], [])
    ast.copy_location(function, loop)
    return ast.fix_missing_locations(function)


def _counts(loop: ast.For) -> bool:
    """Whether a loop counts rounds: ``for epoch in range(1000)``."""
    iterated = loop.iter
    while isinstance(iterated, ast.Call) and iterated.args:  # tqdm(range(1000))
        function = iterated.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if name in ("range", "xrange", "trange"):
            return True
        iterated = iterated.args[0]
    return False
