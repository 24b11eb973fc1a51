"""Packed files: gzip, bzip2, xz, Zstandard, and zip archives that hold one table."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, BinaryIO, NamedTuple

from clearprop.data.table import listing

# Start-up time: the bundled digits are packed with gzip, so the others load when they are needed.
if TYPE_CHECKING:
    import zipfile

_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

# Zip archives that are a format of their own. Each is known by the name of an entry.
_DOCUMENTS = {
    "xl/workbook.xml": "Excel",
    "xl/workbook.bin": "Excel",
    "content.xml": "OpenDocument",
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
}

# The most bytes that may come out of a packed file: so many in any case, and so many for each
# packed byte. A table seldom shrinks to a fiftieth. A file that was made to fill the memory shrinks
# to a thousandth.
_FREE, _PER_BYTE = 1 << 26, 50
_CHUNK = 1 << 20  # bytes unpacked at a time
_LAYERS = 3  # how often a file may be packed: some unpack to themselves without an end

# Files that lie beside a table in an archive and are none.
_BESIDE = ("readme", "license", "licence", "copying", "thumbs.db", "desktop.ini")
_BESIDE_ENDINGS = (".md", ".pdf", ".html", ".htm", ".docx", ".png", ".jpg", ".py", ".names")


# The first bytes, the name, and the module with open(). Zstandard's differs.
_PACKERS = (
    (_GZIP, "gzip", "gzip"),
    (_BZIP2, "bzip2", "bz2"),
    (_XZ, "xz", "lzma"),
    (_ZSTD, "Zstandard", None),
)


class PackedError(Exception):
    """What is wrong with a packed file, in words."""


class Unpacked(NamedTuple):
    """What was packed, and the name of the entry that held it, if entries have names."""

    entry: str | None
    raw: bytes


def unpacked_bound(packed: int) -> int:
    """The most bytes that may come out of a packed file of so many bytes.

    Examples
    --------
    >>> unpacked_bound(2_000_000)
    167108864
    """
    return _FREE + _PER_BYTE * packed


def check_layers(layers: int) -> None:
    """Do nothing if a file may be packed so often.

    Raises
    ------
    PackedError
        For one that is packed more often.
    """
    if layers > _LAYERS:
        raise PackedError(f"is packed more than {_LAYERS} times; unpack it first")


def is_packed(head: bytes) -> bool:
    """Whether a file that begins with `head` is packed.

    Examples
    --------
    >>> import gzip
    >>> is_packed(gzip.compress(b"a,y")), is_packed(b"a,y")
    (True, False)
    """
    return head.startswith((_GZIP, _BZIP2, _XZ, _ZSTD, *_ZIP))


def zip_kind(file: BinaryIO, head: bytes, name: str) -> str | None:
    """The format of a file if it is one of those that are zip archives, else None.

    Parameters
    ----------
    file, head, name
        The file, its first bytes, and its name.

    Raises
    ------
    PackedError
        For a damaged archive.
    """
    if not head.startswith(_ZIP):
        return None
    if name.lower().endswith(".npz"):
        return "NPZ"
    with _archive(file) as archive:
        names = archive.namelist()
    if any(entry.endswith(".npy") for entry in names):
        return "NPZ"
    return next((kind for entry, kind in _DOCUMENTS.items() if entry in names), None)


def unpacked(file: BinaryIO, head: bytes) -> Unpacked:
    """What is packed in `file`, which begins with `head`.

    Raises
    ------
    PackedError
        For damaged data, an archive without a table, or with several, and for more bytes than
        :func:`unpacked_bound` allows.
    """
    most = unpacked_bound(_size(file))
    if head.startswith(_ZIP):
        with _archive(file) as archive:
            return _only_entry(archive, most)
    kind, module = next(
        (kind, module) for beginning, kind, module in _PACKERS if head.startswith(beginning)
    )
    opened = _zstd() if module is None else import_module(module)
    try:
        with opened.open(file, "rb") as source:
            raw = _bounded(source, most)
    except (PackedError, MemoryError) as error:
        raise error if isinstance(error, PackedError) else _too_large() from None
    except Exception:  # each module has errors of its own for damaged data
        raise PackedError(
            f"the {kind} data are damaged or end too early; the file was perhaps not copied or "
            "downloaded to its end"
        ) from None
    if raw[257:262] == b"ustar":
        raise PackedError("holds a tar archive; unpack it and name one of its files")
    return Unpacked(None, raw)


def _size(file: BinaryIO) -> int:
    at = file.tell()
    size = file.seek(0, io.SEEK_END)
    file.seek(at)
    return size


def _bounded(source: IO[bytes], most: int) -> bytes:
    """All that comes out of `source`, in pieces, so that no more is unpacked than `most`."""
    raw = io.BytesIO()
    while piece := source.read(_CHUNK):
        raw.write(piece)
        if raw.tell() > most:
            raise PackedError(beyond(most))
    return raw.getvalue()  # BytesIO hands over its buffer without a copy


def beyond(most: int) -> str:
    """What is said of a packed file out of which more than `most` bytes come."""
    return (
        f"more than {most // 10**6:,} MB would come out of it, {_PER_BYTE} times its size and "
        f"{_FREE // 10**6} MB; if that is meant, unpack it first"
    )


def _too_large() -> PackedError:
    return PackedError("the unpacked data exceed the memory")


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    import zipfile

    try:
        return zipfile.ZipFile(file)
    # The last one is zipfile's own, for an archive in several parts or of a later version.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise PackedError(
            "the zip archive is damaged or ends too early; the file was perhaps not copied or "
            "downloaded to its end"
        ) from None


def _only_entry(archive: zipfile.ZipFile, most: int) -> Unpacked:
    entries = [info for info in archive.infolist() if _may_be_table(info)]
    if not entries:
        raise PackedError("the zip archive holds no file")
    if len(entries) > 1:
        names = listing(info.filename for info in entries)
        raise PackedError(f"the zip archive holds several files; unpack it and name one of {names}")
    entry = entries[0]
    if entry.flag_bits & 1:
        raise PackedError("the zip archive is encrypted; unpack it with its password")
    try:
        with archive.open(entry) as source:
            return Unpacked(entry.filename, _bounded(source, most))
    except PackedError:
        raise
    except MemoryError:
        raise _too_large() from None
    except NotImplementedError:  # zipfile's own, for a way of packing that it lacks
        raise PackedError(
            f"{entry.filename} in the zip archive is packed in a way that cannot be read; unpack "
            "it first"
        ) from None
    except Exception:  # zipfile's own errors, and those of each way of packing
        raise PackedError(
            f"{entry.filename} in the zip archive is damaged; the file was perhaps not copied or "
            "downloaded to its end"
        ) from None


def _may_be_table(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is no folder, nothing of the system (macOS packs its own), no notes."""
    if not info.filename:
        return False
    path = PurePosixPath(info.filename)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    beside = path.name.lower().startswith(_BESIDE) or path.suffix.lower() in _BESIDE_ENDINGS
    return not (info.is_dir() or hidden or beside)


def _zstd() -> Any:
    # Optional: Python has Zstandard since 3.14. For older ones the extra zstd brings the backport.
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise PackedError(
        "Zstandard needs a library: pip install 'clearprop[zstd]', or unpack the "
        "file first (unzstd)"
    )
