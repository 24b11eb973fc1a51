"""Tables that Polars reads from bytes, read by a child process within a bound of memory.

Polars trusts what files state about themselves. A single changed byte of a Parquet file can ask for
2^61 bytes, a cell in a workbook's last corner for 10^10 cells, and then the whole interpreter is
aborted (Polars 2.1, fastexcel 0.21). What is wrong may lie in a compressed page, so no check of the
file can find it beforehand. A child process reads the file instead, and hands over its columns.
That costs about 0.3 seconds.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from typing import Any, NamedTuple

import polars as pl

from clearprop.data.files import Content, first_line
from clearprop.errors import DataError

# The most bytes that the child may take: so many in any case, and so many for each byte of the
# file.
_FREE, _PER_BYTE = 1 << 29, 60

# Standard input to standard output; what else is to know goes to standard error. Exit code 3: the
# child lacks a library.
_CHILD = """
import io, json, sys
try:
    import polars
    if {kind!r} == "Excel":
        import fastexcel
except ImportError:
    sys.exit(3)
try:
    import resource
    with open("/proc/self/status") as status:
        held = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))
    resource.setrlimit(resource.RLIMIT_DATA, (held + {most}, held + {most}))
except (ImportError, OSError, StopIteration, ValueError):
    pass  # only Linux holds to the limit
_WIDTHS = {{"Boolean": 1, "Int8": 1, "UInt8": 1, "Int16": 2, "UInt16": 2, "Int32": 4, "UInt32": 4,
           "Float32": 4}}
facts = {{}}
try:
    raw = io.BytesIO(sys.stdin.buffer.read())
    if {kind!r} == "Excel":
        sheets = polars.read_excel(raw, sheet_id=0, engine="calamine")
        name, frame = next(iter(sheets.items()))
        facts = {{"sheet": name, "sheets": len(sheets)}}
    elif {kind!r} == "Arrow stream":  # which Polars does not scan; the bound holds all the same
        frame = polars.read_ipc_stream(raw)
    else:
        # A column of one value takes a few bytes in the file, whatever its length.
        lazy = getattr(polars, {read!r}.replace("read", "scan"))(raw)
        widths = [_WIDTHS.get(str(kind), 8) for kind in lazy.collect_schema().dtypes()]
        if lazy.select(polars.len()).collect().item() * sum(widths) > {most}:
            raise MemoryError
        raw.seek(0)
        frame = getattr(polars, {read!r})(raw)
    frame.write_ipc(sys.stdout.buffer)
except MemoryError:
    sys.exit(4)
except BaseException as error:
    print(error, file=sys.stderr)
    sys.exit(4 if "memory allocation" in str(error) else 1)
print(json.dumps(facts), file=sys.stderr)
"""
_READ = {
    "Parquet": "read_parquet",
    "Arrow": "read_ipc",
    "Arrow stream": "read_ipc_stream",
    "Excel": "read_excel",
}
_LACKS, _FAULT, _MEMORY = 3, 1, 4
_ABSURD = 1 << 40  # bytes: whoever asks for so many at once has read a damaged number


class Apart(NamedTuple):
    """A frame, and what else is to know about its file: the name and number of sheets."""

    frame: pl.DataFrame
    facts: dict[str, Any]


def read_apart(content: Content, kind: str) -> Apart:
    """Read a file with Polars in a child process.

    Parameters
    ----------
    content, kind
        The file, and ``"Parquet"``, ``"Arrow"``, ``"Arrow stream"`` or ``"Excel"``.

    Raises
    ------
    DataError
        For a file that cannot be read, also where that would end the process or take more memory
        than the bound allows.
    ImportError
        If there is no library for the kind.
    """
    raw = content.read()
    most = _FREE + _PER_BYTE * len(raw)
    code = _LACKS
    if sys.executable:  # an interpreter within another program has none
        program = _CHILD.format(kind=kind, read=_READ[kind], most=most)
        child = subprocess.run(
            [sys.executable, "-c", program], input=raw, capture_output=True, check=False
        )
        code = child.returncode
    if code == _LACKS:
        return _read_here(content.name, raw, kind)
    said = child.stderr.decode("utf-8", "replace")
    if code == 0:
        return Apart(pl.read_ipc(io.BytesIO(child.stdout)), json.loads(said.splitlines()[-1]))
    asked = re.search(r"memory allocation of (\d+) bytes failed", said)
    if code == _MEMORY or (asked and int(asked[1]) < _ABSURD):
        raise DataError(
            f"{content.name}: to read it takes more than {most // 10**6:,} MB, {_PER_BYTE} times "
            f"its size and {_FREE // 10**6} MB; if that is meant, save it as CSV, or in several "
            "files (a pattern such as 'data/*.parquet' reads them all)"
        )
    if code == _FAULT:
        fault = first_line(RuntimeError(said))
        raise DataError(f"{content.name}: cannot be read as {kind}: {fault}")
    raise DataError(
        f"{content.name}: the {kind} data are damaged; the file was perhaps not copied or "
        "downloaded to its end: get it again, or write it again"
    )


def _read_here(source: str, raw: bytes, kind: str) -> Apart:
    try:
        if kind == "Excel":
            sheets = pl.read_excel(io.BytesIO(raw), sheet_id=0, engine="calamine")
            name, frame = next(iter(sheets.items()))
            return Apart(frame, {"sheet": name, "sheets": len(sheets)})
        return Apart(getattr(pl, _READ[kind])(io.BytesIO(raw)), {})
    except ImportError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        # The parser may raise any type of error on a damaged file.
        raise DataError(f"{source}: cannot be read as {kind}: {first_line(error)}") from None
