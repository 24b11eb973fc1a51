"""A safetensors file with one JSON object in it: what model files and checkpoints have in common.

Such a file cannot run code: it holds numbers, their shapes and text. The `safetensors` library
checks the frame: offsets, sizes, no gap, no overlap. This module checks before it, so messages can
say what is wrong, and after it, so the other modules get values of the right types.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from clearprop.errors import ModelFileError, did_you_mean, is_whole, shown
from clearprop.network.architecture import Array
from clearprop.storage.atomic import write_whole

__all__ = ["Contents", "Kind", "json_value", "opened", "sealed", "write"]

_NESTED = (dict, list)
_DEPTH = 50  # levels of the JSON object: Clearprop writes seven
HEADER_LIMIT = 100_000_000  # bytes: the safetensors format's own limit


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes
    ----------
    name
        Its name in messages.
    key
        Its key in the metadata.
    version, oldest
        The newest format version, and the oldest one that can be read.
    summed
        Whether the JSON object begins with a checksum over all bytes of the file.
    """

    name: str
    key: str
    version: int
    oldest: int = 1
    summed: bool = False


MODEL = Kind("a model file", "clearprop", 3)
CHECKPOINT = Kind("a checkpoint", "clearprop-checkpoint", 2, oldest=2, summed=True)

# A file's checksum is the SHA-256 of its bytes with these 64 zeros in the checksum's place. The
# JSON object stands in a header of JSON, so its quotes are escaped.
_NO_SUM = "0" * 64
_BEFORE_SUM = rb"\"checksum\":\""


@dataclass(frozen=True)
class Contents:
    """An open file: the JSON object, each tensor's shape and dtype, and a way to read a tensor."""

    values: dict[str, Any]
    shapes: dict[str, tuple[int, ...]]
    dtypes: dict[str, str]
    read: Callable[[str], Array]


# -- Writing --------------------------------------------------------------------------------------


def write(
    path: Any,
    kind: Kind,
    values: Mapping[str, Any],
    tensors: Mapping[str, Array],
    version: int | None = None,
) -> None:
    """Write one file, whole or not at all. The same arguments give the same bytes.

    `version` is the oldest format version that can hold the values; None: the newest.

    Raises
    ------
    ModelFileError
        For a file that cannot be written, or values that JSON cannot hold.
    """
    summed = {"checksum": _NO_SUM} if kind.summed else {}
    try:
        plain = json_value({"format_version": version or kind.version, **summed, **values})
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(f"cannot write {path}: {error}") from None
    # ASCII, so any text survives as it is, even a file name with broken bytes.
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    # One key only: safetensors does not promise an order of several.
    try:
        data = save(
            {name: np.ascontiguousarray(a) for name, a in tensors.items()}, {kind.key: text}
        )
    except MemoryError:
        raise ModelFileError(f"cannot write {path}: not enough memory to lay it out") from None
    if len(data) - sum(a.nbytes for a in tensors.values()) - 8 > HEADER_LIMIT:
        raise ModelFileError(
            f"cannot write {path}: its text is longer than the {HEADER_LIMIT:,} bytes that a "
            "safetensors header may have; keep less in it"
        )
    write_whole(path, sealed(data) if kind.summed else data)


def sealed(data: bytes) -> bytes:
    """The bytes of a file with their checksum in its place, if there is one for it.

    Examples
    --------
    >>> text = json.dumps({"a": json.dumps({"checksum": "0" * 64}, separators=(",", ":"))})
    >>> sealed(text.encode()) == sealed(sealed(text.encode())) != text.encode()
    True
    """
    before, mark, after = data.partition(_BEFORE_SUM)
    if not mark:
        return data
    rest = after[len(_NO_SUM) :]
    digest = hashlib.sha256(b"".join((before, mark, _NO_SUM.encode(), rest)))
    return b"".join((before, mark, digest.hexdigest().encode(), rest))


