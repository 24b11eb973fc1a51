"""The text of a learner's file: a Python file, or the code cells of a notebook, joined."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Source", "read_source"]

# A line that IPython alone understands: %magic, !command, ?help and help?.
_MAGIC = re.compile(r"\s*(?:%|!|\?)|.*[\w\])]\?{1,2}\s*$")
_CAPTURED = re.compile(r"(\s*[\w, ]+=\s*)[!%].*")  # files = !ls

# These cell magics run the rest of their cell as Python. All others do something else with it.
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3")


@dataclass(frozen=True)
class Source:
    """What a file holds, as Python.

    Attributes
    ----------
    text
        The code; each line of a notebook's cell stands in a line of its own.
    cells
        For a notebook, the number and the first line in `text` of every code cell.
    left_out
        The numbers of cells that are no Python.
    """

    text: str
    cells: tuple[tuple[int, int], ...] = ()
    left_out: tuple[int, ...] = ()

    def place(self, file: str, line: int) -> tuple[str, int]:
        """Where a line of `text` stands for its author: in a notebook, in which cell.

        Examples
        --------
        >>> Source("", ((1, 1), (3, 5))).place("mine.ipynb", 6)
        ('mine.ipynb, cell 3', 2)
        """
        found = bisect_right([first for _, first in self.cells], line) - 1
        if found < 0:
            return file, line
        number, first = self.cells[found]
        return f"{file}, cell {number}", line - first + 1

    def line(self, number: int) -> str:
        """The code in a line, counted from 1; nothing where there is no such line."""
        lines = self.text.splitlines()
        return lines[number - 1].strip() if 1 <= number <= len(lines) else ""


def read_source(path: Path) -> Source:
    r"""Read a Python file or a notebook.

    Raises
    ------
    SyntaxError
        For a file that is no text or no notebook.

    Examples
    --------
    >>> import tempfile
    >>> cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", "x = 1"]}]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "mine.ipynb"
    ...     _ = path.write_text(json.dumps({"cells": cells}))
    ...     read_source(path).text
    'pass\nx = 1\n'
    """
    data = path.read_bytes()
    if path.suffix.lower() == ".ipynb":
        return _notebook(path, data)
    text = _decoded(path, data)
    return Source(text if _is_python(text) or not _is_python(plain := _plain(text)) else plain)


def _decoded(path: Path, data: bytes) -> str:
    """The text as Python decodes it: by its first lines, or as UTF-8."""
    if b"\0" in data:
        raise SyntaxError("the file holds null bytes: it is no text", (str(path), 0, 0, ""))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (UnicodeDecodeError, SyntaxError) as error:
        before = data[: error.start] if isinstance(error, UnicodeDecodeError) else b""
        line = before.count(b"\n") + 1
        message = f"the file is not UTF-8 text: {error}"
        raise SyntaxError(message, (str(path), line, 0, "")) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _notebook(path: Path, data: bytes) -> Source:
    try:
        codes = _code_cells(json.loads(data))
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError) as error:
        raise SyntaxError(f"the file is no notebook: {error}", (str(path), 0, 0, "")) from None
    parts: list[str] = []
    cells: list[tuple[int, int]] = []
    left_out: list[int] = []
    first = 1
    for number, code in enumerate(codes, start=1):
        if not _is_python(code):
            code = _plain(code)
            if not _is_python(code):
                left_out.append(number)
                code = "".join(f"# {line}\n" for line in code.splitlines())
        code = code.rstrip("\n") + "\n"
        cells.append((number, first))
        parts.append(code)
        first += code.count("\n")
    return Source("".join(parts), tuple(cells), tuple(left_out))


def _code_cells(notebook: Any) -> list[str]:
    """The text of each code cell, of format 4 or 3."""
    sheets = notebook.get("worksheets", [notebook])
    cells = [cell for sheet in sheets for cell in sheet["cells"] if cell["cell_type"] == "code"]
    texts = [cell["source"] if "source" in cell else cell["input"] for cell in cells]
    joined = [text if isinstance(text, str) else "".join(text) for text in texts]
    return ["\n".join(text.splitlines()) for text in joined]


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _plain(text: str) -> str:
    """A cell without its magics. Every line stays in its place."""
    lines = text.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and first.split()[0] not in _PYTHON_CELLS:
        return "\n".join(f"# {line}" for line in lines)
    return "\n".join(map(_without_magic, lines))


def _without_magic(line: str) -> str:
    if captured := _CAPTURED.fullmatch(line):
        return captured[1] + "[]"
    if _MAGIC.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line
