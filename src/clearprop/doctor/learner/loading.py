"""A learner's file, loaded: its definitions are taken, although the rest of it fails.

The statements of the top level are executed one by one. One that raises is skipped, and one that
takes too long (a training loop) is interrupted. For a process that runs nothing else: plots,
``input()`` and waiting are made harmless for good.
"""

from __future__ import annotations
import __future__

import ast
import importlib.machinery
import linecache
import os
import re
import signal
import sys
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from clearprop.doctor.learner.raised import Raised, is_learners, raised
from clearprop.doctor.learner.rounds import rounds_of
from clearprop.doctor.learner.source import Source, read_source
from clearprop.doctor.learner.standins import StandIn, forget_stand_ins, make_harmless

__all__ = ["Loaded", "load", "refused"]

_SECONDS = 10.0  # that a top level may take, for data that are read
_TRAINING = 3.0  # of these, for loops and calls of the file's own functions: nobody needs them
# What Python 3 says of Python 2, and a print that it reads as something else: print >>file, x.
_PYTHON_2 = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
    "backquote",
)
_PRINT_2 = re.compile(r"print\s+(>>|[\"'\w])|except\s+\w+\s*,\s*\w+\s*:|raise\s+\w+\s*,")
_LEAST = 0.05  # that a single statement may take, however much time has gone


@dataclass(frozen=True)
class Loaded:
    """A file that has been loaded as far as it goes.

    Attributes
    ----------
    module
        The module with what it defines.
    failed
        The first statement of its top level that failed, with its line; None if none did. The
        file is to be used all the same.
    source
        The text of the file, or of a notebook's code cells; behind it a function for a round of
        each loop at the top level that trains.
    cells
        The file's text with the places of cells, for the lines in exceptions.
    """

    module: ModuleType
    failed: Raised | None
    source: str
    cells: Source


class _TooLongError(BaseException):
    """A statement's time is over. A learner's ``except Exception`` lets it through."""


def load(path: Path, seconds: float = _SECONDS) -> Loaded:
    r"""Load a Python file or a notebook.

    Parameters
    ----------
    path
        The file, ``.py`` or ``.ipynb``.
    seconds
        How long its top level may compute, the loading of libraries not counted.

    Raises
    ------
    SyntaxError
        For a file that is no Python; :func:`refused` says what it may be.

    Examples
    --------
    >>> import subprocess, sys, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:  # in a process of its own
    ...     file = Path(folder) / "mine.py"
    ...     _ = file.write_text("rate = float(input())\ndef cost(theta): return theta @ theta")
    ...     code = (
    ...         "from clearprop.doctor.learner.loading import *; from pathlib import Path;"
    ...         f"loaded = load(Path({str(file)!r})); print(loaded.failed.line, loaded.module.cost)"
    ...     )
    ...     print(subprocess.run([sys.executable, "-c", code], capture_output=True).stdout)
    b'1 <function cost at 0x...>\n'
    """
    source = read_source(path)
    name = str(path)
    lines = source.text.splitlines(keepends=True)
    linecache.cache[name] = (len(source.text), None, lines, name)  # a notebook has no such lines
    with warnings.catch_warnings(action="ignore"):  # an invalid escape in a string
        tree = ast.parse(source.text, name)
    module = _module(path)
    make_harmless()
    if source.cells:
        vars(module).update(display=StandIn("IPython"), get_ipython=StandIn("IPython"))
    sys.argv = [name]
    failed = _executed(tree, module, name, seconds)
    text = source.text
    for loop in rounds_of(tree):
        exec(compile(ast.Module([loop], type_ignores=[]), name, "exec"), vars(module))
        text += f"\n\n{ast.unparse(loop)}\n"
    if source.left_out and failed is None:
        listed = ", ".join(map(str, source.left_out))
        failed = Raised.said("SyntaxError", "cells-left-out", file=name, cells=listed)
    return Loaded(module, _placed(failed, source), text, source)


def refused(error: SyntaxError) -> Raised:
    """Why a file is no Python: for Python 2, and for mixed tabs and spaces, in a sentence.

    Examples
    --------
    >>> try:
    ...     ast.parse("print 'J', J")
    ... except SyntaxError as error:
    ...     refused(error).message
    'this is written for Python 2, and Clearprop runs Python 3: print is a function there, ...'
    """
    found = raised(error)
    key = "tabs" if isinstance(error, TabError) else ""
    if error.msg.startswith(_PYTHON_2) or _PRINT_2.match(found.code):
        key = "python-2"
    if not key:
        return found
    return Raised.said(found.kind, key, file=found.file, line=found.line, code=found.code)


