"""How the fuzzer changes a file. The same generator of random numbers makes the same file."""

from __future__ import annotations

import copy
import json
import random
import struct
from typing import Any

# Numbers at which programs stumble, and pieces of text that mean something to a reader.
_NUMBERS = [0, 1, -1, 2, 127, 128, 255, 256, 32767, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1]
_PIECES = [
    *(b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\0", b"#", b"%", b"{", b"}", b"[", b"]", b"?"),
    *(
        b"nan",
        b"inf",
        b"-0",
        b"1e999",
        b"1e-999",
        b"0x1p-3",
        b"1_000",
        b"1,5",
        b"1.000,5",
        b"9" * 400,
    ),
    *(
        b"true",
        b"NULL",
        b"NA",
        b"2024-02-30",
        b"29/02/2023",
        b"24:61",
        b"\\ud800",
        b"\\u0000",
        b"\\x",
    ),
    *(b"\xff\xfe", b"\xef\xbb\xbf", "\u202e\u2066\x1b[2J".encode(), "\u0661\u0662".encode()),
    *(
        "\U0001f600".encode(),
        "\u00bd".encode(),
        "\uff11".encode(),
        b" " * 50,
        b"a" * 3000,
        b"(" * 500,
    ),
]
_VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        0.5,
        2,
        2**31,
        2**63,
        10**30,
        1e308,
        -1e308,
        5e-324,
        "",
        "x",
        "0",
    ),
    *(
        [],
        [0],
        [[]],
        {},
        {"x": 1},
        "\u202e",
        "a" * 3000,
        [1] * 300,
        ["a"] * 300,
        "float64",
        "softmax",
    ),
]


def mutated(raw: bytes, draw: random.Random) -> bytes:
    """A file with a few changes."""
    data = bytearray(raw)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        at = draw.randrange(len(data) + 1)
        end = min(len(data), at + draw.choice((1, 2, 4, 8, 16, 64)))
        match draw.randrange(9):
            case 0 if at < len(data):
                data[at] ^= 1 << draw.randrange(8)
            case 1 if at < len(data):
                data[at] = draw.randrange(256)
            case 2:
                width = draw.choice("bhiq")
                number = draw.choice(_NUMBERS) & (256 ** struct.calcsize(width) - 1)
                order = draw.choice(("little", "big"))
                data[at : at + struct.calcsize(width)] = number.to_bytes(
                    struct.calcsize(width), order
                )
            case 3:
                data[at:at] = draw.choice(_PIECES)
            case 4:
                del data[at:end]
            case 5:
                del data[at:]
            case 6:
                data[at:at] = data[at:end] * draw.choice((1, 2, 50))
            case 7:
                data[at:end] = draw.choice(_PIECES)
            case 8:
                other = draw.randrange(len(data) + 1)
                data[at:end] = data[other : other + end - at]
    return bytes(data)


def mutated_json(raw: bytes, draw: random.Random) -> bytes:
    """A safetensors file whose JSON object has other values in a few places; its frame is right."""
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    ((key, text),) = header["__metadata__"].items()
    values = json.loads(text)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        _change(values, draw)
    header["__metadata__"] = {key: json.dumps(values, separators=(",", ":"))}
    if draw.random() < 0.1:
        _change(header, draw)
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + raw[8 + length :]


def _change(value: Any, draw: random.Random) -> None:
    """Change something within a list or an object: near its top or deep in it."""
    while True:
        places = list(value) if isinstance(value, dict) else range(len(value))
        if not places:
            return
        place = draw.choice(list(places))
        inner = value[place]
        if isinstance(inner, dict | list) and inner and draw.random() < 0.8:
            value = inner
            continue
        match draw.randrange(4):
            case 0:
                del value[place]
            case 1 if isinstance(value, dict):
                name = draw.choice(("x", "format_version", str(place) + "s"))
                value[name] = copy.deepcopy(inner)
            case 1:
                value.append(copy.deepcopy(inner))
            case _:
                value[place] = copy.deepcopy(draw.choice(_VALUES))  # it may be changed, too
        return
