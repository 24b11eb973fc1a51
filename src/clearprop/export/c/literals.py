"""Numbers, texts and tables as C writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.network.architecture import Array

__all__ = ["Tables", "comment", "identifier", "number", "text"]

_WIDTH = 96  # of a line in a table


def text(value: str) -> str:
    r"""A string literal with the bytes of UTF-8, whatever stands in it.

    Raises
    ------
    ClearpropError
        For a text with the character NUL, which no string of C can hold.

    Notes
    -----
    A question mark is escaped, since ``??/`` is a backslash in C99.

    Examples
    --------
    >>> print(text('say "hi"??/\n'), text("é"))
    "say \"hi\"\?\?/\n" "\303\251"
    """
    if "\0" in value:
        raise ClearpropError(
            f"c: {value!r} holds the character NUL, which ends a text in C; nothing was written"
        )
    escapes = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "?": r"\?"}
    found = "".join(
        escapes.get(chr(byte)) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")
        for byte in value.encode("utf-8", "surrogatepass")
    )
    return f'"{found}"'


def comment(value: str) -> str:
    r"""Text that can stand in a comment: one line, no end of the comment, no trigraph.

    Examples
    --------
    >>> print(comment("a*/b\n??/"))
    a* /b\n? ?/
    """
    plain = "".join(c if c.isprintable() else repr(c)[1:-1] for c in value)
    return plain.replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?")


def identifier(name: str) -> str:
    """A name that C takes, made of a file's name.

    Examples
    --------
    >>> identifier("my-model 2"), identifier("2026"), identifier("模型"), identifier("_x")
    ('my_model_2', 'model_2026', 'model', 'x')
    """
    found = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
    if found and not found[0].isdigit():
        return found
    return f"model_{found}" if found else "model"


def number(value: float) -> str:
    """A double, in the fewest digits that give it back.

    Examples
    --------
    >>> number(0.1), number(3.0), number(1e-20)
    ('0.1', '3.0', '1e-20')
    """
    return repr(float(value))


class Tables:
    """The static tables of a file, and how an entry of each is written.

    Examples
    --------
    >>> tables = Tables("iris")
    >>> tables.entry("scale", np.array([2.0, 2.0])), tables.entry("shift", np.array([1.0, 0.5]))
    ('2.0', 'iris_shift[i]')
    >>> tables.entry("place", np.array([0, 1]))
    'i'
    >>> print(tables.lines[0])
    static const double iris_shift[2] = {
        1.0, 0.5
    };
    <BLANKLINE>
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.lines: list[str] = []
        self._names: set[str] = set()

    def entry(self, name: str, array: Array) -> str:
        """The expression of entry i; no table where all are equal, or where entry i is i."""
        whole = array.dtype.kind in "iub"
        if len(array) and (array == array[0]).all():
            return str(int(array[0])) if whole else number(array[0])
        if whole and (array == np.arange(len(array))).all():
            return "i"
        return f"{self.array(name, array)}[i]"

    def array(self, name: str, array: Array) -> str:
        """Write a table; its name."""
        if array.dtype == np.float32:
            return self.listed("float ", name, [f"{cell}f" for cell in array.astype(str).tolist()])
        if array.dtype.kind == "f":
            return self.listed("double ", name, list(map(number, array.tolist())))
        return self.listed("int ", name, [str(int(cell)) for cell in array.tolist()])

    def listed(self, kind: str, name: str, cells: Sequence[str], public: bool = False) -> str:
        """Write a table of cells in C, once; a single 0 stands in an empty one."""
        cells = cells or ["0"]
        named = f"{self.prefix}_{name}"
        if named in self._names:
            return named
        self._names.add(named)
        each = max(1, _WIDTH // (2 + max(map(len, cells))))
        rows = [", ".join(cells[i : i + each]) for i in range(0, len(cells), each)]
        self.lines.append(
            f"{'' if public else 'static '}const {kind}{named}[{len(cells)}] = {{\n    "
            + ",\n    ".join(rows)
            + "\n};\n"
        )
        return named

    def texts(self, name: str, values: Iterable[Any], public: bool = False) -> str:
        """Write a table of texts; its name."""
        return self.listed("char *const ", name, [text(str(value)) for value in values], public)