def _module(path: Path) -> ModuleType:
    """An empty module with the file's name, registered under it."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = path.stem
    while name in sys.modules or name in sys.builtin_module_names:
        name += "_"  # a file that is called random.py
    module = ModuleType(name)
    module.__file__ = str(path)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, origin=str(path))
    sys.modules[name] = module
    return module


def _executed(tree: ast.Module, module: ModuleType, name: str, seconds: float) -> Raised | None:
    """Execute statement after statement; return the first failure."""
    first: Raised | None = None
    left, flags = {"own": min(seconds, _TRAINING), "library": seconds}, 0
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for feature in statement.names:
                flags |= getattr(__future__, feature.name).compiler_flag
        # Half of what is left, so that the statements after a training loop have their turn. Where
        # a library is loaded, only the limit of the whole counts.
        kind = "own" if _runs_own(statement, module) else "library"
        loads = _imports_library(statement, module)
        may_take = 3600.0 if loads else max(left[kind] / 2, _LEAST)
        clock = _Clock(may_take)
        try:
            code = _compiled(statement, name, flags)
            with clock:
                exec(code, vars(module))
        except _TooLongError as error:
            long = raised(error)
            failed = Raised.said(
                "Timeout",
                "top-level-long",
                file=long.file,
                line=long.line,
                code=long.code,
                seconds=f"{may_take:.2g}",
            )
            first = first or failed
        except SystemExit:
            pass  # the end of a program, and no failure
        except BaseException as error:
            first = first or raised(error)
        forget_stand_ins()
        if not loads:
            left[kind] = max(left[kind] - clock.spent, 0.0)
    return first


def _runs_own(statement: ast.stmt, module: ModuleType) -> bool:
    """Whether a statement loops, or calls what the file itself defines: it may be training."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return False
    for node in ast.walk(statement):
        if isinstance(node, ast.For | ast.While):
            return True
        own = vars(module).get(node.id) if isinstance(node, ast.Name) else None
        if getattr(own, "__module__", None) == module.__name__:
            return True
    return False


def _imports_library(statement: ast.stmt, module: ModuleType) -> bool:
    """Whether a statement imports what is installed, and no other file of the learner's."""
    if isinstance(statement, ast.Import):
        names = [name.name for name in statement.names]
    elif isinstance(statement, ast.ImportFrom) and not statement.level:
        names = [statement.module or ""]
    else:
        return False
    folder = Path(str(module.__file__)).resolve().parent
    roots = [folder / name.partition(".")[0] for name in names]
    return not any(root.is_dir() or root.with_suffix(".py").is_file() for root in roots)


def _compiled(statement: ast.stmt, name: str, flags: int) -> CodeType:
    with warnings.catch_warnings(action="ignore"):
        tree: Any = ast.Module([statement], type_ignores=[])
        code: CodeType = compile(tree, name, "exec", flags=flags, dont_inherit=True)
        return code


class _Clock:
    """Interrupts what takes longer with :class:`_TooLongError`. While a library is loaded it stops:
    PyTorch loads parts of itself when the first optimizer is made.

    Attributes
    ----------
    spent
        The seconds that have counted.
    """

    def __init__(self, seconds: float) -> None:
        self.spent = 0.0
        self._seconds, self._armed = seconds, False

    def __enter__(self) -> _Clock:
        self._last, self._armed = time.monotonic(), True
        if hasattr(signal, "setitimer"):  # on Windows the limit of the whole is what is left
            self._before = signal.signal(signal.SIGALRM, self._tick)
            # Again and again: a bare "except:" in the learner's loop would swallow the first one.
            signal.setitimer(signal.ITIMER_REAL, min(self._seconds, 0.05), 0.05)
        return self

    def __exit__(self, *how: object) -> None:
        self._armed = False
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
        self._count(None)

    def _count(self, frame: FrameType | None) -> None:
        now = time.monotonic()
        self.spent += 0.0 if _is_loading(frame) else now - self._last
        self._last = now

    def _tick(self, number: int, frame: FrameType | None) -> None:
        self._count(frame)
        if self._armed and self.spent >= self._seconds:
            raise _TooLongError


def _is_loading(frame: FrameType | None) -> bool:
    """Whether a library is being loaded, and no file of the learner's."""
    while frame is not None and not is_learners(frame.f_code.co_filename):
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _placed(found: Raised | None, source: Source) -> Raised | None:
    """The same, with the cell of a notebook in place of the joined text's line."""
    if found is None or not found.line:
        return found
    file, line = source.place(found.file, found.line)
    return replace(found, file=file, line=line)
