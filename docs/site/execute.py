"""Runs the code of a page, so that its outputs are made and not pasted.

All ``python`` blocks of a page run in order, in one namespace and in an empty folder. The page
shows what they print, and the last expression if a notebook would show it as HTML or SVG. A block
with a title, such as ``python title="mine.py"``, is also written into a file of that name. The
lines of a ``console`` block begin with ``$`` and run in a shell in the same folder, or, where they
are a command of Clearprop alone, in this process (`commands.py`); ``console exit="1"`` expects that
exit code. A block that is one ``$ clearprop figure`` command shows its
figure. Whatever fails or warns raises.
"""

from __future__ import annotations

import ast
import io
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
from blocks import Block, pieces
from commands import command
from drawn import drawn

_COLUMNS = 80


class Output(NamedTuple):
    """What a block printed, and the HTML or SVG that it shows ("" for none)."""

    text: str
    html: str


class PageError(Exception):
    """A block that did not do what the page says."""


def run(markdown: str, name: str) -> list[tuple[str, None] | tuple[Block, Output]]:
    """The page in order: pieces of Markdown, and blocks with their outputs."""
    done: list[tuple[str, None] | tuple[Block, Output]] = []
    scope: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder, chdir(folder), _plain():
        for piece in pieces(markdown):
            if isinstance(piece, Block):
                done.append((piece, _run_block(piece, f"{name}, line {piece.line}", scope)))
            else:
                done.append((piece, None))
    return done


def _run_block(block: Block, where: str, scope: dict[str, Any]) -> Output:
    if block.kind == "console":
        if svg := drawn(block.code):
            return Output("", svg)
        return _console(block.code, where, block.exit_code)
    if block.title:
        Path(block.title).write_text(block.code, encoding="utf-8")
    try:
        return _python(block.code, where, scope)
    except Exception as error:
        error.add_note(f"in the code of {where}")
        raise


def _python(code: str, where: str, scope: dict[str, Any]) -> Output:
    """The output of a block, run like a cell of a notebook."""
    tree = ast.parse(code, where)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    value = None
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, where, "exec"), scope)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), where, "eval"), scope)
        for show in ("_repr_html_", "_repr_svg_"):
            if hasattr(value, show):
                return Output(printed.getvalue(), getattr(value, show)())
    return Output(printed.getvalue(), "")


def _console(code: str, where: str, expected: int) -> Output:
    text = ""
    for line in code.splitlines():
        if not line.startswith("$ "):
            raise PageError(f"{where}: a console block has lines with '$ ' only; got {line!r}")
        code, printed = command(line[2:])
        if code != expected:
            raise PageError(f"{where}: {line}: exit code {code}\n{printed}")
        text += printed
    return Output(text, "")


@contextmanager
def _plain() -> Iterator[None]:
    """Lines of 80 columns without colours, no windows; a warning is an error."""
    before = os.environ.copy()
    path = f"{Path(sys.executable).parent}{os.pathsep}{before['PATH']}"  # finds this clearprop
    os.environ |= {"COLUMNS": str(_COLUMNS), "NO_COLOR": "1", "PATH": path}
    try:
        with warnings.catch_warnings(), mpl.rc_context({"backend": "agg"}):
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "the native core is not installed")
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
