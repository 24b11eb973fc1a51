"""JSON and JSON lines that were made to do harm."""

from __future__ import annotations

import json

from case import Case

ROWS = [{"a": i, "y": i % 2} for i in range(20)]


def lines(rows: list[object]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


FILES: dict[str, Case] = {
    "arrays in arrays": Case("a.json", b"[" * 100_000, "it is nested too deeply"),
    "objects in objects": Case("a.json", b'{"a":' * 100_000, "it is nested too deeply"),
    "a deep cell": Case(
        "a.json", b'{"y":1,"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"
    ),
    "a cell that is an array": Case("a.json", lines([*ROWS, {"a": [1], "y": 1}]), "got an array"),
    "a cell that is an object": Case("a.json", lines([*ROWS, {"a": {}, "y": 1}]), "got an object"),
    "a row that is a number": Case(
        "a.json", lines([*ROWS, 7]), "line 21: expected one object a line"
    ),
    "an array never closed": Case("a.json", b'[{"a":1,"y":2}', "the array is never closed"),
    "an object cut": Case("a.json", b'{"a":1,"y":', "cannot be read as JSON"),
    "an empty array": Case("a.json", b"[[]]", "expected one object a line"),
    "an empty object": Case("a.json", b"{}", "holds no rows"),
    "10,000 empty objects": Case("a.json", b"{}\n" * 10_000, "holds no rows"),
    "another name in each object": Case(
        "a.jsonl",
        lambda _: lines([{f"k{i}": 1, "y": i % 2} for i in range(20_000)]),
        "different names so far, and most of them in few objects",
    ),
    "100,002 names in an object": Case(
        "a.json",
        lambda _: lines([{**{f"k{i}": 1 for i in range(100_001)}, "y": 1}]),
        "100,002 columns; a table may have 100,000",
    ),
    "a name of 5 MB": Case(
        "a.json",
        lambda _: lines([{"a" * 5_000_000: i, "y": i % 2} for i in range(2)]),
        "has 5,000,000 charac",
    ),
    "a number of 5,000 digits": Case(
        "a.json", lines(ROWS) + b'{"a":' + b"9" * 5000 + b',"y":1}\n', "column 'a': expected a"
    ),
    "NaN and Infinity": Case(
        "a.json", lines(ROWS) + b'{"a":Infinity,"y":1}\n', "column 'a': expected a finite number"
    ),
    "a name that stands twice": Case(
        "a.json", lines(ROWS) + b'{"a":1,"a":2,"y":1}\n', "line 21: the name 'a' stands twice"
    ),
    "a lone surrogate": Case(
        "a.json", lines([{"a": i, "y": f"\ud800{i % 2}"} for i in range(20)]), "half a character"
    ),
    "bidi marks in labels": Case(
        "a.json", lines([{"a": i, "y": f"\u202e{i % 2}"} for i in range(20)])
    ),
    "a byte order mark": Case("a.json", b"\xef\xbb\xbf" + lines(ROWS)),
    "zero bytes": Case("a.json", b'{"a":1,"y":\0\0', "cannot be read as JSON|binary"),
    "true and false as labels": Case(
        "a.json", lines([{"a": i, "y": i % 2 == 0} for i in range(20)])
    ),
}
