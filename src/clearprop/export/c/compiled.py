"""A C file is compiled, and its predictions are read."""

from __future__ import annotations

import math
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.export.c.literals import text
from clearprop.export.c.source import CFile
from clearprop.network.architecture import Array

__all__ = ["FLAGS", "compiler", "outputs_of"]

FLAGS = ("-std=c99", "-O2", "-Wall", "-Wextra", "-pedantic")

_SECONDS = 300  # for a file of 50 MB on a slow machine

# It reads rows from standard input, in C's own notation of doubles, so that no bit is lost.
_MAIN = """#include <stdio.h>
#include <stdlib.h>
#include <time.h>

DECLARED
int main(void) {
    static double output[OUTPUTS];
    double *rows;
    long i, j, m, calls = 0;
    clock_t begun;
    if (scanf("%ld", &m) != 1) return 1;
    rows = (double *)malloc((size_t)(m * COLUMNS + 1) * sizeof *rows);
    if (!rows) return 1;
    for (i = 0; i < m * COLUMNS; ++i)
        if (scanf("%lf", rows + i) != 1) return 1;
CODES    for (i = 0; i < m; ++i) {
        for (j = 0; j < OUTPUTS; ++j) output[j] = 0;
        printf("%d", P_predict(rows + i * COLUMNS, output));
        for (j = 0; j < OUTPUTS; ++j) printf(" %a", output[j]);
        printf("\\n");
    }
    begun = clock();
    do P_predict(rows + calls++ % m * COLUMNS, output);
    while (clock() - begun < CLOCKS_PER_SEC / 20);
    printf("%a\\n", (double)(clock() - begun) / CLOCKS_PER_SEC / (double)calls);
    free(rows);
    return 0;
}
"""


def compiler() -> list[str] | None:
    """The command of the C compiler, ``$CC`` or ``cc``; None without one."""
    named = shlex.split(os.environ.get("CC", "")) or ["cc"]
    if named == ["cc"] and shutil.which("cc") is None:
        named = [next(filter(shutil.which, ("gcc", "clang")), "cc")]
    return named if shutil.which(named[0]) else None


def outputs_of(
    made: CFile, cells: Array, texts: Sequence[tuple[int, str, float]], command: Sequence[str]
) -> tuple[Array, Array, int, float]:
    """What a compiled file writes for rows.

    Parameters
    ----------
    made
        The file.
    cells
        ``(m, n)`` of float64.
    texts
        Categories whose codes are compared: column, text, code.
    command
        The compiler.

    Returns
    -------
    outputs
        ``(m, outputs)``; NaN for a row that was refused.
    answers
        ``(m,)``: what the function returns.
    size
        The bytes of the compiled file.
    seconds
        The time of a row.

    Raises
    ------
    ClearpropError
        For a compiler that refuses the file, a program that fails, and a code that is another one.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "model.c").write_text(made.text, encoding="utf-8")
        (folder / "main.c").write_text(_main(made, texts), encoding="utf-8")
        _run([*command, *FLAGS, "-c", "model.c", "-o", "model.o"], folder)
        _run([*command, *FLAGS, "main.c", "model.o", "-o", "run", "-lm"], folder)
        size = (folder / "model.o").stat().st_size
        given = [str(len(cells)), *map(float.hex, cells.ravel().tolist())]
        printed = _run([str(folder / "run")], folder, "\n".join(given)).split("\n")
    for (column, value, code), line in zip(texts, printed, strict=False):
        if not (float(line) == code or (math.isnan(float(line)) and math.isnan(code))):
            raise ClearpropError(
                f"c: the code of {value!r} in column {column} is {line}, not {code:g}; nothing was "
                "written"
            )
    rows = [line.split() for line in printed[len(texts) : len(texts) + len(cells)]]
    outputs = np.array([[float.fromhex(cell) for cell in row[1:]] for row in rows])
    answers = np.array([int(row[0]) for row in rows])
    outputs[answers == -1] = np.nan
    return outputs, answers, size, float.fromhex(printed[-2])


def _main(made: CFile, texts: Sequence[tuple[int, str, float]]) -> str:
    """The program around the file."""
    codes = "".join(
        f'    printf("%.17g\\n", {made.prefix}_code({column}, {text(value)}));\n'
        for column, value, _ in texts
    )
    return (
        _MAIN.replace("DECLARED", made.declarations)
        .replace("CODES", codes)
        .replace("OUTPUTS", str(made.outputs))
        .replace("COLUMNS", str(made.columns))
        .replace("P_predict", f"{made.prefix}_predict")
    )


def _run(command: Sequence[str], folder: Path, given: str = "") -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ClearpropError(f"c: {command[0]} could not be run: {error}") from None
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr)
        raise ClearpropError(
            f"c: {Path(command[0]).name} ended with {done.returncode}: {said.strip()}; nothing was "
            "written"
        )
    return done.stdout
