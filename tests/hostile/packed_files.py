"""Packed files that are bombs, pack themselves, or are damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile

from case import Case, csv

CSV = csv("a,y", [f"{i},{i % 2}" for i in range(20)])
ROWS = b"1,2\n" * (1 << 21)  # 8 MiB
# 128 MiB: each format unpacks members one after another, so only one has to be packed.
TIMES = 16
TOO_MUCH = "MB would come out of it, 50 times its size and 67 MB"


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def layers(times: int) -> bytes:
    raw = CSV
    for _ in range(times):
        raw = gzip.compress(raw)
    return raw


def overlapping() -> bytes:
    """An archive whose entries share their data, as D. Fifield's bombs do: only names differ."""
    data = bytearray(zipped({"a.csv": ROWS}))
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = bytes(data[at:end])
    names = [b"%c.csv" % c for c in range(97, 123)]
    directory = b"".join(entry.replace(b"a.csv", name) for name in names)
    tail = bytearray(data[end:])
    tail[8:12] = len(names).to_bytes(2, "little") * 2
    tail[12:16] = len(directory).to_bytes(4, "little")
    return bytes(data[:at]) + directory + bytes(tail)


FILES: dict[str, Case] = {
    "gz: 128 MB in one member": Case(
        "a.csv.gz",
        lambda f: (f / "a.csv.gz").write_bytes(gzip.compress(ROWS * TIMES, 1)),
        TOO_MUCH,
    ),
    "gz: 128 MB in 16 members": Case(
        "a.csv.gz", lambda _: gzip.compress(ROWS, 1) * TIMES, TOO_MUCH
    ),
    "bz2: 128 MB in little": Case("a.csv.bz2", lambda _: bz2.compress(ROWS) * TIMES, TOO_MUCH),
    "xz: 128 MB in little": Case(
        "a.csv.xz", lambda _: lzma.compress(ROWS, preset=0) * TIMES, TOO_MUCH
    ),
    "zip: 128 MB in little": Case(
        "a.zip", lambda f: (f / "a.zip").write_bytes(zipped({"a.csv": ROWS * TIMES})), TOO_MUCH
    ),
    "zip: entries that share their data": Case(
        "a.zip", lambda _: overlapping(), "holds several files"
    ),
    "zip: a zip in a zip in a zip": Case(
        "a.zip", zipped({"a.zip": zipped({"a.zip": zipped({"a.csv": CSV})})})
    ),
    "gz: three times packed": Case("a.csv.gz", layers(3)),
    "gz: a hundred times packed": Case(
        "a.csv.gz", lambda _: layers(100), "is packed more than 3 times"
    ),
    "gz: a bomb in a zip": Case(
        "a.zip",
        lambda f: (f / "a.zip").write_bytes(
            zipped({"a.gz": gzip.compress(ROWS, 1) * TIMES}, zipfile.ZIP_STORED)
        ),
        TOO_MUCH,
    ),
    "gz: cut": Case("a.csv.gz", gzip.compress(CSV)[:-5], "data are damaged or end too early"),
    "gz: a header only": Case("a.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\3", "are damaged or end too"),
    "gz: bytes after its end": Case("a.csv.gz", gzip.compress(CSV) + b"more", "data are damaged"),
    "gz: nothing in it": Case("a.csv.gz", gzip.compress(b""), "the file is empty"),
    "gz: a tar archive": Case(
        "a.tar.gz", gzip.compress(bytes(257) + b"ustar" + bytes(250)), "holds a tar archive"
    ),
    "bz2: a changed byte": Case("a.bz2", bz2.compress(CSV)[:20] + b"\0" * 9, "data are damaged"),
    "xz: a changed byte": Case("a.xz", lzma.compress(CSV)[:30] + b"\0" * 9, "data are damaged"),
    "zst: a frame of 2^63 bytes": Case(
        "a.zst", b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 8 + b"\1\0\0", "damaged|needs a library"
    ),
    "zip: two tables": Case("a.zip", zipped({"a.csv": CSV, "b.csv": CSV}), "holds several files"),
    "zip: 20,000 tables": Case(
        "a.zip",
        lambda _: zipped({f"{i}.csv": b"" for i in range(20_000)}),
        r"and name one of .*20000 in all",
    ),
    "zip: a name that climbs": Case("a.zip", zipped({"../../a.csv": CSV}), "holds no file"),
    "zip: a name with escapes": Case("a.zip", zipped({"\x1b[2J\u202e.csv": CSV})),
    "zip: empty": Case("a.zip", zipped({}), "holds no file"),
    "zip: beginning only": Case("a.zip", b"PK\x03\x04" + bytes(30), "is damaged or ends too early"),
    "zip: folders only": Case("a.zip", zipped({"a/": b"", "b/": b""}), "holds no file"),
}
