"""How much memory there is, what this process takes of it, and what a source would take."""

from __future__ import annotations

import math
from pathlib import Path

from clearprop.data.blocks.packed import packer_of
from clearprop.data.files import Content

__all__ = ["amount", "anonymous_memory", "free_memory", "memory_needed"]

# What rows take in memory for each byte of the file while they are read, split and encoded: cells
# as text, their types, a copy of each part, float64 for the statistics, float32 inputs. Measured on
# tables of 20 numbers: 11 for CSV, 9 for Parquet that is hardly compressed.
_TIMES = {"text": 10, "Parquet": 9, "Arrow": 9}
_PACKED = 4  # a packed text is about so many times as long


def amount(size: float) -> str:
    """A number of bytes in words.

    Examples
    --------
    >>> amount(512e6), amount(4.2e9)
    ('512 MB', '4.2 GB')
    """
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def anonymous_memory() -> int:
    """The bytes that this process has allocated; files that are mapped do not count.

    Where the system does not tell (it is Linux that does), the largest size so far.
    """
    try:
        for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
            if line.startswith("Anonymous:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource  # not on Windows
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def free_memory() -> int | None:
    """The bytes that this process may still allocate; None where the system does not tell.

    It is what the machine has left, or what the limits of its cgroups leave, if that is less.
    """
    found = [free for free in (_machine(), _group()) if free is not None]
    return min(found) if found else None


def _machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _group() -> int | None:
    """What the memory cgroups leave (version 2, and version 1)."""
    try:
        groups = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None
    found = []
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root, names = Path("/sys/fs/cgroup"), ("memory.max", "memory.current", "memory.stat")
        elif "memory" in controllers.split(","):
            root = Path("/sys/fs/cgroup/memory")
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat")
        else:
            continue
        here = root / path.lstrip("/")
        for folder in (here, *here.parents):
            if folder == root.parent:
                break
            left = _left(folder, *names)
            found += [] if left is None else [left]
    return min(found) if found else None


def _left(folder: Path, most: str, used: str, stat: str) -> int | None:
    try:
        limit = int((folder / most).read_text())  # "max" is no number
        now = int((folder / used).read_text())
        lines = (folder / stat).read_text().splitlines()
        pairs = dict(line.split(" ", 1) for line in lines)
        # Pages of files count there, and are given back when they are needed.
        pages = int(pairs.get("inactive_file", 0)) + int(pairs.get("active_file", 0))
        return max(0, limit - now + pages)
    except (OSError, ValueError):
        return None


def memory_needed(files: list[tuple[Content, str]], row_inputs: int = 1) -> int:
    """About how many bytes the rows of these files take in memory, until they are trained on.

    Parameters
    ----------
    files
        Each file with its format.
    row_inputs
        How many inputs each number of an array becomes: 1, or more with bins.
    """
    total = 0
    for content, kind in files:
        if content.path is None or content.path.is_dir():
            total += _folder(content.path, row_inputs)
            continue
        size = content.path.stat().st_size
        if kind in _TIMES:
            packed = kind == "text" and packer_of(content.head()) is not None
            total += size * _TIMES[kind] * (_PACKED if packed else 1)
        else:
            total += _array(content.path, kind, size, row_inputs)
    return total


def _folder(folder: Path | None, row_inputs: int) -> int:
    if folder is None:
        return 0
    files = [file for file in folder.iterdir() if file.is_file()]
    return sum(_array(file, "IDX", file.stat().st_size, row_inputs) for file in files)


def _array(path: Path, kind: str, size: int, row_inputs: int) -> int:
    """An array is copied once by the split; statistics take float64, inputs float32."""
    width = 1
    if kind == "NPY":
        from clearprop.data.blocks.arrays import npy_array
        from clearprop.errors import DataError

        try:
            width = npy_array(str(path), path).dtype.itemsize
        except DataError:
            width = 8  # the reader tells what is wrong
    elif kind == "NPZ":
        width = 4
    return math.ceil(size * (1 + (8 + 4 * row_inputs) / max(1, width)))