def json_value(value: Any, place: str = "") -> Any:
    """`value` as JSON can hold it: NumPy's numbers become Python's, tuples become lists.

    Raises
    ------
    TypeError, ValueError
        Naming the place of a value that JSON cannot hold.

    Examples
    --------
    >>> json_value({"epochs": np.int64(3), "sizes": (4, 2)})
    {'epochs': 3, 'sizes': [4, 2]}
    >>> json_value({"trained": {"curve": [1.0, float("nan")]}})
    Traceback (most recent call last):
    ValueError: trained.curve[1]: expected a finite number; got nan
    """
    if isinstance(value, np.generic):
        value = float(value) if isinstance(value, np.floating) else value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{place}: expected a finite number; got {value}")
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{place}: expected text as the name of a value; got {key!r}")
        return {k: json_value(v, f"{place}.{k}" if place else k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        if all(type(item) is float for item in value) and all(map(math.isfinite, value)):
            return list(value)
        return [json_value(item, f"{place}[{i}]") for i, item in enumerate(value)]
    raise TypeError(
        f"{place}: expected text, numbers, true, false, None, lists or dictionaries of them; "
        f"got {type(value).__name__}"
    )


# -- Reading --------------------------------------------------------------------------------------


@contextmanager
def opened(path: Any, kind: Kind) -> Iterator[Contents]:
    """Open a file of one kind. Only its header is read, and where it has a checksum, all of it.

    Raises
    ------
    ModelFileError
        Saying what is wrong with the file.
    """
    file = existing_file(path, kind)
    try:
        _check_frame(file, kind)
        try:
            with safe_open(file, framework="np") as source:
                names = list(source.keys())
                slices = {name: source.get_slice(name) for name in names}
                values = _values(file, kind, source.metadata() or {})
                if kind.summed:
                    _check_sum(file, values.pop("checksum", None))
                yield Contents(
                    values,
                    {name: tuple(part.get_shape()) for name, part in slices.items()},
                    {name: part.get_dtype() for name, part in slices.items()},
                    source.get_tensor,
                )
        except SafetensorError as error:
            raise ModelFileError(f"{file}: {_damage(file, str(error))}") from None
    except MemoryError:
        raise ModelFileError(f"{file}: not enough memory to read it") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ModelFileError(f"{file}: cannot be read: {why}") from error


def existing_file(path: Any, kind: Kind) -> Path:
    """The path, if a file is there. Otherwise the error suggests a similar name."""
    try:
        text = os.fsdecode(path)
    except TypeError:
        text = ""
    if text == "" or "\0" in text:
        raise ModelFileError(f"expected the name of {kind.name}; got {path!r}")
    file = Path(text)
    try:
        if file.is_file():
            return file
        if file.is_dir():
            raise ModelFileError(f"{file}: is a folder; {_listed(file, kind)}")
        if file.exists():
            raise ModelFileError(f"{file}: is a device or a pipe; {kind.name} is a file")
        if not file.parent.is_dir():
            raise ModelFileError(f"{file}: not there, and nor is the folder {file.parent}")
        there = _files_in(file.parent)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ModelFileError(f"{file}: cannot be read: {why}") from error
    hint = did_you_mean(file.name, there)
    if file.name + ".safetensors" in there:
        hint = f' (did you mean "{file.name}.safetensors"?)'
    raise ModelFileError(
        f"{file}: there is no such file{hint or '; ' + _listed(file.parent, kind)}"
    )


def _files_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.glob("*.safetensors"))


def _listed(folder: Path, kind: Kind) -> str:
    names = _files_in(folder)
    if not names:
        return f"no .safetensors file stands in the folder {folder}"
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"expected {kind.name}; in the folder {folder}: {', '.join(names[:3])}{more}"


def _check_frame(file: Path, kind: Kind) -> None:
    """Check the first nine bytes and the size before the library does."""
    size = file.stat().st_size
    with file.open("rb") as source:
        start = source.read(9)
    if size == 0:
        raise ModelFileError(f"{file}: is empty (0 bytes); expected {kind.name}")
    length = int.from_bytes(start[:8], "little")
    if size > 8 and start[8:] != b"{":
        raise ModelFileError(
            f"{file}: is not a safetensors file (it begins with the bytes {start[:8].hex(' ')}); "
            f"expected {kind.name}, as Clearprop writes it"
        )
    if size > 8 and length > HEADER_LIMIT:
        raise ModelFileError(
            f"{file}: header too large: {length:,} bytes; safetensors allows {HEADER_LIMIT:,}"
        )
    if size < 9 or 8 + length > size:
        promised = f"its header alone has {length:,}" if size >= 8 else "a header needs 8 and more"
        raise ModelFileError(f"{file}: is cut: {size:,} bytes, while {promised}; fetch it again")


def _check_sum(file: Path, expected: object) -> None:
    """Compare the checksum of all bytes of a file with the one that stands in it."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        length = int.from_bytes(source.read(8), "little")
        source.seek(0)
        header = source.read(8 + length)
        before, mark, after = header.partition(_BEFORE_SUM)
        digest.update(before + mark + _NO_SUM.encode() + after[len(_NO_SUM) :])
        while part := source.read(1 << 20):
            digest.update(part)
    if digest.hexdigest() != expected:
        raise ModelFileError(f"{file}: is damaged: its bytes do not have the checksum in it")


def _damage(file: Path, library_says: str) -> str:
    """Why the library refused a file, in words."""
    try:
        size = file.stat().st_size
        with file.open("rb") as source:
            length = int.from_bytes(source.read(8), "little")
            header = json.loads(source.read(length))
        ends = [v["data_offsets"][1] for k, v in header.items() if k != "__metadata__"]
        whole = 8 + length + max(ends, default=0)
    except (OSError, ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError):
        whole = size = 0
    if size < whole:
        return f"is cut: {size:,} bytes of {whole:,}; fetch it again"
    if size > whole:
        return f"has {size - whole:,} bytes after its end: damaged; fetch it again"
    return f"is damaged: {library_says}"


def _values(file: Path, kind: Kind, metadata: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object of the metadata, its format version checked."""
    if kind.key not in metadata:
        for other in (MODEL, CHECKPOINT):
            if other.key in metadata:
                raise ModelFileError(f"{file}: expected {kind.name}; this is {other.name}")
        raise ModelFileError(
            f'{file}: a safetensors file of another program: no "{kind.key}" in its metadata; '
            f"expected {kind.name}, as Clearprop writes it"
        )
    where = f'{file}: metadata "{kind.key}"'
    try:
        values = json.loads(
            metadata[kind.key], object_pairs_hook=_without_twins, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{where}: expected a JSON object; {error}") from None
    if not isinstance(values, dict):
        raise ModelFileError(f"{where}: expected a JSON object; got {type(values).__name__}")
    if not _shallow([values]):
        raise ModelFileError(
            f"{where}: expected a JSON object; it is nested more than {_DEPTH} deep"
        )
    version = values.pop("format_version", None)
    if not is_whole(version) or version < 1:
        raise ModelFileError(
            f"{where}: format_version: expected a whole number from 1; got {shown(version)}"
        )
    if version > kind.version:
        raise ModelFileError(
            f"{file}: made by a newer Clearprop: format version {shown(version)}, "
            f"this one reads up to {kind.version}: upgrade"
        )
    if version < kind.oldest:
        raise ModelFileError(
            f"{file}: made by an older Clearprop: format version {version}, "
            f"this one reads from {kind.oldest} on; train afresh"
        )
    return values


def _shallow(level: list[Any]) -> bool:
    """Whether values are nested no deeper than whoever walks through them can follow."""
    for _ in range(_DEPTH):
        parts = [v.values() if isinstance(v, dict) else v for v in level if isinstance(v, _NESTED)]
        level = [part for values in parts for part in values]
        if not level:
            return True
    return False


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twin = next(name for name in times if times[name] > 1)
        raise ValueError(f"the name {shown(twin)} stands in it twice")
    return values


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
