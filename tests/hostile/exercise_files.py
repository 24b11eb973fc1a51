"""Sheets that were filled in to do harm, and learners' files that never end."""

from __future__ import annotations

from case import EITHER, Case

HEAD = 'sheet = "logistic-2-2-1"\nseed = 0\n'
MARK = ("exercise", "mark", "FILE")
DOCTOR = ("doctor", "FILE", "--time-limit", "1", "--layers", "2,2,1")
DEF = "def cost_and_gradient(theta, X, y, lambda_):\n    "


def sheet(text: str) -> bytes:
    return (HEAD + text).encode()


FILES: dict[str, Case] = {
    "a sheet of nothing": Case("s.toml", b"", "the file is empty", MARK),
    "no sheet that there is": Case("s.toml", b'sheet = "x"\nseed = 0\n', "sheet", MARK),
    "a seed of 5,000 digits": Case(
        "s.toml", b'sheet = "logistic-2-2-1"\nseed = ' + b"9" * 5000, "sheet|seed", MARK
    ),
    "a seed below zero": Case("s.toml", b'sheet = "logistic-2-2-1"\nseed = -1\n', "seed", MARK),
    "a seed of text": Case("s.toml", b'sheet = "logistic-2-2-1"\nseed = "1"\n', "seed", MARK),
    "arrays in arrays": Case("s.toml", sheet("x = " + "[" * 100_000), "sheet|TOML|line", MARK),
    "keys in keys": Case("s.toml", sheet("x" + ".x" * 5_000 + " = 1"), "sheet|line", MARK),
    "tables in tables": Case("s.toml", sheet("[x" + ".x" * 5_000 + "]\ny = 1"), "sheet|line", MARK),
    "10,000 lines that are no sheet's": Case(
        "s.toml",
        sheet("".join(f"z{i}_7 = 1\n" for i in range(10_000))),
        "the sheet has no such line",
        MARK,
    ),
    "a number of 1 MB": Case(
        "s.toml", sheet("[forward.sample-1]\nz2 = [" + "9" * 1_000_000 + ", 1]"), EITHER, MARK
    ),
    "escapes": Case("s.toml", sheet("[forward]\n\"\\u001b[2J\\u202e\" = 1"), "sheet|line", MARK),
    "a learner's sheet of bytes": Case("s.toml", bytes(range(128, 256)) * 100, "toml", MARK),
    # Learners that do their worst stand in ``tests/doctor/learner/test_hostile.py``.
    "a learner that never ends": Case(
        "mine.py", (DEF + "while True: pass").encode(), "UNKNOWN.*no answer within", DOCTOR, 1
    ),
    "a learner's file of zero bytes": Case("mine.py", b"\0" * 1000, "mine.py", DOCTOR),
}  # fmt: skip
