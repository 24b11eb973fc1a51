"""Packed files: gzip, bzip2, xz, Zstandard, and zip archives that hold one table."""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

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

# Files that lie beside a table in an archive and are none.
_BESIDE = ("readme", "license", "licence", "copying", "thumbs.db", "desktop.ini")
_BESIDE_ENDINGS = (".md", ".pdf", ".html", ".htm", ".docx", ".png", ".jpg", ".py", ".names")


# The first bytes, the name, and the module with decompress(). Zstandard's differs.
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
        For damaged data, an archive without a table, or with several.
    """
    if head.startswith(_ZIP):
        with _archive(file) as archive:
            return _only_entry(archive)
    kind, module = next(
        (kind, module) for beginning, kind, module in _PACKERS if head.startswith(beginning)
    )
    unpack = _zstd_decompress if module is None else import_module(module).decompress
    try:
        raw = unpack(file.read())
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


def _only_entry(archive: zipfile.ZipFile) -> Unpacked:
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
        return Unpacked(entry.filename, archive.read(entry))
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
    path = PurePosixPath(info.filename)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    beside = path.name.lower().startswith(_BESIDE) or path.suffix.lower() in _BESIDE_ENDINGS
    return not (info.is_dir() or hidden or beside)


def _zstd_decompress(raw: bytes) -> bytes:
    # Optional: Python has Zstandard since 3.14. For older ones the extra zstd brings the backport.
    for name in ("compression.zstd", "backports.zstd"):
        try:
            module: Any = import_module(name)
        except ImportError:
            continue
        return bytes(module.decompress(raw))
    raise PackedError(
        "Zstandard needs a library: pip install 'clearprop[zstd]', or unpack the "
        "file first (unzstd)"
    )
