"""The imports of a module, for the tests that hold the house to its floors.

Every import statement is read, those inside functions too, and every ``import_module("...")`` with
its name written out.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple


class Import(NamedTuple):
    """One import: its line, the full name, and whether it runs when the module is loaded."""

    line: int
    name: str
    for_types: bool
    in_function: bool


def imports(source: str) -> list[Import]:
    """Every import of a module; ``from a import b`` is named a.b."""
    return list(_imports(ast.parse(source), for_types=False, in_function=False))


def _imports(node: ast.AST, for_types: bool, in_function: bool) -> Iterator[Import]:
    match node:
        case ast.Import(names=names):
            found = [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            stem = "." * level + (module or "")
            found = [f"{stem}.{alias.name}" if module else stem + alias.name for alias in names]
        case ast.Call(
            func=ast.Name("import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            found = [name]
        case _:
            found = []
    for name in found:
        yield Import(getattr(node, "lineno", 0), name, for_types, in_function)
    in_function = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        for child in node.body:
            yield from _imports(child, True, in_function)
        children: list[ast.AST] = [*node.orelse]
    else:
        children = [*ast.iter_child_nodes(node)]
    for child in children:
        yield from _imports(child, for_types, in_function)
