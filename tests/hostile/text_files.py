"""CSV and other delimited text that was made to do harm."""

from __future__ import annotations

from case import Case, csv

ROWS = [f"{i},{i % 2}" for i in range(20)]
BIDI, ESCAPE = "a\u202eb\u2066", "\x1b[31m\x07"

FILES: dict[str, Case] = {
    "a name of 5 MB": Case(
        "a.csv",
        csv("a" * 5_000_000 + ",y", ROWS),
        "the name of column 1 has 5,000,000 characters; expected at most 2,000",
    ),
    "a name of 5 MB, and another target": Case(
        "a.csv",
        csv("a" * 5_000_000 + ",z", ROWS),
        "the name of column 1 has 5,000,000 characters; expected at most 2,000",
    ),
    "a name as long as it may be": Case("a.csv", csv("a" * 2000 + ",y", ROWS)),
    "a label of 2 MB": Case(
        "a.csv",
        csv("a,y", [f"{i},{'L' * 2_000_000}{i % 2}" for i in range(9)]),
        "target 'y': a label of 2,000,001 bytes; a class may have a name of 10,000",
    ),
    "labels as long as they may be": Case(
        "a.csv", csv("a,y", [f"{i},{'L' * 9_999}{i % 2}" for i in range(9)])
    ),
    "a cell of 2 MB": Case(
        "a.csv",
        csv("a,y", [*ROWS, "x" * 2_000_000 + ",1"]),
        "line 22, column 'a': expected a number",
    ),
    "a category of 1 MB": Case(
        "a.csv", csv("a,y", [f"{'k' * 1_000_000}{i % 3},{i % 2}" for i in range(9)])
    ),
    "3,000,000 cells in a row": Case(
        "a.csv", b"a,y\n" + b"," * 3_000_000, "line 2: 3,000,001 columns; a table may have 100,000"
    ),
    "3,000,000 cells in the header": Case(
        "a.csv", b"," * 3_000_000 + b"\n1,2\n", "line 1: 3,000,001 columns; a table may have"
    ),
    "100,001 names": Case(
        "a.csv",
        csv(",".join(f"c{i}" for i in range(100_001)), ["1" + ",1" * 100_000]),
        "100,001 columns; a table may have 100,000",
    ),
    "columns without a name": Case("a.csv", csv("a,,,y", ["1,2,3,0", "4,5,6,1"]), "has no name"),
    "zero bytes": Case("a.csv", b"a,y\n" + b"\0" * 3_000_000, "got other binary data"),
    "a zero byte in a cell": Case("a.csv", b"a,y\n1\x00,0\n2,1\n", "got other binary data"),
    "one quotation mark": Case("a.csv", b'a,y\n"1,2\n' + b"3,4\n" * 9, "is never closed"),
    "3,000,001 quotation marks": Case("a.csv", b"a,y\n" + b'"' * 3_000_001, "is never closed"),
    "3,000,000 quotation marks": Case(
        "a.csv", b"a,y\n" + b'"' * 3_000_000, "line 2: expected 2 cells"
    ),
    "marks in the wrong place": Case(
        "a.csv", b"a,y\n" + b'"a"b,1\n' * 100_000, "line 2: a quotation mark stands in the wrong"
    ),
    "line ends only": Case("a.csv", b"\n" * 3_000_000, "the file is empty"),
    "returns only": Case("a.csv", b"\r" * 3_000_000, "the file is empty"),
    "blanks only": Case("a.csv", b" " * 3_000_000, "the file is empty"),
    "nothing": Case("a.csv", b"", "the file is empty"),
    "a byte order mark only": Case("a.csv", b"\xef\xbb\xbf", "the file is empty"),
    "a header only": Case("a.csv", b"a,y\n", "has a header line but no rows"),
    "comments only": Case("a.csv", b"#\n" * 1_000_000, "no column 'y'"),
    "blank lines between": Case("a.csv", csv("a,y", [f"{row}\n" for row in ROWS])),
    "a number of 2,000,000 digits": Case(
        "a.csv", csv("a,y", [*ROWS, "9" * 2_000_000 + ",1"]), "line 22, column 'a': expected a"
    ),
    "a number beyond float64": Case(
        "a.csv",
        csv("a,y", [*ROWS, "1e999999999,1"]),
        "expected a finite number; got an infinite one",
    ),
    "a number below float64": Case("a.csv", csv("a,y", [*ROWS, "1e-999999999,1"])),
    "a day that there is not": Case(
        "a.csv",
        csv("a,y", [f"9999-99-99,{i % 2}" if i % 2 else f"2020-01-{i + 10},0" for i in range(19)]),
        "expected a day of the calendar",
    ),
    "escapes in names": Case(
        "a.csv", csv(f"{ESCAPE},{BIDI}y", ROWS), "no column 'y' for the target"
    ),
    "escapes in labels": Case("a.csv", csv("a,y", [f"{i},{ESCAPE}{i % 2}" for i in range(20)])),
    "bidi marks in labels": Case("a.csv", csv("a,y", [f"{i},{BIDI}{i % 2}" for i in range(20)])),
    "escapes in cells": Case(
        "a.csv", csv("a,y", [*ROWS, f"{ESCAPE}{BIDI},1"]), r"expected a number or an empty cell"
    ),
    "escapes in the file's name": Case(
        f"{ESCAPE}{BIDI}.csv", b"a,y\n", "has a header line but no rows"
    ),
    "combining marks": Case(
        "a.csv", csv("a,y", [f"{i},o{chr(0x300) * 4_999}{i % 2}" for i in range(9)])
    ),
    "broken UTF-8": Case(
        "a.csv",
        csv("a,y", ROWS) + b"\xf0\x28\x8c\x28\xff\xfe,1\n",
        "line 22: byte 0xf0 is not UTF-8 text",
    ),
    "surrogates in UTF-16": Case(
        "a.csv", "a,y\n1,2\n".encode("utf-16") + b"\x00\xd8\x00\xd8", "is no utf-16-le text"
    ),
    "a label for each row": Case(
        "a.csv",
        csv("a,y", [f"{i},name {i}" for i in range(3000)]),
        "(classes|label)",
    ),
    "one label": Case(
        "a.csv", csv("a,y", [f"{i},1" for i in range(20)]), "every row has the label"
    ),
}
