"""Packed files, unpacked piece by piece while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, cast

from clearprop.errors import DataError

if TYPE_CHECKING:
    from clearprop.data.files import Content

__all__ = ["packer_of", "unpacking"]

# The first bytes of a packed file, and the module of the standard library that opens it.
_PACKERS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "lzma"))


def packer_of(head: bytes) -> str | None:
    """The module that unpacks a file which begins with `head`, or None.

    Examples
    --------
    >>> packer_of(bytes([0x1F, 0x8B, 8, 0])), packer_of(b"a,b")
    ('gzip', None)
    """
    return next((module for mark, module in _PACKERS if head.startswith(mark)), None)


@contextmanager
def unpacking(content: Content) -> Iterator[BinaryIO]:
    """The content as an open file, unpacked while it is read.

    Raises
    ------
    DataError
        For packed data that are damaged, when they are read.
    """
    packer = packer_of(content.head())
    with content.open() as file:
        if packer is None:
            yield file
            return
        opened = cast(BinaryIO, import_module(packer).open(file, "rb"))
        try:
            yield opened
        except DataError:
            raise
        except (OSError, EOFError, ValueError) as error:  # zlib's and lzma's errors are of these
            raise _damaged(content.name, packer) from error
        except Exception as error:
            if type(error).__module__ not in ("zlib", "_lzma", "lzma"):
                raise
            raise _damaged(content.name, packer) from None


def _damaged(name: str, packer: str) -> DataError:
    kind = {"bz2": "bzip2", "lzma": "xz"}.get(packer, packer)
    return DataError(
        f"{name}: the {kind} data are damaged or end too early; the file was perhaps not copied "
        "or downloaded to its end"
    )
